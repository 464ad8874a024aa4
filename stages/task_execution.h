// One task of a run: its attempts, its notifications and its verdict.
#ifndef STAGES_TASK_EXECUTION_H_
#define STAGES_TASK_EXECUTION_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "base/loop.h"
#include "exec/command.h"
#include "exec/runner.h"
#include "http/client.h"
#include "plan/plan.h"
#include "stages/background_tasks.h"
#include "stages/observer.h"
#include "stages/verdict.h"

namespace servo::stages {

// Tries one task until an attempt succeeds or none is left. A background task
// has succeeded once it is started.
//
// Lives on the loop's thread; what it is given must outlive it. Destruction
// drops the attempt under way at once (its process is killed) without the
// callback.
class TaskExecution {
 public:
  // What a task needs of the run that it belongs to.
  struct Surroundings {
    base::Loop* loop;
    exec::Runner* runner;
    http::Client* client;
    BackgroundTasks* background;
    Observer* observer;
  };

  // What tasks find in their environment beside what their configuration sets.
  using Environment = std::vector<std::pair<std::string, std::string>>;

  // The last attempt's verdict. Called exactly once, possibly from inside
  // Start(), Stop() or Kill(). Must not destroy the execution.
  using Done = absl::AnyInvocable<void(const Verdict&)>;

  TaskExecution(const Surroundings& surroundings, const plan::Task& task,
                Environment environment, Done done);
  TaskExecution(const TaskExecution&) = delete;
  TaskExecution& operator=(const TaskExecution&) = delete;

  // Begins the first attempt. Once only.
  void Start();

  // Ends the attempt at hand, or the wait for the next one; no other begins. A
  // process is given its kill_signal and kill_timeout to obey.
  void Stop();

  // The same, but a process gets SIGKILL at once.
  void Kill();

  // What is going on, in one line: "Executing task NAME".
  std::string Activity() const;

 private:
  void BeginAttempt();
  void StartProcess(const plan::ProcessAction& action);
  void StartInBackground(const plan::ProcessAction& action);
  void StartRequest(const plan::RequestAction& action);
  // Drops what would begin or continue an attempt, but for a process, which
  // needs time. Returns whether such a process runs.
  bool Interrupt();
  void EndAttempt(Verdict verdict);
  void Finish(const Verdict& verdict);
  exec::Command CommandFor(const plan::ProcessAction& action) const;
  exec::Options OptionsFor(const plan::ProcessAction& action) const;

  const Surroundings surroundings_;
  const plan::Task& task_;
  const Environment environment_;
  Done done_;
  int attempt_ = 0;
  bool stopping_ = false;
  bool finished_ = false;
  std::unique_ptr<exec::Process> process_;
  std::unique_ptr<http::Transfer> transfer_;
  base::Loop::Registration retry_timer_;
  Verdict last_verdict_;
};

}  // namespace servo::stages

#endif  // STAGES_TASK_EXECUTION_H_
