#include "stages/task_execution.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "stages/capturing.h"
#include "stages/lookup.h"
#include "stages/retry_delay.h"
#include "stages/withholding.h"

namespace servo::stages {

TaskExecution::TaskExecution(const Context& context, TaskId id,
                             const plan::Task& task, Done done)
    : context_(context), id_(id), task_(task), done_(std::move(done)) {}

void TaskExecution::Start() { BeginAttempt(); }

void TaskExecution::BeginAttempt() {
  if (task_.every.has_value()) {
    context_.samplers->Start(id_, task_);
    return Finish(std::nullopt);
  }
  ++number_;
  begin_ = context_.services.loop->Now();
  if (number_ == 1) first_begin_ = begin_;
  context_.listener->OnAttemptBegin(
      {.id = id_, .task = &task_, .attempt = number_, .at = begin_});
  if (std::holds_alternative<plan::AwaitAction>(task_.action)) {
    return StartAwait();
  }
  absl::StatusOr<RunValues::Action> action =
      context_.values->ActionOf(id_, task_);
  if (!action.ok()) {
    return EndAttempt(action.status(),
                      {.judgement = {.cause = Cause::kNoValue}});
  }
  if (task_.background) {
    return StartInBackground(std::get<plan::ProcessAction>(*std::move(action)));
  }
  StartInForeground(*std::move(action));
}

void TaskExecution::StartInForeground(RunValues::Action action) {
  files_ = AttemptFiles(task_, [this](absl::string_view path) {
    return context_.values->PathOf(id_, task_, path);
  });
  if (const auto* request = std::get_if<plan::RequestAction>(&action)) {
    asked_ = request->request.url;
  }
  absl::StatusOr<std::unique_ptr<Attempt>> attempt = StartAttempt(
      context_.services, task_, std::move(action),
      [this](AttemptResult result) { EndForegroundAttempt(std::move(result)); },
      TimeLeft());
  if (!attempt.ok()) {
    return EndAttempt(attempt.status(),
                      {.judgement = {.cause = Cause::kNotStarted}});
  }
  attempt_ = *std::move(attempt);
}

void TaskExecution::StartInBackground(plan::ProcessAction action) {
  if (task_.ready.has_value()) return StartAndAwaitReadiness(std::move(action));
  const absl::Status started = context_.background->Start(id_, task_, action);
  if (!started.ok())
    return EndAttempt(started, {.judgement = {.cause = Cause::kNotStarted}});
  Accept();
}

void TaskExecution::StartAndAwaitReadiness(plan::ProcessAction action) {
  auto start_up = std::make_unique<StartUp>(
      context_.services, context_.background, id_, task_, std::move(action),
      [this](StartUp::End end) { EndStartUp(std::move(end)); });
  start_up->Begin(TimeLeft());
  attempt_ = std::move(start_up);
}

void TaskExecution::EndStartUp(StartUp::End end) {
  if (end.cause == Cause::kNone) {
    attempt_.reset();
    return Accept();
  }
  last_look_ = std::move(end.last_look);
  EndAttempt(std::move(end.result), {.judgement = {.cause = end.cause}});
}

void TaskExecution::StartAwait() {
  auto await = std::make_unique<Await>(
      context_.services, context_.background, task_,
      [this](Await::End end) { EndAwait(std::move(end)); });
  await->Begin();
  attempt_ = std::move(await);
}

void TaskExecution::EndAwait(Await::End end) {
  awaited_ = end.awaited;
  EndAttempt(std::move(end.result), {.judgement = {.cause = end.cause},
                                     .extraction = std::move(end.extraction)});
}

void TaskExecution::Accept() {
  context_.listener->OnBackgroundReady({.id = id_,
                                        .task = &task_,
                                        .attempt = number_,
                                        .at = context_.services.loop->Now()});
  Finish(std::nullopt);
}

void TaskExecution::EndForegroundAttempt(AttemptResult result) {
  std::optional<Sources> sources(std::in_place, task_, result, files_);
  Uncaptured uncaptured;
  if (std::holds_alternative<absl::Status>(result)) {
    uncaptured.secret = SecretOf(task_);
  } else {
    // Of failed attempts too: what they began can be withdrawn.
    uncaptured =
        TakeCaptures(task_, result, asked_, &*sources, context_.values);
  }
  JudgedAttempt judged =
      JudgeAttempt(id_, task_, result, std::move(uncaptured.problems),
                   *context_.values, &*sources, absl::Now());
  // Of a large output they are as large as what is told of it.
  sources.reset();
  SettleBody(&result, &judged);
  if (uncaptured.secret != nullptr) {
    WithholdOutput(uncaptured, &result, &judged);
  }
  EndAttempt(std::move(result), std::move(judged));
}

void TaskExecution::EndAttempt(AttemptResult result, JudgedAttempt judged) {
  const Judgement& judgement = judged.judgement;
  attempt_.reset();
  stop_.Reset();
  AttemptEnd end = {.id = id_,
                    .task = &task_,
                    .attempt = number_,
                    .begin = begin_,
                    .end = context_.services.loop->Now(),
                    .result = std::move(result),
                    .judgement = judgement,
                    .extraction = std::move(judged.extraction),
                    .capture_problems = std::move(judged.capture_problems),
                    .verdict = std::move(judged.verdict),
                    .saved = std::move(judged.saved),
                    .last_look = std::exchange(last_look_, absl::OkStatus()),
                    .awaited = awaited_};
  context_.listener->OnAttemptEnd(end);
  if (judgement.success()) return Finish(std::nullopt);
  if (stopping_) return Finish(std::move(end));
  if (end.verdict.gives_up) return GiveUp(std::move(end));
  // What is missing now will be missing then.
  if (judgement.cause == Cause::kNoValue) return Finish(std::move(end));
  const bool cut_off = judgement.cause == Cause::kTimedOut ||
                       judgement.cause == Cause::kNotReady;
  if (cut_off && TimeIsUp()) {
    // Cut off: it tells less than the last whole attempt.
    return GiveUp(last_failure_.has_value() ? *std::move(last_failure_)
                                            : std::move(end));
  }
  if (!task_.retry.AllowsAfter(number_)) return GiveUp(std::move(end));
  WaitForRetry(std::move(end));
}

absl::Duration TaskExecution::TimeLeft() const {
  if (!task_.retry.retry_for.has_value()) return absl::InfiniteDuration();
  const absl::Duration passed = context_.services.loop->Now() - first_begin_;
  return std::max(*task_.retry.retry_for - passed, absl::ZeroDuration());
}

bool TaskExecution::TimeIsUp() const {
  // Timers of other layers count in milliseconds and may be early by one.
  return TimeLeft() <= absl::Milliseconds(2);
}

void TaskExecution::GiveUp(AttemptEnd failure) {
  if (task_.retry.retry_for.has_value()) {
    failure.given_up = {.after = context_.services.loop->Now() - first_begin_,
                        .attempts = number_};
  }
  Finish(std::move(failure));
}

void TaskExecution::WaitForRetry(AttemptEnd failure) {
  const absl::Duration delay =
      RetryDelay(task_.retry, number_, failure.judgement.retry_after);
  const absl::Duration asked =
      failure.judgement.retry_after.value_or(absl::ZeroDuration());
  if (std::max(delay, asked) >= TimeLeft()) return GiveUp(std::move(failure));
  context_.listener->OnRetryWait({.id = id_,
                                  .task = &task_,
                                  .next_attempt = number_ + 1,
                                  .delay = delay,
                                  .at = failure.end});
  last_failure_ = std::move(failure);
  base::Loop* const loop = context_.services.loop;
  auto retry = [this] {
    TimeIsUp() ? GiveUp(*std::move(last_failure_)) : BeginAttempt();
  };
  retry_ = delay > absl::ZeroDuration() ? loop->After(delay, retry)
                                        : loop->Post(retry);
}

void TaskExecution::Finish(std::optional<AttemptEnd> failure) {
  if (std::exchange(finished_, true)) return;
  done_(std::move(failure));
}

Attempt* TaskExecution::StopRetrying() {
  stopping_ = true;
  if (attempt_ != nullptr) return attempt_.get();
  retry_.Reset();
  Finish(std::move(last_failure_));
  return nullptr;
}

void TaskExecution::Stop() {
  Attempt* attempt = StopRetrying();
  if (attempt == nullptr || stop_.active()) return;
  if (task_.captures.empty()) return attempt->Stop();
  stop_ = context_.services.loop->After(kTimeToCapture,
                                        [attempt] { attempt->Stop(); });
}

void TaskExecution::Kill() {
  stop_.Reset();
  if (Attempt* attempt = StopRetrying()) attempt->Kill();
}

}  // namespace servo::stages
