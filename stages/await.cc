#include "stages/await.h"

#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/quoted.h"
#include "stages/early_end.h"

namespace servo::stages {
namespace {

const plan::AwaitAction& ActionOf(const plan::Task& task) {
  return std::get<plan::AwaitAction>(task.action);
}

// Judged by the rules of the awaited task.
Cause CauseOf(const BackgroundEnd& end) {
  if (end.task->ignore_exitcode) return Cause::kNone;
  if (!Succeeded(*end.task, end.result)) {
    return end.result.code < 0 ? Cause::kSignal : Cause::kExitCode;
  }
  return end.extraction.failed() ? Cause::kMetric : Cause::kNone;
}

}  // namespace

Await::Await(const Services& services, BackgroundTasks* background,
             const plan::Task& task, Done done)
    : services_(services),
      background_(*background),
      task_(task),
      id_{.stage = ActionOf(task).stage, .index = ActionOf(task).index},
      done_(std::move(done)) {}

Await::~Await() { background_.StopAwaiting(); }

void Await::Begin() {
  if (const BackgroundEnd* end = background_.EndOf(id_)) {
    next_ = services_.loop->Post([this, end] { OnEnd(*end); });
  } else if (background_.Await(
                 id_, [this](const BackgroundEnd& event) { OnEnd(event); })) {
    timer_ = services_.loop->After(task_.timeout, [this] { OnTimeout(); });
  } else {
    next_ = services_.loop->Post([this] {
      Finish({.cause = Cause::kNotStarted,
              .result = absl::FailedPreconditionError(
                  absl::StrCat("the task ", base::Quoted(ActionOf(task_).name),
                               " was not started")),
              .extraction = {}});
    });
  }
}

void Await::OnTimeout() {
  timed_out_ = true;
  background_.StopAwaited(id_);
}

void Await::OnEnd(const BackgroundEnd& end) {
  const Cause cause = timed_out_ ? Cause::kTimedOut : CauseOf(end);
  Finish(
      {.cause = cause,
       .result = end.result,
       .awaited = end.task,
       .extraction = cause == Cause::kMetric ? end.extraction : Extraction()});
}

void Await::Stop() {
  Finish({.cause = Cause::kDropped,
          .result = absl::CancelledError("the wait was cancelled"),
          .extraction = {}});
}

void Await::Finish(End end) {
  timer_.Reset();
  next_.Reset();
  Done done = std::move(done_);
  done(std::move(end));
}

}  // namespace servo::stages
