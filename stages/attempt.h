// One attempt of a foreground task.
#ifndef STAGES_ATTEMPT_H_
#define STAGES_ATTEMPT_H_

#include <memory>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "plan/plan.h"
#include "stages/judge.h"
#include "stages/run_values.h"
#include "stages/services.h"

namespace servo::stages {

// A process or a request under way. Destruction drops it at once (a process is
// killed) without the callback.
class Attempt {
 public:
  // Called exactly once, with the result as the layer below gave it; may
  // destroy the attempt.
  using Done = absl::AnyInvocable<void(AttemptResult)>;

  virtual ~Attempt() = default;

  // Ends the attempt early. A process gets its kill_signal and has its
  // kill_timeout to obey. A request is dropped at once: the callback comes from
  // inside this call, with kCancelled.
  virtual void Stop() = 0;

  // The same, but a process gets SIGKILL at once.
  virtual void Kill() = 0;
};

// Starts an attempt of `task`, which must outlive it: `action` is the task's
// with all values put in (RunValues::ActionOf()). `done` never comes from
// inside this call. An error means that nothing was started and `done` never
// comes; errors are those of exec::Runner::Start() and http::Client::Start().
// The attempt times out after the task's timeout, or after `limit` if that is
// less.
absl::StatusOr<std::unique_ptr<Attempt>> StartAttempt(
    const Services& services, const plan::Task& task, RunValues::Action action,
    Attempt::Done done, absl::Duration limit = absl::InfiniteDuration());

}  // namespace servo::stages

#endif  // STAGES_ATTEMPT_H_
