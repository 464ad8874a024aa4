// One attempt to start a background task that tells when it is ready.
#ifndef STAGES_START_UP_H_
#define STAGES_START_UP_H_

#include <optional>

#include "absl/base/attributes.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/loop.h"
#include "plan/plan.h"
#include "stages/attempt.h"
#include "stages/background_tasks.h"
#include "stages/judge.h"
#include "stages/probe.h"
#include "stages/run_listener.h"
#include "stages/services.h"

namespace servo::stages {

// Makes sure that the sign of readiness is not there yet, starts the task's
// process, and waits for the sign. Destruction before the end is for a run that
// is dropped as a whole: the process stays with the background tasks.
class StartUp final : public Attempt {
 public:
  struct End {
    // kNone: the task is up. Else nothing of it runs.
    Cause cause = Cause::kNone;

    // Of the process if it was started and is over, else why there is none.
    AttemptResult result = absl::OkStatus();

    absl::Status last_look;  // as in AttemptEnd
  };

  // Called exactly once, never from inside Begin(); may destroy this.
  using Done = absl::AnyInvocable<void(End)>;

  // All must outlive this but `action`, which is the task's with all values put
  // in. `task` has `ready`.
  StartUp(const Services& services,
          BackgroundTasks* background ABSL_ATTRIBUTE_LIFETIME_BOUND, TaskId id,
          const plan::Task& task ABSL_ATTRIBUTE_LIFETIME_BOUND,
          plan::ProcessAction action, Done done);

  // Once only. The wait is over after the task's `within`, or after `limit` if
  // that is less.
  void Begin(absl::Duration limit);

  // Without a process yet: the callback comes from inside this call, with
  // kDropped.
  void Stop() override { EndEarly(/*at_once=*/false); }
  void Kill() override { EndEarly(/*at_once=*/true); }

 private:
  void OnFirstLook(bool there);
  void StartProcess();
  void OnProcessOver(exec::Result result);
  void OnReady();
  void OnTimeUp();
  void EndEarly(bool at_once);
  Cause CauseOfEnd(const exec::Result& result) const;
  void Finish(End end);

  const Services services_;
  BackgroundTasks& background_;
  const TaskId id_;
  const plan::Task& task_;
  const plan::ProcessAction action_;
  Done done_;
  Probe probe_;
  absl::Duration deadline_ = absl::InfiniteDuration();  // by `limit`
  std::optional<BackgroundTasks::Key> process_;         // that runs
  bool time_is_up_ = false;
  bool stopped_ = false;
  base::Loop::Registration next_;
  base::Loop::Registration timer_;
};

}  // namespace servo::stages

#endif  // STAGES_START_UP_H_
