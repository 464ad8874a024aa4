#include "cmd/plain_display.h"

#include <csignal>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/cancel_cause.h"
#include "base/terminal_text.h"

namespace servo::cmd {

std::string CleaningUpText(const protocol::CancelCause& cause) {
  const bool interrupted = cause.kind == protocol::CancelCause::Kind::kSignal &&
                           cause.signal == SIGINT;
  return absl::StrCat(interrupted ? "interrupted" : base::ToString(cause),
                      ": cleaning up; Ctrl-C ", interrupted ? "again " : "",
                      "kills what still runs");
}

PlainDisplay::PlainDisplay(protocol::Log* log, MakeSummary make_summary)
    : log_(log), make_summary_(std::move(make_summary)) {}

void PlainDisplay::Show(absl::string_view message) {
  log_->Warn(base::VisibleText(message));
}

void PlainDisplay::Detail(absl::string_view message) {
  log_->Detail(base::VisibleText(message));
}

void PlainDisplay::CleaningUp(const protocol::CancelCause& cause) {
  Show(CleaningUpText(cause));
}

std::string PlainDisplay::Summary(const protocol::Answer& answer) {
  return make_summary_(answer);
}

}  // namespace servo::cmd
