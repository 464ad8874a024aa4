// The window of a run, and what ends it early.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/loop.h"
#include "plan/plan.h"
#include "stages/early_end.h"
#include "stages/engine_impl.h"
#include "stages/run_listener.h"

namespace servo::stages {

void Engine::Impl::BeginWindow() {
  phase_ = Phase::kWindow;
  window_start_ = loop_->Now();
  if (window_over_) {
    window_ = absl::ZeroDuration();
  } else {
    // Before the window's end, if they come together.
    lead_timer_ = loop_->After(options_.lead(), [this] { BeginWindowTasks(); });
  }
  window_timer_ = loop_->After(window_, [this] { EndWindow(); });
  window_begin_ = absl::Now();
  values_.BeginWindow(window_begin_ + std::min(options_.lead(), window_),
                      window_begin_ + window_);
  listeners_.OnWindowBegin(
      {.length = window_, .at = window_start_, .lead = options_.lead()});
}

void Engine::Impl::BeginWindowTasks() {
  const std::vector<plan::Task>& tasks = plan_->tasks(Stage::kStart);
  for (size_t i = 0; i < tasks.size(); ++i) {
    if (!tasks[i].begins_in_window) continue;
    const TaskId id = {.stage = Stage::kStart, .index = i};
    MarkBegun(id);
    window_tasks_.Begin(Context(), id, tasks[i]);
  }
}

void Engine::Impl::OnWindowTaskEnd(TaskId id, const plan::Task& task,
                                   std::optional<AttemptEnd> failure) {
  if (phase_ == Phase::kEnding || phase_ == Phase::kOver) return;  // killed
  TaskEnd::Effect effect = TaskEnd::Effect::kNone;
  if (failure.has_value()) {
    effect = interrupted()          ? TaskEnd::Effect::kInterrupted
             : task.ignore_exitcode ? TaskEnd::Effect::kIgnored
                                    : TaskEnd::Effect::kFailsRun;
  }
  listeners_.OnTaskEnd({.id = id,
                        .task = &task,
                        .effect = effect,
                        .failure = failure.has_value() ? &*failure : nullptr,
                        .at = loop_->Now()});
  if (effect != TaskEnd::Effect::kFailsRun) return;
  outcome_.failure = std::move(failure);
  FailAtOnce();
}

void Engine::Impl::EndWindow() {
  progress_after_window_ = 100;
  MoveOn(Stage::kStop);
}

void Engine::Impl::OnEarlyEnd(const BackgroundEnd& event) {
  if (event.meaning == EarlyEnd::kEndsWindow) EndWindowEarly();
  // The first failure stays the run's, and `post` fails nothing.
  if (event.meaning == EarlyEnd::kFailsRun && !interrupted() &&
      stage_ != Stage::kPost) {
    outcome_.background_failure = event;
    FailAtOnce();
  }
}

// A sampler's round has found that the run fails, or that the window is over.
void Engine::Impl::OnVerdict(const AttemptEnd& round) {
  if (!round.verdict.gives_up.has_value()) return EndWindowEarly();
  if (interrupted()) return;
  outcome_.failure = round;
  FailAtOnce();
}

// In `pre` and `start`: the window will be over as soon as it begins.
void Engine::Impl::EndWindowEarly() {
  if (phase_ == Phase::kTasks && stage_ < Stage::kStop) window_over_ = true;
  if (phase_ != Phase::kWindow) return;
  window_timer_.Reset();
  EndWindow();
}

int Engine::Impl::Progress() const {
  if (phase_ != Phase::kWindow) return progress_after_window_;
  if (window_ <= absl::ZeroDuration()) return 0;
  const double share =
      absl::FDivDuration(loop_->Now() - window_start_, window_);
  return std::clamp(static_cast<int>(share * 100), 0, 100);
}

}  // namespace servo::stages
