// The four-stage engine: pre, start, the window, stop, post, and the cleanup
// that is owed on every way out.
#ifndef STAGES_ENGINE_H_
#define STAGES_ENGINE_H_

#include <memory>
#include <string>

#include "absl/base/attributes.h"
#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"
#include "base/cancel_cause.h"
#include "plan/plan.h"
#include "stages/activity.h"
#include "stages/run_listener.h"
#include "stages/services.h"

namespace servo::stages {

// Runs one plan once. Knows processes and HTTP only through their interfaces,
// time only through the loop.
//
// Lives on the loop's thread. Destruction drops everything under way at once
// (its processes are killed), without cleanup and without the callback.
class Engine {
 public:
  // What the tasks' environment tells beside the stage, the task and the result
  // (SERVO_APP_ID).
  struct Options {
    std::string app_id;

    // Of the window, before what is measured begins: delay and warm-up. Samples
    // count after it.
    absl::Duration lead = absl::ZeroDuration();
  };

  using Done = absl::AnyInvocable<void(const Outcome&)>;

  // What `services` names and `plan` must outlive the engine.
  Engine(const Services& services,
         const plan::Plan* plan ABSL_ATTRIBUTE_LIFETIME_BOUND, Options options);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Adds one that hears of the run, after those that were added before. It must
  // outlive the engine. Before Start() only.
  void AddListener(RunListener* listener ABSL_ATTRIBUTE_LIFETIME_BOUND);

  // Begins the run with the window given (warm-up and delay included). `done`
  // is called exactly once, on the loop and never from inside a call of this
  // class, when `post` is over and nothing that a task started is left. Once
  // only.
  void Start(absl::Duration window, Done done);

  // Ends the run early: the task at hand is ended, no retry and no further
  // stage begins, but for `stop` if the plan wants it so, and `post`. These two
  // run to their end, also if they have begun already, or until the plan's
  // cleanup_timeout. The outcome is kCancelled, unless a task had failed
  // before: that stays the outcome. Repeats, and calls before Start() or after
  // the end, do nothing.
  void Cancel(const base::CancelCause& cause);

  // Shortens the cleanup: what runs is killed, nothing more begins, and the run
  // ends as soon as nothing is left. Cancels first if that has not happened.
  void Hurry(const base::CancelCause& cause);

  // 0 before the window, the percentage of the window that has passed within
  // it, 100 after it (after a cancel: what it was). Never falls.
  int Progress() const;

  // What is going on now.
  Activity CurrentActivity() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace servo::stages

#endif  // STAGES_ENGINE_H_
