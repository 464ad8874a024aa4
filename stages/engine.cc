#include "stages/engine.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "base/loop.h"
#include "exec/runner.h"
#include "plan/plan.h"
#include "plan/reference.h"
#include "stages/background_tasks.h"
#include "stages/engine_impl.h"
#include "stages/run_values.h"
#include "stages/task_execution.h"

namespace servo::stages {

using plan::Stage;

namespace {

// How much of `cleanup_timeout` is for `post` alone.
absl::Duration ShareOfPost(absl::Duration cleanup_timeout) {
  return std::min(cleanup_timeout / 4, absl::Seconds(10));
}

// The task that `metric`, which is the plan's, belongs to.
const plan::Task* FindTaskOf(const plan::Plan& plan,
                             const plan::Metric* metric) {
  for (const std::vector<plan::Task>& tasks : plan.stages) {
    for (const plan::Task& task : tasks) {
      for (const plan::Metric& own : task.metrics) {
        if (&own == metric) return &task;
      }
    }
  }
  return nullptr;
}

}  // namespace

void Engine::Impl::Start(absl::Duration window, Done done) {
  window_ = window;
  values_.set_window(window);
  done_ = std::move(done);
  BeginStage(Stage::kPre);
}

void Engine::Impl::BeginStage(Stage stage) {
  phase_ = Phase::kTasks;
  stage_ = stage;
  next_task_ = 0;
  if (stage == Stage::kStart) start_begun_ = true;
  if (stage == Stage::kPost) values_.SetResult(ResultForPost());
  if (StageIsCleanup()) services_.runner->ReleaseReserve();
  listeners_.OnStageBegin({.stage = stage,
                           .task_count = plan_->tasks(stage).size(),
                           .at = loop_->Now()});
  Schedule(&Impl::BeginTask);
}

void Engine::Impl::BeginTask() {
  execution_.reset();
  const bool stage_over = interrupted() && !StageIsCleanup();
  const std::vector<plan::Task>& tasks = plan_->tasks(stage_);
  while (
      next_task_ < tasks.size() &&
      (!IsDue(tasks[next_task_]) ||
       LacksValue({.stage = stage_, .index = next_task_}, tasks[next_task_]))) {
    ++next_task_;
  }
  if (stage_over || next_task_ == tasks.size()) return EndStage();
  task_ = {.stage = stage_, .index = next_task_++};
  MarkBegun(task_);
  execution_ = std::make_unique<TaskExecution>(
      Context(), task_, task(), [this](std::optional<AttemptEnd> failure) {
        OnTaskEnd(std::move(failure));
      });
  execution_->Start();
}

void Engine::Impl::MarkBegun(TaskId id) {
  std::vector<bool>& begun = begun_[static_cast<size_t>(id.stage)];
  begun.resize(plan_->tasks(id.stage).size());
  begun[id.index] = true;
}

bool Engine::Impl::HasBegun(TaskId id) const {
  const std::vector<bool>& begun = begun_[static_cast<size_t>(id.stage)];
  return id.index < begun.size() && begun[id.index];
}

TaskExecution::Context Engine::Impl::Context() {
  return {services_, &values_, &background_, &listeners_, &samplers_};
}

// Whether the task runs now, after what has happened so far.
bool Engine::Impl::IsDue(const plan::Task& task) const {
  if (task.begins_in_window) return false;
  if (task.if_ran.has_value() &&
      !HasBegun({.stage = task.if_ran->stage, .index = task.if_ran->index})) {
    return false;
  }
  if (stage_ != Stage::kPost) return true;
  switch (outcome_.kind) {
    case Outcome::Kind::kSuccess:
      return task.when.success;
    case Outcome::Kind::kFailed:
      return task.when.failed;
    case Outcome::Kind::kCancelled:
      return task.when.cancelled;
  }
  return true;  // not an enumerator
}

// Whether a task of `post` is left out, since a value that it refers to was
// never captured: there is nothing to withdraw. That is told if a task that
// captures it has begun.
bool Engine::Impl::LacksValue(TaskId id, const plan::Task& task) {
  if (stage_ != Stage::kPost) return false;
  const plan::Reference* missing = values_.MissingCapture(task);
  if (missing == nullptr) return false;
  std::optional<TaskId> capturing = values_.CapturingTask(id, missing->name);
  while (capturing.has_value() && !HasBegun(*capturing)) {
    capturing = values_.CapturingTask(*capturing, missing->name);
  }
  if (!capturing.has_value()) return true;
  listeners_.OnTaskSkipped(
      {.id = id,
       .task = &task,
       .capturing = &plan_->tasks(capturing->stage)[capturing->index],
       .name = missing->name,
       .at = loop_->Now()});
  return true;
}

RunResult Engine::Impl::ResultForPost() const {
  if (!interrupted()) return {.result = "success"};
  RunResult result = {.result = cancelled() ? "cancelled" : "failed"};
  if (const plan::Task* failed = FailedTask())
    result.failed_task = failed->name;
  if (options_.failure_words != nullptr) {
    Engine::FailureWords words = options_.failure_words(outcome_);
    result.reason = std::move(words.reason);
    result.failure = std::move(words.failure);
  }
  return result;
}

// The task that failed the run; null if there is none, since the run was
// cancelled or limits alone are broken.
const plan::Task* Engine::Impl::FailedTask() const {
  if (outcome_.failure.has_value()) return outcome_.failure->task;
  if (outcome_.background_failure.has_value()) {
    return outcome_.background_failure->task;
  }
  const Measured& measured = outcome_.measured;
  if (!measured.failed_background.empty()) {
    return measured.failed_background.front().task;
  }
  return measured.missing.empty()
             ? nullptr
             : FindTaskOf(*plan_, measured.missing.front().metric);
}

void Engine::Impl::OnTaskEnd(std::optional<AttemptEnd> failure) {
  if (phase_ != Phase::kTasks) return;  // killed, and over already
  Schedule(&Impl::BeginTask);
  const TaskEnd::Effect effect =
      failure.has_value() ? EffectOfFailure(task()) : TaskEnd::Effect::kNone;
  listeners_.OnTaskEnd({.id = task_,
                        .task = &task(),
                        .effect = effect,
                        .failure = failure.has_value() ? &*failure : nullptr,
                        .at = loop_->Now()});
  if (effect == TaskEnd::Effect::kEndsStage) Schedule(&Impl::EndStage);
  if (effect == TaskEnd::Effect::kFailsRun) {
    outcome_.kind = Outcome::Kind::kFailed;
    outcome_.failure = std::move(failure);
  }
}

TaskEnd::Effect Engine::Impl::EffectOfFailure(const plan::Task& task) const {
  if (interrupted() && !StageIsCleanup()) return TaskEnd::Effect::kInterrupted;
  if (task.ignore_exitcode || stage_ == Stage::kPost) {
    return TaskEnd::Effect::kIgnored;
  }
  // `stop` after an interruption: the rest of it is not worth trying.
  if (interrupted()) return TaskEnd::Effect::kEndsStage;
  return TaskEnd::Effect::kFailsRun;
}

void Engine::Impl::EndStage() {
  execution_.reset();
  if (stage_ == Stage::kStop) stop_ended_ = true;
  if (stage_ == Stage::kPost) {
    return EndEverything(exec::Options().kill_timeout);
  }
  if (interrupted()) return MoveOn(StageAfterInterruption());
  switch (stage_) {
    case Stage::kPre:
      return BeginStage(Stage::kStart);
    case Stage::kStart:
      return BeginWindow();
    default:
      return MoveOn(Stage::kPost);
  }
}

// Goes on with `stop` or `post` once the background tasks have ended that are
// to end before it.
void Engine::Impl::MoveOn(Stage stage) {
  if (phase_ == Phase::kWindow) {
    values_.EndWindow(window_begin_ + (loop_->Now() - window_start_));
    listeners_.OnWindowEnd({.at = loop_->Now()});
  }
  phase_ = Phase::kBackgroundEnd;
  lead_timer_.Reset();
  next_stage_ = stage;
  const plan::EndAfter last =
      stage == Stage::kPost ? plan::EndAfter::kStop : plan::EndAfter::kWindow;
  const auto ended = [this] {
    if (phase_ != Phase::kBackgroundEnd) return;  // all was killed
    if (--awaited_ == 0) Schedule(&Impl::EnterNextStage);
  };
  awaited_ = 0;
  if (window_tasks_.End(ended)) ++awaited_;
  if (samplers_.End(ended)) ++awaited_;
  if (background_.End(last, ended)) ++awaited_;
  if (awaited_ == 0) EnterNextStage();
}

void Engine::Impl::EnterNextStage() {
  if (next_stage_ == Stage::kPost && !interrupted()) {
    // All that has limits has been measured.
    collector_.Finish(*plan_);
    if (collector_.failed()) {
      outcome_.kind = Outcome::Kind::kFailed;
      outcome_.measured = collector_.measured();  // `post` is told why
    }
  }
  BeginStage(next_stage_);
}

Stage Engine::Impl::StageAfterInterruption() const {
  const bool stop_owed =
      interrupted_from_outside() && plan_->stop_on_cancel && start_begun_;
  return stop_owed && !stop_ended_ && !post_is_due_ ? Stage::kStop
                                                    : Stage::kPost;
}

void Engine::Impl::FailAtOnce() {
  progress_after_window_ = Progress();
  outcome_.kind = Outcome::Kind::kFailed;
  failed_at_once_ = true;
  Interrupt();
}

// Ends what goes on, unless it is cleanup, once the outcome is known.
void Engine::Impl::Interrupt() {
  if (phase_ == Phase::kWindow || phase_ == Phase::kBackgroundEnd) {
    window_timer_.Reset();
    next_.Reset();
    MoveOn(StageAfterInterruption());
  } else if (phase_ == Phase::kTasks && !StageIsCleanup() &&
             execution_ != nullptr) {
    execution_->Stop();
  }
}

void Engine::Impl::Cancel(const base::CancelCause& cause) {
  if (phase_ == Phase::kIdle || phase_ == Phase::kOver) return;
  if (std::exchange(cancel_requested_, true)) return;
  listeners_.OnCancelBegin({.cause = cause, .at = loop_->Now()});
  cleanup_timer_ =
      loop_->After(plan_->cleanup_timeout, [this] { OnCleanupTimeout(); });
  if (!plan_->tasks(Stage::kPost).empty()) {
    const absl::Duration limit =
        plan_->cleanup_timeout - ShareOfPost(plan_->cleanup_timeout);
    post_timer_ = loop_->After(limit, [this, limit] { MakeWayForPost(limit); });
  }
  if (interrupted()) return;  // the run has failed and is being cleaned up
  progress_after_window_ = Progress();
  outcome_.kind = Outcome::Kind::kCancelled;
  outcome_.cancel_cause = cause;
  Interrupt();
}

bool Engine::Impl::PostIsAhead() const {
  return phase_ == Phase::kBackgroundEnd ||
         (phase_ == Phase::kTasks && stage_ != Stage::kPost);
}

// `post` is owed on every way out. Kills what has kept it waiting until
// `limit`; only what is to outlive it goes on.
void Engine::Impl::MakeWayForPost(absl::Duration limit) {
  if (!PostIsAhead()) return;
  listeners_.OnCleanupTimeout(
      {.limit = limit, .at = loop_->Now(), .post_follows = true});
  post_is_due_ = true;
  next_stage_ = Stage::kPost;
  if (execution_ != nullptr) execution_->Kill();
  window_tasks_.Kill();
  samplers_.Kill();
  background_.Kill(plan::EndAfter::kStop);
}

void Engine::Impl::OnCleanupTimeout() {
  listeners_.OnCleanupTimeout(
      {.limit = plan_->cleanup_timeout, .at = loop_->Now()});
  KillAll();
}

void Engine::Impl::Hurry(const base::CancelCause& cause) {
  if (phase_ == Phase::kIdle || phase_ == Phase::kOver) return;
  Cancel(cause);
  KillAll();
}

void Engine::Impl::KillAll() {
  phase_ = Phase::kEnding;
  next_.Reset();
  window_timer_.Reset();
  lead_timer_.Reset();
  if (execution_ != nullptr) execution_->Kill();
  window_tasks_.Kill();
  samplers_.Kill();
  background_.Kill(plan::EndAfter::kPost);
  EndEverything(absl::ZeroDuration());
}

void Engine::Impl::EndEverything(absl::Duration grace) {
  phase_ = Phase::kEnding;
  background_.ExpectEnd();
  services_.runner->EndAll(grace,
                           [this](std::vector<exec::Unkillable> unkillable) {
                             outcome_.unkillable = std::move(unkillable);
                             Finish();
                           });
}

void Engine::Impl::Finish() {
  phase_ = Phase::kOver;
  cleanup_timer_.Reset();
  post_timer_.Reset();
  outcome_.measured = collector_.measured();
  listeners_.OnRunEnd({.outcome = outcome_, .at = loop_->Now()});
  done_(outcome_);
}

Activity Engine::Impl::CurrentActivity() const {
  using Kind = Activity::Kind;
  switch (phase_) {
    case Phase::kTasks:
      if (execution_ == nullptr) {
        return {.kind = Kind::kBetweenTasks, .stage = stage_};
      }
      return {.kind = execution_->waiting() ? Kind::kRetryWait : Kind::kTask,
              .stage = stage_,
              .task = &task()};
    case Phase::kWindow:
      return {.kind = Kind::kWindow,
              .elapsed = loop_->Now() - window_start_,
              .window = window_};
    case Phase::kBackgroundEnd:
    case Phase::kEnding:
      return {.kind = Kind::kEnding};
    case Phase::kIdle:
    case Phase::kOver:
      break;
  }
  return {};
}

Engine::Engine(const Services& services, const plan::Plan* plan,
               Options options)
    : impl_(std::make_unique<Impl>(services, plan, std::move(options))) {}

Engine::~Engine() = default;

void Engine::AddListener(RunListener* listener) {
  impl_->AddListener(listener);
}

void Engine::SetValue(plan::Reference::Kind kind, const std::string& name,
                      std::string text) {
  impl_->SetValue(kind, name, std::move(text));
}

void Engine::Start(absl::Duration window, Done done) {
  impl_->Start(window, std::move(done));
}

void Engine::Cancel(const base::CancelCause& cause) { impl_->Cancel(cause); }

void Engine::Hurry(const base::CancelCause& cause) { impl_->Hurry(cause); }

int Engine::Progress() const { return impl_->Progress(); }

Activity Engine::CurrentActivity() const { return impl_->CurrentActivity(); }

}  // namespace servo::stages
