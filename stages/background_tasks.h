// The tasks of a run that live in the background.
#ifndef STAGES_BACKGROUND_TASKS_H_
#define STAGES_BACKGROUND_TASKS_H_

#include <cstddef>
#include <map>
#include <memory>

#include "absl/status/status.h"
#include "exec/command.h"
#include "exec/runner.h"
#include "plan/plan.h"
#include "stages/observer.h"

namespace servo::stages {

// Starts background tasks and tells the observer how they end. Their exit codes
// fail nothing (contract.md section 2). Destruction kills those that still run.
class BackgroundTasks {
 public:
  // What is given must outlive this.
  BackgroundTasks(exec::Runner* runner, Observer* observer)
      : runner_(runner), observer_(observer) {}

  // Starts `command` for `task`, which must outlive this. Errors are those of
  // exec::Runner::Start().
  absl::Status Start(const plan::Task& task, const exec::Command& command,
                     const exec::Options& options);

  // From here on the tasks are expected to end: no end is early any more.
  void ExpectEnd() { end_expected_ = true; }

  // Kills all that run, without a grace period.
  void Kill();

  // How many still run.
  size_t running() const { return running_.size(); }

 private:
  void OnEnd(int id, const plan::Task& task, const exec::Result& result);

  exec::Runner* runner_;
  Observer* observer_;
  bool end_expected_ = false;
  int next_id_ = 0;
  std::map<int, std::unique_ptr<exec::Process>> running_;
};

}  // namespace servo::stages

#endif  // STAGES_BACKGROUND_TASKS_H_
