#include "protocol/measurement.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
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
          [this] { return driver_->Activity(); }),
      run_(loop, driver, /*reporter=*/this,
           {.on_cancel = [this](const CancelCause&) { pacer_.Quiet(); },
            .on_answer =
                [this](Answer answer, int exit_code) {
                  OnAnswer(std::move(answer), exit_code);
                }}) {
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
    run_.Refuse(Answer::BadRequest(
        absl::StrCat("failed to read input: ", strerror(errno))));
    return;
  }
  input_.append(buffer, count);
  if (input_.size() > kMaxRequestBytes) {
    run_.Refuse(Answer::BadRequest(absl::StrCat(
        "failed to read input: more than ", kMaxRequestBytes, " bytes")));
    return;
  }
  if (count > 0) return;
  input_watch_.Reset();
  Measure(std::exchange(input_, {}));
}

void Measurement::Measure(const std::string& input) {
  absl::StatusOr<Request> request = ParseRequest(input);
  if (!request.ok()) {
    run_.Refuse(Answer::BadRequest(request.status().message()));
    return;
  }
  metrics_ = std::move(request->metrics);
  measuring_ = true;
  pacer_.Stage("measurement started");
  run_.Begin(app_id_, request->control);
}

void Measurement::Stage(std::string message) {
  log_->Detail(message);
  if (measuring_ && !run_.answered()) pacer_.Stage(std::move(message));
}

void Measurement::Notify(std::string message) {
  if (measuring_ && !run_.answered()) pacer_.Notify(std::move(message));
}

void Measurement::Warn(std::string message) {
  if (log_->verbose() || log_->bytes() < kStderrBytes || run_.answered()) {
    log_->Warn(message);
  } else {
    ++unlogged_warnings_;
  }
  Notify(std::move(message));
}

void Measurement::Detail(absl::string_view message) { log_->Detail(message); }

void Measurement::SendProgress(std::vector<std::string> messages,
                               Pacer::Kind kind) {
  if (run_.begun()) progress_ = std::clamp(driver_->Progress(), progress_, 100);
  out_.Write(ProgressLine(progress_, std::move(messages)),
             kind == Pacer::Kind::kNews ? LineWriter::Keep::kWithinLimit
                                        : LineWriter::Keep::kWhileNewest);
}

void Measurement::OnSignal(int signal) {
  log_->Detail(absl::StrCat("received ", base::SignalName(signal)));
  if (!run_.answered()) {
    run_.OnSignal(signal);
    if (run_.hurried()) pacer_.Hurry();
    return;
  }
  if (!IsImpatient(signal)) return;
  if (!answer_written_) {
    pacer_.Hurry();
  } else if (!out_.idle()) {
    Abandon(kExitCancelled);
  }
}

void Measurement::OnReaderGone(absl::string_view why) {
  pacer_.Hurry();
  if (run_.answered() && !out_.lost()) return;
  log_->Warn(absl::StrCat("stdout ", why));
  run_.Cancel(CancelCause::ReaderGone());
}

void Measurement::OnException(absl::string_view what) {
  log_->Warn(absl::StrCat("internal error: ", what));
  const bool answered = run_.answered();
  run_.OnException(what);
  if (!answered || run_.exceptions() <= 2) return;
  if (answer_written_) {
    Abandon(kExitFailed);
  } else {
    pacer_.Hurry();
  }
}

void Measurement::OnAnswer(Answer answer, int exit_code) {
  KeepMetrics(metrics_, &answer);
  input_watch_.Reset();
  exit_code_ = exit_code;
  if (unlogged_warnings_ > 0) {
    log_->Warn(absl::StrCat(unlogged_warnings_,
                            " more warnings were sent as progress alone"));
  }
  pacer_.Flush([this, answer = std::move(answer)]() mutable {
    WriteAnswer(std::move(answer));
  });
}

void Measurement::WriteAnswer(Answer answer) {
  answer_written_ = true;
  out_.Write(AnswerLine(std::move(answer)), LineWriter::Keep::kAlways);
  if (out_.dropped() + pacer_.dropped() > 0) {
    log_->Warn(absl::StrCat(out_.dropped() + pacer_.dropped(),
                            " progress messages were dropped: too many bytes "
                            "waited for the reader of stdout"));
  }
  if (run_.cancelled()) {
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
  if (!answer_written_) return false;
  if (!out_.idle() && !abandoned_) return false;
  return log_->idle() || !log_deadline_.active();
}

}  // namespace servo::protocol
