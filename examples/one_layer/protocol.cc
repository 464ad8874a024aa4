// A measure driver: the machine's load average at the end of the window.
#include <cstdlib>

#include "protocol/driver_main.h"

using namespace servo::protocol;

class LoadAverage final : public Driver {
 public:
  explicit LoadAverage(servo::base::Loop* loop) : loop_(loop) {}
  absl::StatusOr<nlohmann::json> Describe() override {
    return nlohmann::json{{"load", {{"unit", "tasks"}}}};
  }
  void Measure(const Session& session, Done done) override {
    begin_ = loop_->Now();
    control_ = session.control;
    done_ = std::move(done);
    timer_ = loop_->After(control_.Total(), [this] { Finish(); });
  }
  void Cancel(const CancelCause&) override {
    timer_ = loop_->Post([this] { done_(Answer::Cancelled()); });
  }
  int Progress() const override {
    return control_.ProgressAfter(loop_->Now() - begin_);
  }
  std::string Activity() const override { return "Waiting for the end"; }

 private:
  void Finish() {
    double load = 0;
    if (getloadavg(&load, 1) != 1)
      return done_(Answer::Failed("no load average"));
    Answer answer;
    answer.metrics["load"] = {{"value", load}, {"unit", "tasks"}};
    answer.annotations["source"] = "getloadavg(3)";
    done_(answer);
  }

  servo::base::Loop* const loop_;
  absl::Duration begin_;
  Control control_;
  Done done_;
  servo::base::Loop::Registration timer_;
};

int main(int argc, char** argv) {
  return DriverMain<LoadAverage>(
      {.name = "measure", .version = "1.0.0", .summary = "Tells the load."},
      argc, argv);
}
