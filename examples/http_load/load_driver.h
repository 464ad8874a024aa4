// A measure driver that puts HTTP load on a URL.
#ifndef LOAD_DRIVER_H_
#define LOAD_DRIVER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/loop.h"
#include "http/client.h"
#include "http/request.h"
#include "load_config.h"
#include "load_report.h"
#include "protocol/cancel_cause.h"
#include "protocol/driver.h"
#include "protocol/request.h"

namespace http_load {

// Sends requests at a set rate during warm-up and window, whatever becomes of
// the earlier ones (an open loop), and reports how those of the window were
// answered. Latency counts from the moment at which a request was due, so that
// waiting behind others is part of it. Lives on the loop's thread.
class LoadDriver final : public servo::protocol::Driver {
 public:
  // Called when measuring begins: what is wrong with the configuration must not
  // keep the driver from describing itself.
  using ReadConfig = absl::AnyInvocable<absl::StatusOr<LoadConfig>()>;

  // `loop` outlives the driver; `client` sends on it.
  LoadDriver(servo::base::Loop* loop,
             std::unique_ptr<servo::http::Client> client,
             ReadConfig read_config);

  absl::StatusOr<nlohmann::json> Describe() override {
    return LoadReport::Describe();
  }
  void Measure(const Session& session, Done done) override;
  void Cancel(const servo::protocol::CancelCause& cause) override;
  int Progress() const override;
  std::string Activity() const override;

 private:
  // When the n-th request is due, counted from 0; on the loop's clock, as all
  // times here.
  absl::Duration DueAt(uint64_t request) const;
  void ScheduleNext();
  void SendDue();
  void Send(absl::Duration due);
  void OnAnswer(uint64_t id, absl::Duration due,
                const absl::StatusOr<servo::http::Response>& response);
  bool InWindow(absl::Duration due) const { return due >= window_; }
  void CountError(absl::Duration due, absl::string_view kind,
                  absl::string_view message);
  void FinishWhenAnswered();
  // Stops everything, and gives the answer in the loop's next turn.
  void Finish(servo::protocol::Answer answer);

  servo::base::Loop* const loop_;
  const std::unique_ptr<servo::http::Client> client_;
  ReadConfig read_config_;
  LoadConfig config_;
  Done done_;
  bool finished_ = false;  // the answer is on its way

  servo::protocol::Control control_;
  absl::Duration begin_ = absl::InfiniteDuration();  // of measuring
  absl::Duration window_;                            // begins then,
  absl::Duration end_;                               // and ends then

  uint64_t due_ = 0;              // requests that were due so far
  uint64_t sent_ = 0;             // of them, those that were sent
  uint64_t warmup_requests_ = 0;  // of those, the ones before the window
  bool all_sent_ = false;
  std::map<uint64_t, std::unique_ptr<servo::http::Transfer>> under_way_;
  servo::base::Loop::Registration timer_;

  std::optional<LoadReport> report_;
  std::string first_error_;
  absl::Duration max_start_delay_ = absl::ZeroDuration();
};

}  // namespace http_load

#endif  // LOAD_DRIVER_H_
