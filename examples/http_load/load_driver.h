// A measure driver that puts HTTP load on a URL.
#ifndef LOAD_DRIVER_H_
#define LOAD_DRIVER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/loop.h"
#include "http/client.h"
#include "http/request.h"
#include "latency_report.h"
#include "load_config.h"
#include "protocol/driver.h"

namespace http_load {

// Starts requests at a set rate, whatever becomes of the earlier ones, and
// reports how they were answered. Lives on the loop's thread.
class LoadDriver final : public servo::protocol::Driver {
 public:
  // `loop` outlives the driver; `config_path` as ReadLoadConfig() takes it.
  LoadDriver(servo::base::Loop* loop, std::string config_path);

  nlohmann::json Describe() override { return LatencyReport::Describe(); }
  void Measure(const Session& session, Done done) override;
  void Cancel(absl::string_view cause) override;
  int Progress() const override;
  std::string Activity() const override;

 private:
  // When the n-th request is due, counted from 0.
  absl::Duration DueAt(uint64_t request) const;
  void ScheduleNext();
  void SendDue();
  void Send(absl::Duration due);
  void OnAnswer(uint64_t id, absl::Duration due,
                const absl::StatusOr<servo::http::Response>& response);
  // Whether what is due then is within the window and so counts.
  bool Counts(absl::Duration due) const;
  absl::Time WallTime(absl::Duration due) const;
  void FinishWhenAnswered();
  void AnswerSoon(servo::protocol::Answer answer);

  servo::base::Loop* const loop_;
  const std::string config_path_;
  std::unique_ptr<servo::http::Client> client_;
  LoadConfig config_;
  servo::protocol::Control control_;
  Done done_;
  bool over_ = false;

  absl::Duration begin_;  // on the loop's clock
  absl::Time begin_time_;
  uint64_t due_ = 0;   // requests that were due so far
  uint64_t sent_ = 0;  // of them, those that were sent
  std::map<uint64_t, std::unique_ptr<servo::http::Transfer>> under_way_;
  servo::base::Loop::Registration timer_;
  LatencyReport report_;
};

}  // namespace http_load

#endif  // LOAD_DRIVER_H_
