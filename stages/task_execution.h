// One task of a run: its attempts and the waits between them.
#ifndef STAGES_TASK_EXECUTION_H_
#define STAGES_TASK_EXECUTION_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/loop.h"
#include "plan/plan.h"
#include "stages/attempt.h"
#include "stages/attempt_files.h"
#include "stages/attempt_judge.h"
#include "stages/await.h"
#include "stages/background_tasks.h"
#include "stages/judge.h"
#include "stages/run_listener.h"
#include "stages/run_values.h"
#include "stages/samplers.h"
#include "stages/services.h"
#include "stages/start_up.h"

namespace servo::stages {

// Tries one task until an attempt succeeds or none is left. A background task
// has succeeded once it is started, and ready if it has `ready`.
//
// Lives on the loop's thread. Destruction drops the attempt under way at once
// (its process is killed) without the callback.
class TaskExecution {
 public:
  // What a task needs of the run that it belongs to; must outlive the
  // execution.
  struct Context {
    Services services;
    RunValues* values;
    BackgroundTasks* background;
    RunListener* listener;
    Samplers* samplers = nullptr;  // null: no task has `every`
  };

  // The last attempt if the task failed, none if it succeeded. Called exactly
  // once, possibly from inside Start(), Stop() or Kill(). Must not destroy the
  // execution.
  using Done = absl::AnyInvocable<void(std::optional<AttemptEnd> failure)>;

  TaskExecution(const Context& context, TaskId id,
                const plan::Task& task ABSL_ATTRIBUTE_LIFETIME_BOUND,
                Done done);
  TaskExecution(const TaskExecution&) = delete;
  TaskExecution& operator=(const TaskExecution&) = delete;

  // Begins the first attempt. Once only.
  void Start();

  // Ends the attempt at hand, or the wait for the next one; no other begins. A
  // process is given its kill_signal and kill_timeout to obey. An attempt whose
  // task captures a value has kTimeToCapture before that: what it has begun
  // elsewhere can then be withdrawn.
  static constexpr absl::Duration kTimeToCapture = absl::Seconds(5);
  void Stop();

  // The same, but a process gets SIGKILL at once.
  void Kill();

  // Whether the next attempt is waited for.
  bool waiting() const { return retry_.active(); }

 private:
  void BeginAttempt();
  void StartInForeground(RunValues::Action action);
  void StartInBackground(plan::ProcessAction action);
  void StartAndAwaitReadiness(plan::ProcessAction action);
  void EndStartUp(StartUp::End end);
  void StartAwait();
  void EndAwait(Await::End end);
  void Accept();
  void EndForegroundAttempt(AttemptResult result);
  void EndAttempt(AttemptResult result, JudgedAttempt judged);
  void WaitForRetry(AttemptEnd failure);
  // What is left of `retry_for`.
  absl::Duration TimeLeft() const;
  bool TimeIsUp() const;
  // Ends the task, which is not tried again, with the last whole attempt.
  void GiveUp(AttemptEnd failure);
  // Sees that no attempt begins. Returns the attempt under way, or null.
  Attempt* StopRetrying();
  void Finish(std::optional<AttemptEnd> failure);

  const Context context_;
  const TaskId id_;
  const plan::Task& task_;
  Done done_;
  bool stopping_ = false;
  bool finished_ = false;
  int number_ = 0;  // of the attempt at hand
  absl::Duration begin_;
  absl::Duration first_begin_;  // of the first attempt
  AttemptFiles files_;
  std::string asked_;  // the URL of the attempt, if it is a request
  std::unique_ptr<Attempt> attempt_;
  absl::Status last_look_;               // of an attempt that was not ready
  const plan::Task* awaited_ = nullptr;  // whose result an await has
  base::Loop::Registration retry_;
  base::Loop::Registration stop_;  // of an attempt that has time to capture
  std::optional<AttemptEnd> last_failure_;  // of the attempts before
};

}  // namespace servo::stages

#endif  // STAGES_TASK_EXECUTION_H_
