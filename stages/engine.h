// The four-stage engine: pre, start, the window, stop, post, and the cleanup
// that is owed on every way out.
#ifndef STAGES_ENGINE_H_
#define STAGES_ENGINE_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/base/attributes.h"
#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "base/cancel_cause.h"
#include "plan/capture.h"
#include "plan/plan.h"
#include "plan/reference.h"
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
  // In words, how a run that is over but for `post` has failed.
  struct FailureWords {
    std::string reason;   // one word
    std::string failure;  // the answer's message
  };

  struct Options {
    std::string app_id;       // SERVO_APP_ID of tasks
    std::string run_id = "";  // ${{ run.id }}

    // Of the window, before what is measured begins. Samples count after it.
    absl::Duration delay = absl::ZeroDuration();
    absl::Duration warmup = absl::ZeroDuration();
    absl::Duration lead() const { return delay + warmup; }

    // Asked before `post`, if the run has failed or is cancelled; null: tasks
    // are not told.
    std::function<FailureWords(const Outcome&)> failure_words = nullptr;

    // Hears of a value that a task has captured as a secret, before anything
    // of the attempt is told: of its text, and behind it of each text and
    // number in it if it is a JSON object or list. Null: nobody does.
    std::function<void(const plan::Capture&, absl::Span<const std::string>)>
        on_secret = nullptr;
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

  // Sets `secrets.NAME` or `values.NAME`, for the references of tasks. Before
  // Start() only.
  void SetValue(plan::Reference::Kind kind, const std::string& name,
                std::string text);

  // Begins the run with the window given (warm-up and delay included). `done`
  // is called exactly once, on the loop and never from inside a call of this
  // class, when `post` is over and nothing that a task started is left. Once
  // only.
  void Start(absl::Duration window, Done done);

  // Ends the run early: the task at hand is ended, no retry and no further
  // stage begins, but for `stop` if the plan wants it so, and `post`. These two
  // run to their end, also if they have begun already, or until the plan's
  // cleanup_timeout: of that the last quarter, 10 seconds at most, is for
  // `post`, and what still runs before it then is killed. The outcome is
  // kCancelled, unless a task had failed before: that stays the outcome.
  // Repeats, and calls before Start() or after the end, do nothing.
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
