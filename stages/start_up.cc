#include "stages/start_up.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/status/statusor.h"
#include "exec/runner.h"

namespace servo::stages {
namespace {

const std::string& DirectoryOf(const plan::Task& task) {
  return std::get<plan::ProcessAction>(task.action).command.cwd;
}

}  // namespace

StartUp::StartUp(const Services& services, BackgroundTasks* background,
                 TaskId id, const plan::Task& task, plan::ProcessAction action,
                 Done done)
    : services_(services),
      background_(*background),
      id_(id),
      task_(task),
      action_(std::move(action)),
      done_(std::move(done)),
      probe_(services, *task.ready, DirectoryOf(task)) {}

void StartUp::Begin(absl::Duration limit) {
  deadline_ = services_.loop->Now() + limit;
  // A process that was not started has no output.
  if (probe_.tap() != nullptr) {
    next_ = services_.loop->Post([this] { StartProcess(); });
  } else {
    probe_.Look(std::max(limit, absl::Milliseconds(1)),
                [this](bool there) { OnFirstLook(there); });
  }
}

void StartUp::OnFirstLook(bool there) {
  if (!there) return StartProcess();
  Finish({.cause = Cause::kAlreadyReady,
          .result = absl::AlreadyExistsError("something else is ready")});
}

void StartUp::StartProcess() {
  absl::StatusOr<BackgroundTasks::Key> process = background_.StartUnready(
      id_, task_, action_, probe_.tap(),
      [this](exec::Result result) { OnProcessOver(std::move(result)); });
  if (!process.ok()) {
    return Finish({.cause = Cause::kNotStarted, .result = process.status()});
  }
  process_ = *process;
  const absl::Duration left = deadline_ - services_.loop->Now();
  timer_ = services_.loop->After(std::min(task_.ready->within, left),
                                 [this] { OnTimeUp(); });
  probe_.Watch([this] { OnReady(); });
}

void StartUp::OnReady() {
  // Too late: the process is being ended.
  if (stopped_ || time_is_up_) return;
  background_.SetReady(*process_);
  Finish({.cause = Cause::kNone});
}

void StartUp::OnTimeUp() {
  if (stopped_) return;
  time_is_up_ = true;
  background_.Stop(*process_);
}

void StartUp::EndEarly(bool at_once) {
  stopped_ = true;
  if (!process_.has_value()) {
    return Finish({.cause = Cause::kDropped,
                   .result = absl::CancelledError("the start was cancelled")});
  }
  at_once ? background_.Kill(*process_) : background_.Stop(*process_);
}

void StartUp::OnProcessOver(exec::Result result) {
  process_.reset();
  const Cause cause = CauseOfEnd(result);
  Finish({.cause = cause,
          .result = std::move(result),
          .last_look = cause == Cause::kEndedUnready ? absl::OkStatus()
                                                     : probe_.last_look()});
}

// What was stopped from elsewhere is stopped since the run ends.
Cause StartUp::CauseOfEnd(const exec::Result& result) const {
  if (result.ending != exec::Ending::kStopped) return Cause::kEndedUnready;
  return time_is_up_ && !stopped_ ? Cause::kNotReady : Cause::kStopped;
}

void StartUp::Finish(End end) {
  timer_.Reset();
  next_.Reset();
  Done done = std::move(done_);
  done(std::move(end));
}

}  // namespace servo::stages
