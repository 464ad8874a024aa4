// The tasks of a run that live in the background.
#ifndef STAGES_BACKGROUND_TASKS_H_
#define STAGES_BACKGROUND_TASKS_H_

#include <list>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "absl/base/attributes.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "exec/output_tap.h"
#include "exec/runner.h"
#include "plan/plan.h"
#include "stages/attempt_files.h"
#include "stages/output_taps.h"
#include "stages/output_teller.h"
#include "stages/run_listener.h"
#include "stages/run_values.h"
#include "stages/sample_reader.h"
#include "stages/services.h"

namespace servo::stages {

// Starts background tasks and tells the listener how they end. Their exit codes
// fail nothing (contract.md section 2), unless their output counts, since a
// metric is taken from it, or `on_exit` says so. Destruction kills those that
// still run.
class BackgroundTasks {
 public:
  BackgroundTasks(const Services& services,
                  const RunValues* values ABSL_ATTRIBUTE_LIFETIME_BOUND,
                  RunListener* listener ABSL_ATTRIBUTE_LIFETIME_BOUND)
      : services_(services), values_(*values), listener_(listener) {}

  // Sees to `callback` being called with each early end, once the listener has
  // heard of it.
  using OnEarlyEnd = absl::AnyInvocable<void(const BackgroundEnd&)>;
  void set_on_early_end(OnEarlyEnd callback) {
    on_early_end_ = std::move(callback);
  }

  // Starts the process of `task`, which must outlive this: `action` is the
  // task's with all values put in. Errors are those of exec::Runner::Start().
  absl::Status Start(TaskId id,
                     const plan::Task& task ABSL_ATTRIBUTE_LIFETIME_BOUND,
                     const plan::ProcessAction& action);

  // One start of a task.
  using Key = int;

  // The same of a task that is not up once it is started: until SetReady(),
  // its end goes to `over` and nowhere else. `tap` hears its output until then,
  // unless it is null.
  using Over = absl::AnyInvocable<void(exec::Result)>;
  absl::StatusOr<Key> StartUnready(
      TaskId id, const plan::Task& task ABSL_ATTRIBUTE_LIFETIME_BOUND,
      const plan::ProcessAction& action, exec::OutputTap* tap, Over over);

  // The process of `key`, which runs and is not ready, is up.
  void SetReady(Key key);

  // Ends that process, as exec::Process::Stop() and Kill() do.
  void Stop(Key key);
  void Kill(Key key);

  // Of an awaited task that was up: how it ended; null if it has not.
  const BackgroundEnd* EndOf(TaskId id) const;

  // Sees to `callback` being called once, with that end, when it comes. False
  // if the task does not run. One can be waited for at a time.
  using OnAwaitedEnd = absl::AnyInvocable<void(const BackgroundEnd&)>;
  bool Await(TaskId id, OnAwaitedEnd callback);
  void StopAwaiting() { waiter_.reset(); }

  // Tells that task to end, if it runs.
  void StopAwaited(TaskId id);

  // From here on the tasks are expected to end: no end is early any more.
  void ExpectEnd() { end_expected_ = true; }

  // Tells the tasks to end whose `end_after` is `last` or earlier, all at once.
  // False if none runs; else `done` is called once they have ended, in place of
  // the callback of an earlier call. `done` may come from inside an event.
  using Done = absl::AnyInvocable<void()>;
  bool End(plan::EndAfter last, Done done);

  // The same without a grace period, and without a callback of its own.
  void Kill(plan::EndAfter last);

 private:
  struct Running {
    TaskId id;
    const plan::Task* task;
    AttemptFiles files;
    std::unique_ptr<SampleReader> reader;  // null: no samples
    std::unique_ptr<OutputTeller> teller;  // null: nobody wants the output
    std::unique_ptr<OutputTaps> taps;
    std::unique_ptr<exec::Process> process;
    const exec::OutputTap* start_tap = nullptr;  // until it is ready
    Over over;                                   // null: it is ready
    bool told_to_end = false;
    bool killed = false;
  };

  struct Waiter {
    TaskId id;
    OnAwaitedEnd callback;
  };

  void OnEnd(Key key, TaskId id, const plan::Task& task, exec::Result result);
  Running* Find(TaskId id);
  bool AnyEnding() const;
  void TellIfAllEnded();

  const Services services_;
  const RunValues& values_;
  RunListener* const listener_;
  OnEarlyEnd on_early_end_;
  bool end_expected_ = false;
  Key next_key_ = 0;
  std::map<Key, Running> running_;
  std::list<BackgroundEnd> awaited_ends_;
  std::optional<Waiter> waiter_;
  Done ended_;
};

}  // namespace servo::stages

#endif  // STAGES_BACKGROUND_TASKS_H_
