// Hands the words about a run to whoever asked for the measurement.
#ifndef CMD_REPORTER_SINK_H_
#define CMD_REPORTER_SINK_H_

#include <string>
#include <utility>

#include "absl/base/attributes.h"
#include "protocol/driver.h"
#include "report/message_sink.h"

namespace servo::cmd {

class ReporterSink final : public report::MessageSink {
 public:
  explicit ReporterSink(
      protocol::Reporter* reporter ABSL_ATTRIBUTE_LIFETIME_BOUND)
      : reporter_(reporter) {}

  void Stage(std::string text) override { reporter_->Stage(std::move(text)); }
  void Notify(std::string text) override { reporter_->Notify(std::move(text)); }
  void Warn(std::string text) override { reporter_->Warn(std::move(text)); }
  void Detail(std::string text) override { reporter_->Detail(text); }
  bool wants_details() const override { return reporter_->wants_details(); }

 private:
  protocol::Reporter* const reporter_;
};

}  // namespace servo::cmd

#endif  // CMD_REPORTER_SINK_H_
