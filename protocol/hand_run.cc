#include "protocol/hand_run.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace servo::protocol {
namespace {

// How long the summary waits for a display that is slow to be written.
constexpr absl::Duration kDisplayGrace = absl::Seconds(1);
constexpr absl::Duration kDisplayPoll = absl::Milliseconds(5);

}  // namespace

HandRun::HandRun(base::Loop* loop, int stdout_fd, SignalSource* signals,
                 HandRunDisplay* display, Driver* driver)
    : loop_(loop),
      signals_(signals),
      display_(display),
      run_(loop, driver, display,
           {.on_cancel =
                [this](const CancelCause& cause) {
                  if (run_.begun()) display_->CleaningUp(cause);
                },
            .on_answer =
                [this](Answer answer, int exit_code) {
                  OnAnswer(std::move(answer), exit_code);
                }}),
      out_(loop, stdout_fd,
           [this](const absl::Status& why) { OnReaderGone(why.message()); }) {
  signals_->Listen(loop_, [this](int signal) { OnSignal(signal); });
}

HandRun::~HandRun() { signals_->Listen(loop_, nullptr); }

void HandRun::Begin(std::string app_id, const Control& control) {
  next_ = loop_->After(absl::ZeroDuration(),
                       [this, app_id = std::move(app_id), control] {
                         if (!run_.answered()) run_.Begin(app_id, control);
                       });
}

void HandRun::OnSignal(int signal) {
  if (!run_.answered()) return run_.OnSignal(signal);
  if (IsImpatient(signal)) {
    abandoned_ = true;
    exit_code_ = kExitCancelled;
  }
}

void HandRun::OnReaderGone(absl::string_view why) {
  if (run_.answered() && !out_.lost()) return;
  display_->Warn(absl::StrCat("stdout ", why));
  run_.Cancel(CancelCause::ReaderGone());
}

void HandRun::OnException(absl::string_view what) {
  display_->Warn(absl::StrCat("internal error: ", what));
  const bool answered = run_.answered();
  run_.OnException(what);
  if (answered && run_.exceptions() > 2) abandoned_ = true;
}

void HandRun::OnAnswer(Answer answer, int exit_code) {
  exit_code_ = exit_code;
  display_->Close();
  summary_ = display_->Summary(answer);
  answered_at_ = loop_->Now();
  WriteSummary();
}

// Both may go to the same terminal.
void HandRun::WriteSummary() {
  if (!display_->idle() && loop_->Now() - answered_at_ < kDisplayGrace) {
    next_ = loop_->After(kDisplayPoll, [this] { WriteSummary(); });
    return;
  }
  summary_written_ = true;
  out_.Write(std::move(summary_), LineWriter::Keep::kAlways);
}

int HandRun::exit_code() const {
  return out_.lost() ? kExitCancelled : exit_code_;
}

bool HandRun::over() const {
  if (!run_.answered()) return false;
  return abandoned_ || (summary_written_ && out_.idle());
}

}  // namespace servo::protocol
