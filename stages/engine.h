// The four-stage engine: pre, start, the window, stop, post, and the cleanup
// that is owed on every way out.
#ifndef STAGES_ENGINE_H_
#define STAGES_ENGINE_H_

#include <memory>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/loop.h"
#include "exec/runner.h"
#include "http/client.h"
#include "plan/plan.h"
#include "stages/observer.h"

namespace servo::stages {

// How a run ended.
struct Outcome {
  enum class Kind { kSuccess, kFailed, kCancelled };
  Kind kind = Kind::kSuccess;

  // Why it is not a success: stage, task and reason of the first failure, or
  // the cause of the cancel.
  std::string message;

  // The failed task's name, empty if none failed.
  std::string failed_task;
};

// Runs one plan once. Knows processes and HTTP only through their interfaces,
// time only through the loop.
//
// Lives on the loop's thread. What the constructor is given must outlive the
// engine. Destruction drops everything under way at once (its processes are
// killed), without cleanup and without the callback.
class Engine {
 public:
  // What the tasks' environment tells beside the stage, the task and the result
  // (SERVO_APP_ID).
  struct Options {
    std::string app_id;
  };

  using Done = absl::AnyInvocable<void(const Outcome&)>;

  Engine(base::Loop* loop, exec::Runner* runner, http::Client* client,
         const plan::Plan* plan, Observer* observer, Options options);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Begins the run with the window given (warm-up and delay included). `done`
  // is called exactly once, on the loop and never from inside a call of this
  // class, when `post` is over and nothing that a task started is left. Once
  // only.
  void Start(absl::Duration window, Done done);

  // Ends the run early: the task at hand is ended, no retry and no further
  // stage begins, `stop` runs if the plan wants it so, `post` runs to its end
  // or until the plan's cleanup_timeout, and the outcome is kCancelled with
  // `cause` as its message, unless a task had failed before: that stays the
  // outcome. Repeats, and calls before Start() or after the end, do nothing.
  void Cancel(absl::string_view cause);

  // Shortens the cleanup: what runs is killed, nothing more begins, and the run
  // ends as soon as nothing is left. Cancels first if that has not happened.
  void Hurry(absl::string_view cause);

  // 0 before the window, the percentage of the window that has passed within
  // it, 100 after it (after a cancel: what it was). Never falls.
  int Progress() const;

  // What is going on, in one line: "Executing task NAME".
  std::string Activity() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace servo::stages

#endif  // STAGES_ENGINE_H_
