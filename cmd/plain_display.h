// A run by hand as lines on stderr, for where there is no terminal.
#ifndef CMD_PLAIN_DISPLAY_H_
#define CMD_PLAIN_DISPLAY_H_

#include <string>

#include "absl/base/attributes.h"
#include "absl/functional/any_invocable.h"
#include "absl/strings/string_view.h"
#include "protocol/cancel_cause.h"
#include "protocol/hand_run.h"
#include "protocol/log.h"
#include "protocol/messages.h"

namespace servo::cmd {

// What stdout gets at the end.
using MakeSummary =
    absl::AnyInvocable<std::string(const protocol::Answer& answer)>;

// What a person is told when the run is asked to end: how to hurry it.
std::string CleaningUpText(const protocol::CancelCause& cause);

// Writes everything at once, and details with --verbose. Messages are shown as
// a terminal would show them: no control characters, line breaks as they are.
class PlainDisplay final : public protocol::HandRunDisplay {
 public:
  PlainDisplay(protocol::Log* log ABSL_ATTRIBUTE_LIFETIME_BOUND,
               MakeSummary make_summary);

  void Stage(std::string message) override { Show(message); }
  void Notify(std::string message) override { Show(message); }
  void Warn(std::string message) override { Show("warning: " + message); }
  void Detail(absl::string_view message) override;
  bool wants_details() const override { return log_->verbose(); }
  void CleaningUp(const protocol::CancelCause& cause) override;
  void Close() override {}
  std::string Summary(const protocol::Answer& answer) override;
  bool idle() const override { return log_->idle(); }

 private:
  void Show(absl::string_view message);

  protocol::Log* const log_;
  MakeSummary make_summary_;
};

}  // namespace servo::cmd

#endif  // CMD_PLAIN_DISPLAY_H_
