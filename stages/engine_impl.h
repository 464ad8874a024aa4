// The engine's inside.
#ifndef STAGES_ENGINE_IMPL_H_
#define STAGES_ENGINE_IMPL_H_

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "base/cancel_cause.h"
#include "base/loop.h"
#include "plan/plan.h"
#include "plan/reference.h"
#include "stages/activity.h"
#include "stages/background_tasks.h"
#include "stages/engine.h"
#include "stages/metric_collector.h"
#include "stages/run_listener.h"
#include "stages/run_listeners.h"
#include "stages/run_values.h"
#include "stages/samplers.h"
#include "stages/services.h"
#include "stages/task_execution.h"
#include "stages/window_tasks.h"

namespace servo::stages {

// The run as a state machine. Every transition is a posted callback of its own
// (Schedule), so that no stack grows with the number of tasks and nothing
// is destroyed inside one of its own callbacks.
class Engine::Impl {
 public:
  Impl(const Services& services, const plan::Plan* plan, Options options)
      : services_(services),
        loop_(services.loop),
        plan_(plan),
        options_(std::move(options)),
        values_(plan, {.app_id = options_.app_id,
                       .run_id = options_.run_id,
                       .delay = options_.delay,
                       .warmup = options_.warmup}),
        background_(services, &values_, &listeners_),
        samplers_(services, &values_, &listeners_),
        window_tasks_(services.loop) {
    values_.set_on_secret(options_.on_secret);
    listeners_.Add(&collector_);
    background_.set_on_early_end(
        [this](const BackgroundEnd& event) { OnEarlyEnd(event); });
    samplers_.set_on_verdict(
        [this](const AttemptEnd& round) { OnVerdict(round); });
    window_tasks_.set_on_task_end([this](TaskId id, const plan::Task& task,
                                         std::optional<AttemptEnd> failure) {
      OnWindowTaskEnd(id, task, std::move(failure));
    });
  }

  void AddListener(RunListener* listener) { listeners_.Add(listener); }
  void SetValue(plan::Reference::Kind kind, const std::string& name,
                std::string text) {
    values_.Set(kind, name, std::move(text));
  }
  void Start(absl::Duration window, Done done);
  void Cancel(const base::CancelCause& cause);
  void Hurry(const base::CancelCause& cause);
  int Progress() const;
  Activity CurrentActivity() const;

 private:
  using Stage = plan::Stage;

  enum class Phase {
    kIdle,
    kTasks,
    kWindow,
    kBackgroundEnd,  // what ends before the next stage is ending
    kEnding,
    kOver
  };

  void BeginStage(Stage stage);
  void EndStage();
  void MoveOn(Stage stage);
  void EnterNextStage();
  Stage StageAfterInterruption() const;
  void BeginTask();
  void OnTaskEnd(std::optional<AttemptEnd> failure);
  void MarkBegun(TaskId id);
  bool HasBegun(TaskId id) const;
  TaskExecution::Context Context();
  bool IsDue(const plan::Task& task) const;
  TaskEnd::Effect EffectOfFailure(const plan::Task& task) const;
  bool LacksValue(TaskId id, const plan::Task& task);
  RunResult ResultForPost() const;
  const plan::Task* FailedTask() const;
  void BeginWindow();
  void BeginWindowTasks();
  void OnWindowTaskEnd(TaskId id, const plan::Task& task,
                       std::optional<AttemptEnd> failure);
  void EndWindow();
  void OnEarlyEnd(const BackgroundEnd& event);
  void OnVerdict(const AttemptEnd& round);
  void EndWindowEarly();
  void FailAtOnce();
  void Interrupt();
  void EndEverything(absl::Duration grace);
  void Finish();
  bool PostIsAhead() const;
  void MakeWayForPost(absl::Duration limit);
  void OnCleanupTimeout();
  void KillAll();

  // Runs `step` when the callback at hand is over; replaces a step that has not
  // run yet.
  void Schedule(void (Impl::*step)()) {
    next_ = loop_->Post([this, step] { (this->*step)(); });
  }

  const plan::Task& task() const {
    return plan_->tasks(task_.stage)[task_.index];
  }

  bool interrupted() const { return outcome_.kind != Outcome::Kind::kSuccess; }
  bool cancelled() const { return outcome_.kind == Outcome::Kind::kCancelled; }

  // Whether the run was interrupted from outside of its tasks' order: by a
  // cancel, or by a task beside them that failed it.
  bool interrupted_from_outside() const {
    return cancelled() || failed_at_once_;
  }

  // Whether the stage runs to its end after an interruption: an external load
  // that `stop` has begun to end must not stay on.
  bool StageIsCleanup() const {
    return stage_ == Stage::kPost ||
           (stage_ == Stage::kStop && interrupted_from_outside() &&
            !post_is_due_);
  }

  const Services services_;
  base::Loop* const loop_;
  const plan::Plan* const plan_;
  const Options options_;
  RunListeners listeners_;
  MetricCollector collector_;
  RunValues values_;

  Phase phase_ = Phase::kIdle;
  Stage stage_ = Stage::kPre;
  Stage next_stage_ = Stage::kPre;  // of kBackgroundEnd
  size_t next_task_ = 0;
  TaskId task_;  // at hand, or the last one
  std::array<std::vector<bool>, plan::kStages.size()> begun_;  // tasks
  bool start_begun_ = false;
  bool stop_ended_ = false;
  bool cancel_requested_ = false;
  bool failed_at_once_ = false;
  bool post_is_due_ = false;  // what comes before it has used up its time
  Outcome outcome_;
  Done done_;

  absl::Duration window_ = absl::ZeroDuration();
  absl::Duration window_start_ = absl::InfiniteDuration();
  absl::Time window_begin_;  // the same, by the wall clock
  int progress_after_window_ = 0;
  bool window_over_ = false;  // ended by a task, before it began

  BackgroundTasks background_;
  Samplers samplers_;
  WindowTasks window_tasks_;
  int awaited_ = 0;  // of kBackgroundEnd
  std::unique_ptr<TaskExecution> execution_;
  base::Loop::Registration next_;
  base::Loop::Registration window_timer_;
  base::Loop::Registration lead_timer_;
  base::Loop::Registration cleanup_timer_;
  base::Loop::Registration post_timer_;
};

}  // namespace servo::stages

#endif  // STAGES_ENGINE_IMPL_H_
