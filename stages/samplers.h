// Tasks that run again and again while the run goes on.
#ifndef STAGES_SAMPLERS_H_
#define STAGES_SAMPLERS_H_

#include <memory>
#include <utility>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/functional/any_invocable.h"
#include "plan/plan.h"
#include "stages/run_listener.h"
#include "stages/run_values.h"
#include "stages/services.h"

namespace servo::stages {

// Runs samplers: a round begins when `every` has passed since the last one
// began, never while one is under way; beats that it missed are not made up.
// Tells the listener of each round as of an attempt, and of each value of its
// metrics as a Sample.
//
// Lives on the loop's thread. Destruction drops the rounds under way.
class Samplers {
 public:
  Samplers(const Services& services,
           const RunValues* values ABSL_ATTRIBUTE_LIFETIME_BOUND,
           RunListener* listener ABSL_ATTRIBUTE_LIFETIME_BOUND);
  ~Samplers();
  Samplers(const Samplers&) = delete;
  Samplers& operator=(const Samplers&) = delete;

  // Called after a round by which the run fails or the window ends: a condition
  // of `give_up_if` or `end_window_if` holds. May call End() and Kill(). To be
  // set before such a task is started.
  using OnVerdict = absl::AnyInvocable<void(const AttemptEnd&)>;
  void set_on_verdict(OnVerdict on_verdict) {
    on_verdict_ = std::move(on_verdict);
  }

  // Begins the first round of `task`, whose `every` is given and which must
  // outlive this.
  void Start(TaskId id, const plan::Task& task ABSL_ATTRIBUTE_LIFETIME_BOUND);

  // No further round begins; those under way are ended. False if there are
  // none; else `done` is called, once, when they are over, in place of the
  // callback of an earlier call. `done` may come from inside an event.
  using Done = absl::AnyInvocable<void()>;
  bool End(Done done);

  // The same without a grace period, and without a callback.
  void Kill();

 private:
  class Sampler;

  bool AnyUnderWay() const;
  void OnRoundOver();

  const Services services_;
  const RunValues& values_;
  RunListener* const listener_;
  std::vector<std::unique_ptr<Sampler>> samplers_;
  Done ended_;
  OnVerdict on_verdict_;
};

}  // namespace servo::stages

#endif  // STAGES_SAMPLERS_H_
