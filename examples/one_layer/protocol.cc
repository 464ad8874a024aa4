// The protocol layer alone: a whole measure driver. It reports the machine's
// load average; docs/writing-a-driver.md goes through it line by line.

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/loop.h"
#include "protocol/command_line.h"
#include "protocol/driver.h"
#include "protocol/driver_main.h"

namespace {

using namespace servo;

class LoadAverage final : public protocol::Driver {
 public:
  explicit LoadAverage(base::Loop* loop) : loop_(loop) {}

  nlohmann::json Describe() override {
    return {{"load_average", {{"unit", "processes"}}}};
  }

  void Measure(const Session& session, Done done) override {
    length_ = session.control.Total();
    begin_ = loop_->Now();
    done_ = std::move(done);
    timer_ = loop_->After(length_, [this] {
      double load = 0;
      protocol::Answer answer;
      if (getloadavg(&load, 1) != 1) {
        answer = protocol::Answer::Failed("the system tells no load average");
      } else {
        answer.metrics["load_average"] = {{"value", load},
                                          {"unit", "processes"}};
      }
      done_(std::move(answer));
    });
  }

  void Cancel(absl::string_view) override {
    if (!timer_.active()) return;
    timer_ = loop_->After(absl::ZeroDuration(),
                          [this] { done_(protocol::Answer::Cancelled()); });
  }

  int Progress() const override {
    return length_ > absl::ZeroDuration()
               ? static_cast<int>(
                     100 * absl::FDivDuration(loop_->Now() - begin_, length_))
               : 100;
  }

  std::string Activity() const override { return "Measuring the load"; }

 private:
  base::Loop* const loop_;
  absl::Duration length_, begin_;
  Done done_;
  base::Loop::Registration timer_;
};

}  // namespace

int main(int argc, char** argv) {
  return protocol::DriverMain(
      {.name = "measure",
       .version = "1.0.0",
       .summary = "Reports the machine's load average."},
      argc, argv, [](const protocol::Arguments&, base::Loop* loop) {
        return std::make_unique<LoadAverage>(loop);
      });
}
