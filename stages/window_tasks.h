// The tasks that begin within the window.
#ifndef STAGES_WINDOW_TASKS_H_
#define STAGES_WINDOW_TASKS_H_

#include <list>
#include <optional>
#include <utility>

#include "absl/base/attributes.h"
#include "absl/functional/any_invocable.h"
#include "base/loop.h"
#include "plan/plan.h"
#include "stages/run_listener.h"
#include "stages/task_execution.h"

namespace servo::stages {

// Begins tasks side by side, each as TaskExecution does: with its retries, and
// until it is ready if it has `ready`. From then on it is the background tasks'
// or the samplers', as any other.
//
// Lives on the loop's thread. Destruction drops what is under way.
class WindowTasks {
 public:
  explicit WindowTasks(base::Loop* loop ABSL_ATTRIBUTE_LIFETIME_BOUND)
      : loop_(loop) {}
  WindowTasks(const WindowTasks&) = delete;
  WindowTasks& operator=(const WindowTasks&) = delete;

  // Sees to `callback` being called, in a turn of its own, once for each task
  // that is up, or that has failed: then with its last attempt.
  using OnTaskEnd = absl::AnyInvocable<void(TaskId, const plan::Task&,
                                            std::optional<AttemptEnd>)>;
  void set_on_task_end(OnTaskEnd callback) {
    on_task_end_ = std::move(callback);
  }

  // Begins `task`, which must outlive this, as what `context` names must.
  void Begin(const TaskExecution::Context& context, TaskId id,
             const plan::Task& task ABSL_ATTRIBUTE_LIFETIME_BOUND);

  // Ends what is not up yet. False if all are; else `done` is called once the
  // callback has heard of them all, in place of the callback of an earlier
  // call.
  using Done = absl::AnyInvocable<void()>;
  bool End(Done done);

  // The same without a grace period, and without `done`.
  void Kill();

 private:
  struct Entry {
    TaskId id;
    const plan::Task* task = nullptr;
    std::optional<TaskExecution> execution;
    std::optional<AttemptEnd> failure;
    bool told = false;
    base::Loop::Registration tell;
  };

  void Tell(Entry* entry);
  bool AllTold() const;

  base::Loop* const loop_;
  OnTaskEnd on_task_end_;
  std::list<Entry> entries_;
  Done ended_;
};

}  // namespace servo::stages

#endif  // STAGES_WINDOW_TASKS_H_
