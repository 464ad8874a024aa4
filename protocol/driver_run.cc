#include "protocol/driver_run.h"

#include <csignal>
#include <exception>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "protocol/exit_codes.h"

namespace servo::protocol {

bool IsImpatient(int signal) { return signal == SIGTERM || signal == SIGINT; }

DriverRun::DriverRun(base::Loop* loop, Driver* driver, Reporter* reporter,
                     Hooks hooks)
    : loop_(loop),
      driver_(driver),
      reporter_(reporter),
      hooks_(std::move(hooks)) {}

void DriverRun::Begin(std::string app_id, const Control& control) {
  begun_ = true;
  try {
    driver_->Measure({.app_id = std::move(app_id),
                      .control = control,
                      .reporter = reporter_},
                     [this](Answer answer) { OnDone(std::move(answer)); });
  } catch (...) {
    // Nothing tells how far it came, so nothing would be worth waiting for.
    exceptions_ = 2;
    throw;
  }
}

void DriverRun::Refuse(Answer answer) {
  if (!begun_ && !answered_) Settle(std::move(answer), kExitFailed);
}

void DriverRun::OnSignal(int signal) {
  if (answered_) return;
  if (IsImpatient(signal)) ++impatient_signals_;
  const CancelCause cause = CancelCause::Signal(signal);
  Cancel(cause);
  if (impatient_signals_ > 1 && begun_ && !answered_) driver_->Hurry(cause);
}

void DriverRun::Cancel(const CancelCause& cause) {
  if (cancel_cause_.has_value() || answered_) return;
  cancel_cause_ = cause;
  hooks_.on_cancel(cause);
  if (!begun_) {
    Settle(Cancelled(), kExitCancelled);
  } else if (!internal_error_.has_value()) {
    driver_->Cancel(cause);
  }
}

Answer DriverRun::Cancelled() const {
  return Answer::Failed(CancelMessage(*cancel_cause_), kReasonCancelled);
}

void DriverRun::OnDone(Answer answer) {
  if (answered_) return;
  if (!answer.metrics.is_object() || !answer.annotations.is_object()) {
    internal_error_ = "the driver's metrics or annotations are not an object";
  }
  const bool of_cancel =
      answer.status == "ok" || answer.reason == kReasonCancelled;
  if (internal_error_.has_value()) {
    Settle(Answer::Failed(absl::StrCat("internal error: ", *internal_error_),
                          kReasonInternalError),
           kExitFailed);
  } else if (cancel_cause_.has_value() && of_cancel) {
    Settle(Cancelled(), kExitCancelled);
  } else {
    const int exit_code = answer.status == "ok" ? kExitOk : kExitFailed;
    Settle(std::move(answer), exit_code);
  }
}

void DriverRun::OnException(absl::string_view what) {
  if (!internal_error_.has_value() && !cancel_cause_.has_value())
    internal_error_ = std::string(what);
  ++exceptions_;
  if (answered_) return;
  if (!begun_ || exceptions_ > 2) {
    GiveUp();
    return;
  }
  if (exceptions_ == 1)
    give_up_ = loop_->After(kInternalErrorGrace, [this] { GiveUp(); });
  try {
    if (exceptions_ == 1)
      driver_->Cancel(CancelCause::InternalError());
    else
      driver_->Hurry(CancelCause::InternalError());
  } catch (const std::exception& error) {
    OnException(error.what());
  } catch (...) {
    OnException("unknown exception");
  }
}

void DriverRun::GiveUp() { OnDone(Answer::Cancelled()); }

void DriverRun::Settle(Answer answer, int exit_code) {
  give_up_.Reset();
  TellDriver(answer);
  answered_ = true;
  hooks_.on_answer(std::move(answer), exit_code);
}

// What goes wrong here changes the answer no more.
void DriverRun::TellDriver(const Answer& answer) {
  std::string problem;
  try {
    const absl::Status told = driver_->BeforeAnswer(answer);
    if (told.ok()) return;
    problem = std::string(told.message());
  } catch (const std::exception& error) {
    problem = absl::StrCat("internal error: ", error.what());
  }
  reporter_->Warn(std::move(problem));
}

void TellAfterAnswer(Driver* driver, base::Loop* loop, Log* log,
                     absl::string_view prefix) {
  std::string problem;
  try {
    const absl::Status status = driver->AfterAnswer();
    if (status.ok()) return;
    problem = std::string(status.message());
  } catch (const std::exception& error) {
    problem = absl::StrCat("internal error: ", error.what());
  }
  log->Warn(absl::StrCat(prefix, problem));
  const base::Loop::Registration deadline = loop->After(kLogGrace, [] {});
  while (!log->idle() && deadline.active()) loop->RunOnce();
}

}  // namespace servo::protocol
