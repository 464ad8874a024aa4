// A driver that returns metrics, to sit beside `measure` under the aggregator:
// it counts the requests of the window, of which there are as many as it lasts
// milliseconds. What it measures is of no use; how it does it is what a driver
// needs.

#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/loop.h"
#include "nlohmann/json.hpp"
#include "protocol/cancel_cause.h"
#include "protocol/command_line.h"
#include "protocol/driver.h"
#include "protocol/driver_main.h"
#include "protocol/messages.h"

namespace {

using ::servo::protocol::Answer;

class CountingDriver final : public servo::protocol::Driver {
 public:
  CountingDriver(servo::base::Loop* loop, bool fails)
      : loop_(loop), fails_(fails) {}

  absl::StatusOr<nlohmann::json> Describe() override {
    return nlohmann::json{{"requests", {{"unit", "1"}}},
                          {"rate", {{"unit", "1/s"}}}};
  }

  void Measure(const Session& session, Done done) override {
    window_ = session.control.Total();
    done_ = std::move(done);
    session.reporter->Stage("counting");
    timer_ = loop_->After(window_, [this] { done_(Result()); });
  }

  void Cancel(const servo::protocol::CancelCause&) override {
    timer_ = loop_->After(absl::ZeroDuration(),
                          [this] { done_(Answer::Cancelled()); });
  }

  int Progress() const override { return 0; }
  std::string Activity() const override { return "counting"; }

 private:
  Answer Result() const {
    if (fails_) return Answer::Failed("the counter broke");
    Answer answer;
    answer.metrics["requests"] = {{"value", absl::ToInt64Milliseconds(window_)},
                                  {"unit", "1"}};
    answer.metrics["rate"] = {{"value", 1000}, {"unit", "1/s"}};
    answer.annotations["counter"] = "exact";
    return answer;
  }

  servo::base::Loop* const loop_;
  const bool fails_;
  absl::Duration window_;
  Done done_;
  servo::base::Loop::Registration timer_;
};

}  // namespace

int main(int argc, char** argv) {
  return servo::protocol::DriverMain(
      {.name = "metrics-driver",
       .version = "1.0.0",
       .summary = "Counts.",
       .options = {{.name = "fail", .help = "Fails at the window's end."}}},
      argc, argv,
      [](const servo::protocol::Arguments& arguments, servo::base::Loop* loop) {
        return std::make_unique<CountingDriver>(loop, arguments.Has("fail"));
      });
}
