// Lets a listener hear what a run tells in words.
#ifndef CMD_RECORDING_REPORTER_H_
#define CMD_RECORDING_REPORTER_H_

#include <functional>
#include <string>
#include <utility>

#include "absl/base/attributes.h"
#include "absl/strings/string_view.h"
#include "protocol/driver.h"

namespace servo::cmd {

// Hands everything on; notifications and warnings are told to `hear` first.
// What a stage's beginning is called is an event of its own.
class RecordingReporter final : public protocol::Reporter {
 public:
  using Hear = std::function<void(absl::string_view message, bool is_warning)>;

  RecordingReporter(protocol::Reporter* reporter ABSL_ATTRIBUTE_LIFETIME_BOUND,
                    Hear hear)
      : reporter_(reporter), hear_(std::move(hear)) {}

  void Stage(std::string message) override {
    reporter_->Stage(std::move(message));
  }
  void Notify(std::string message) override {
    hear_(message, /*is_warning=*/false);
    reporter_->Notify(std::move(message));
  }
  void Warn(std::string message) override {
    hear_(message, /*is_warning=*/true);
    reporter_->Warn(std::move(message));
  }
  void Detail(absl::string_view message) override {
    reporter_->Detail(message);
  }
  bool wants_details() const override { return reporter_->wants_details(); }

 private:
  protocol::Reporter* const reporter_;
  const Hear hear_;
};

}  // namespace servo::cmd

#endif  // CMD_RECORDING_REPORTER_H_
