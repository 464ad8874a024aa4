#include "protocol/measurement.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/signal_name.h"
#include "protocol/exit_codes.h"
#include "protocol/request.h"

namespace servo::protocol {

Measurement::Measurement(base::Loop* loop, const Streams& streams,
                         SignalSource* signals, Log* log, Driver* driver,
                         std::string app_id)
    : loop_(loop),
      in_(streams.in),
      signals_(signals),
      log_(log),
      driver_(driver),
      app_id_(std::move(app_id)),
      out_(loop, streams.out,
           [this](const absl::Status& why) { OnReaderGone(why.message()); }),
      pacer_(
          loop,
          [this](std::vector<std::string> messages, Pacer::Kind kind) {
            SendProgress(std::move(messages), kind);
          },
          [this] { return driver_->Activity(); }) {
  // Before the input, so that a signal that waits already is heard first.
  signals_->Listen(loop_, [this](int signal) { OnSignal(signal); });
  input_watch_ = loop_->Watch(in_, POLLIN, [this](short) { ReadInput(); });
}

Measurement::~Measurement() { signals_->Listen(loop_, nullptr); }

void Measurement::ReadInput() {
  char buffer[64 * 1024];
  ssize_t count = read(in_, buffer, sizeof(buffer));
  if (count < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (count < 0) {
    Finish(Answer::BadRequest(
               absl::StrCat("failed to read input: ", strerror(errno))),
           kExitFailed);
    return;
  }
  input_.append(buffer, count);
  if (input_.size() > kMaxRequestBytes) {
    Finish(Answer::BadRequest(absl::StrCat("failed to read input: more than ",
                                           kMaxRequestBytes, " bytes")),
           kExitFailed);
    return;
  }
  if (count > 0) return;
  input_watch_.Reset();
  Measure(std::exchange(input_, {}));
}

void Measurement::Measure(const std::string& input) {
  absl::StatusOr<Request> request = ParseRequest(input);
  if (!request.ok()) {
    Finish(Answer::BadRequest(request.status().message()), kExitFailed);
    return;
  }
  metrics_ = std::move(request->metrics);
  state_ = State::kMeasuring;
  pacer_.Stage("measurement started");
  measure_called_ = true;
  try {
    driver_->Measure(
        {.app_id = app_id_, .control = request->control, .reporter = this},
        [this](Answer answer) { OnDone(std::move(answer)); });
  } catch (...) {
    // Nothing tells how far it came, so nothing would be worth waiting for.
    exceptions_ = 2;
    throw;
  }
}

void Measurement::Stage(std::string message) {
  log_->Detail(message);
  if (state_ == State::kMeasuring) pacer_.Stage(std::move(message));
}

void Measurement::Notify(std::string message) {
  if (state_ == State::kMeasuring) pacer_.Notify(std::move(message));
}

void Measurement::Warn(std::string message) {
  log_->Warn(message);
  Notify(std::move(message));
}

void Measurement::Detail(absl::string_view message) { log_->Detail(message); }

void Measurement::SendProgress(std::vector<std::string> messages,
                               Pacer::Kind kind) {
  if (measure_called_)
    progress_ = std::clamp(driver_->Progress(), progress_, 100);
  out_.Write(ProgressLine(progress_, std::move(messages)),
             kind == Pacer::Kind::kNews ? LineWriter::Keep::kWithinLimit
                                        : LineWriter::Keep::kWhileNewest);
}

void Measurement::OnSignal(int signal) {
  const bool impatient = signal == SIGTERM || signal == SIGINT;
  if (impatient) ++impatient_signals_;
  log_->Detail(absl::StrCat("received ", base::SignalName(signal)));
  if (state_ == State::kAnswered) {
    if (impatient && !out_.idle()) Abandon(kExitCancelled);
    return;
  }
  const CancelCause cause = CancelCause::Signal(signal);
  Cancel(cause);
  if (impatient_signals_ > 1 && state_ == State::kMeasuring)
    driver_->Hurry(cause);
}

void Measurement::OnReaderGone(absl::string_view why) {
  if (state_ == State::kAnswered && !out_.lost()) return;
  log_->Warn(absl::StrCat("stdout ", why));
  Cancel(CancelCause::ReaderGone());
}

void Measurement::Cancel(const CancelCause& cause) {
  if (cancel_cause_.has_value() || state_ == State::kAnswered) return;
  cancel_cause_ = cause;
  pacer_.Quiet();
  if (state_ == State::kReading) {
    Finish(Cancelled(), kExitCancelled);
  } else if (!internal_error_.has_value()) {
    driver_->Cancel(cause);
  }
}

Answer Measurement::Cancelled() const {
  return Answer::Failed(CancelMessage(*cancel_cause_), kReasonCancelled);
}

void Measurement::OnDone(Answer answer) {
  if (state_ != State::kMeasuring) return;
  if (!answer.metrics.is_object() || !answer.annotations.is_object()) {
    internal_error_ = "the driver's metrics or annotations are not an object";
  } else {
    KeepMetrics(metrics_, &answer);
  }
  const bool of_cancel =
      answer.status == "ok" || answer.reason == kReasonCancelled;
  if (internal_error_.has_value()) {
    Finish(Answer::Failed(absl::StrCat("internal error: ", *internal_error_),
                          kReasonInternalError),
           kExitFailed);
  } else if (cancel_cause_.has_value() && of_cancel) {
    Finish(Cancelled(), kExitCancelled);
  } else {
    const int exit_code = answer.status == "ok" ? kExitOk : kExitFailed;
    Finish(std::move(answer), exit_code);
  }
}

void Measurement::OnException(absl::string_view what) {
  log_->Warn(absl::StrCat("internal error: ", what));
  if (!internal_error_.has_value() && !cancel_cause_.has_value())
    internal_error_ = std::string(what);
  ++exceptions_;
  if (state_ == State::kAnswered) {
    if (exceptions_ > 2) Abandon(kExitFailed);
    return;
  }
  if (state_ == State::kReading || exceptions_ > 2) {
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

void Measurement::GiveUp() {
  state_ = State::kMeasuring;
  OnDone(Answer::Cancelled());
}

void Measurement::Finish(Answer answer, int exit_code) {
  input_watch_.Reset();
  give_up_.Reset();
  pacer_.Flush();
  state_ = State::kAnswered;
  out_.Write(AnswerLine(std::move(answer)), LineWriter::Keep::kAlways);
  exit_code_ = exit_code;
  if (out_.dropped() + pacer_.dropped() > 0) {
    log_->Warn(absl::StrCat(out_.dropped() + pacer_.dropped(),
                            " progress messages were dropped: too many bytes "
                            "waited for the reader of stdout"));
  }
  if (cancel_cause_.has_value()) {
    answer_deadline_ = loop_->After(kCancelledAnswerGrace, [this] {
      if (!out_.idle()) Abandon(kExitCancelled);
    });
  }
  log_deadline_ = loop_->After(kLogGrace, [] {});
}

void Measurement::Abandon(int exit_code) {
  abandoned_ = true;
  exit_code_ = exit_code;
}

int Measurement::exit_code() const {
  return out_.lost() ? kExitCancelled : exit_code_;
}

bool Measurement::over() const {
  if (state_ != State::kAnswered) return false;
  if (!out_.idle() && !abandoned_) return false;
  return log_->idle() || !log_deadline_.active();
}

}  // namespace servo::protocol
