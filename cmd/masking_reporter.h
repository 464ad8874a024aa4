// The place where secrets are masked in all that a run tells the core.
#ifndef CMD_MASKING_REPORTER_H_
#define CMD_MASKING_REPORTER_H_

#include <string>
#include <utility>

#include "absl/base/attributes.h"
#include "absl/strings/string_view.h"
#include "base/redact_json.h"
#include "base/redactor.h"
#include "protocol/driver.h"
#include "protocol/messages.h"

namespace servo::cmd {

// Hands everything on without the secrets that `redactor` knows by then.
class MaskingReporter final : public protocol::Reporter {
 public:
  MaskingReporter(protocol::Reporter* reporter ABSL_ATTRIBUTE_LIFETIME_BOUND,
                  const base::Redactor* redactor ABSL_ATTRIBUTE_LIFETIME_BOUND)
      : reporter_(reporter), redactor_(redactor) {}

  void Stage(std::string message) override {
    reporter_->Stage(redactor_->RedactMessage(std::move(message)));
  }
  void Notify(std::string message) override {
    reporter_->Notify(redactor_->RedactMessage(std::move(message)));
  }
  void Warn(std::string message) override {
    reporter_->Warn(redactor_->RedactMessage(std::move(message)));
  }
  void Detail(absl::string_view message) override {
    if (redactor_->empty()) return reporter_->Detail(message);
    reporter_->Detail(redactor_->RedactMessage(std::string(message)));
  }
  bool wants_details() const override { return reporter_->wants_details(); }

 private:
  protocol::Reporter* const reporter_;
  const base::Redactor* const redactor_;
};

// `answer` without secrets. Names of metrics and annotations stay.
inline protocol::Answer Masked(protocol::Answer answer,
                               const base::Redactor& redactor) {
  answer.message = redactor.RedactMessage(std::move(answer.message));
  base::RedactStrings(redactor, &answer.metrics);
  base::RedactStrings(redactor, &answer.annotations);
  return answer;
}

}  // namespace servo::cmd

#endif  // CMD_MASKING_REPORTER_H_
