// A driver that a test leads by the hand.
#ifndef PROTOCOL_FAKE_DRIVER_H_
#define PROTOCOL_FAKE_DRIVER_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "nlohmann/json.hpp"
#include "protocol/cancel_cause.h"
#include "protocol/driver.h"
#include "protocol/messages.h"

namespace servo::protocol {

// Records what it is asked and does what the test says. Not thread-safe.
class FakeDriver final : public Driver {
 public:
  absl::StatusOr<nlohmann::json> Describe() override { return description; }

  void Measure(const Session& session, Done done) override {
    calls.push_back(
        absl::StrCat("Measure ", session.app_id, " ",
                     absl::FormatDuration(session.control.Total())));
    reporter = session.reporter;
    done_ = std::move(done);
    if (on_measure) on_measure();
  }

  void Cancel(const CancelCause& cause) override {
    calls.push_back(absl::StrCat("Cancel ", ToString(cause)));
    if (on_cancel) on_cancel();
  }

  void Hurry(const CancelCause& cause) override {
    calls.push_back(absl::StrCat("Hurry ", ToString(cause)));
    if (on_hurry) on_hurry();
  }

  int Progress() const override { return progress; }
  std::string Activity() const override { return activity; }

  absl::Status BeforeAnswer(const Answer& answer) override {
    told = absl::StrCat(answer.status, " ", answer.reason);
    return before_answer;
  }

  absl::Status AfterAnswer() override {
    return after_answer ? after_answer() : absl::OkStatus();
  }

  // Gives the driver's answer.
  void Finish(Answer answer) { done_(std::move(answer)); }

  bool measuring() const { return static_cast<bool>(done_); }

  // What was called, in order: "Cancel SIGUSR1".
  std::vector<std::string> calls;
  Reporter* reporter = nullptr;

  absl::StatusOr<nlohmann::json> description = nlohmann::json::object();
  absl::Status before_answer = absl::OkStatus();
  std::string told;  // status and reason of the answer that is to be given
  int progress = 0;
  std::string activity = "busy";
  std::function<void()> on_measure;
  std::function<void()> on_cancel;
  std::function<void()> on_hurry;
  std::function<absl::Status()> after_answer;

 private:
  Done done_;
};

}  // namespace servo::protocol

#endif  // PROTOCOL_FAKE_DRIVER_H_
