// Waiting for a background task to end by itself.
#ifndef STAGES_AWAIT_H_
#define STAGES_AWAIT_H_

#include "absl/base/attributes.h"
#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"
#include "base/loop.h"
#include "plan/plan.h"
#include "stages/attempt.h"
#include "stages/background_tasks.h"
#include "stages/extraction.h"
#include "stages/judge.h"
#include "stages/run_listener.h"
#include "stages/services.h"

namespace servo::stages {

// The attempt of a task of the mode await. Destruction ends the wait and leaves
// the awaited task alone.
class Await final : public Attempt {
 public:
  struct End {
    Cause cause = Cause::kNone;

    // How the awaited task's process ended, or why there is none.
    AttemptResult result;

    const plan::Task* awaited = nullptr;  // null if it has not ended

    // Of Cause::kMetric: what was not found.
    Extraction extraction;
  };

  // Called exactly once, never from inside Begin(); may destroy this.
  using Done = absl::AnyInvocable<void(End)>;

  // All must outlive this. `task` is the one that waits.
  Await(const Services& services,
        BackgroundTasks* background ABSL_ATTRIBUTE_LIFETIME_BOUND,
        const plan::Task& task ABSL_ATTRIBUTE_LIFETIME_BOUND, Done done);
  ~Await() override;

  // Once only. After the task's timeout the awaited task is ended.
  void Begin();

  // Ends the wait alone: the callback comes from inside this call, with
  // kDropped.
  void Stop() override;
  void Kill() override { Stop(); }

 private:
  void OnEnd(const BackgroundEnd& end);
  void OnTimeout();
  void Finish(End end);

  const Services services_;
  BackgroundTasks& background_;
  const plan::Task& task_;
  const TaskId id_;  // of the awaited task
  Done done_;
  bool timed_out_ = false;
  base::Loop::Registration next_;
  base::Loop::Registration timer_;
};

}  // namespace servo::stages

#endif  // STAGES_AWAIT_H_
