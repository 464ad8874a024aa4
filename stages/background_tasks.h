// The tasks of a run that live in the background.
#ifndef STAGES_BACKGROUND_TASKS_H_
#define STAGES_BACKGROUND_TASKS_H_

#include <map>
#include <memory>

#include "absl/base/attributes.h"
#include "absl/status/status.h"
#include "exec/runner.h"
#include "plan/plan.h"
#include "stages/process_setup.h"
#include "stages/run_listener.h"
#include "stages/services.h"

namespace servo::stages {

// Starts background tasks and tells the listener how they end. Their exit codes
// fail nothing (contract.md section 2). Destruction kills those that still run.
class BackgroundTasks {
 public:
  BackgroundTasks(const Services& services,
                  RunListener* listener ABSL_ATTRIBUTE_LIFETIME_BOUND)
      : services_(services), listener_(listener) {}

  // Starts the process of `task`, which must outlive this. Errors are those of
  // exec::Runner::Start().
  absl::Status Start(TaskId id,
                     const plan::Task& task ABSL_ATTRIBUTE_LIFETIME_BOUND,
                     const Environment& environment);

  // From here on the tasks are expected to end: no end is early any more.
  void ExpectEnd() { end_expected_ = true; }

  // Kills all that run, without a grace period.
  void Kill();

 private:
  // Of one start.
  using Key = int;

  void OnEnd(Key key, TaskId id, const plan::Task& task, exec::Result result);

  const Services services_;
  RunListener* const listener_;
  bool end_expected_ = false;
  Key next_key_ = 0;
  std::map<Key, std::unique_ptr<exec::Process>> running_;
};

}  // namespace servo::stages

#endif  // STAGES_BACKGROUND_TASKS_H_
