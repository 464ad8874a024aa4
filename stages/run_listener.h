// What happens in a run, as typed events, and who hears of it.
#ifndef STAGES_RUN_LISTENER_H_
#define STAGES_RUN_LISTENER_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/cancel_cause.h"
#include "exec/output_tap.h"
#include "exec/runner.h"
#include "plan/metric.h"
#include "plan/plan.h"
#include "stages/conditions.h"
#include "stages/early_end.h"
#include "stages/extraction.h"
#include "stages/judge.h"

namespace servo::stages {

using plan::TaskId;

// In all events: times are readings of the run's base::Loop::Now(); `task` is
// the plan's, and lives as long as the plan.

// A stage begins.
struct StageBegin {
  plan::Stage stage;
  size_t task_count;
  absl::Duration at;
};

// The window begins.
struct WindowBegin {
  absl::Duration length;
  absl::Duration at;

  // Of `length`, before what is measured begins: delay and warm-up.
  absl::Duration lead = absl::ZeroDuration();
};

// The window is over: by time, by a task that ends it, or since the run is
// interrupted.
struct WindowEnd {
  absl::Duration at;
};

// An attempt of a task begins.
struct AttemptBegin {
  TaskId id;
  const plan::Task* task;
  int attempt;  // 1 is the first
  absl::Duration at;
};

// How long and how often a task was tried.
struct GivenUp {
  absl::Duration after;
  int attempts;
};

// Why a capture has no value.
struct CaptureProblem {
  const plan::Capture* capture;  // the plan's
  std::string why;               // "stdout has no match of ..."
};

// What the conditions of a task said of an attempt.
struct Verdict {
  // Of Cause::kExpect: the first condition of `expect` that does not hold.
  std::optional<ConditionResult> unmet = std::nullopt;

  // The first condition of `give_up_if` that holds: no retry follows; of a
  // sampler, the run fails.
  std::optional<ConditionResult> gives_up = std::nullopt;

  // Of a sampler: the first condition of `end_window_if` that holds.
  std::optional<ConditionResult> ends_window = std::nullopt;
};

// An attempt is over. The attempt of a background task that could be started,
// and became ready, has no such event, but a BackgroundReady.
struct AttemptEnd {
  TaskId id;
  const plan::Task* task;
  int attempt;  // 1 is the first
  absl::Duration begin;
  absl::Duration end;
  AttemptResult result;
  Judgement judgement;
  Extraction extraction = {};
  std::vector<CaptureProblem> capture_problems = {};
  Verdict verdict = {};

  // Of Cause::kNotSaved: why, with the path.
  absl::Status saved = absl::OkStatus();

  // Of a background task that was started and ended since it was not ready in
  // time, or was told to: why the last look failed, as the client says it. OK
  // if there is nothing more to tell than that the sign was not there.
  absl::Status last_look = absl::OkStatus();

  // Of a task of the mode await: the task whose process `result` is of; null if
  // that has not ended.
  const plan::Task* awaited = nullptr;

  // Of the failure (TaskEnd) of a task with `retry_for` that was not told to
  // end. The attempt is the last whole one, not one that the end of `retry_for`
  // cut off.
  std::optional<GivenUp> given_up = std::nullopt;
};

// The run waits before it tries a task again.
struct RetryWait {
  TaskId id;
  const plan::Task* task;
  int next_attempt;
  absl::Duration delay;
  absl::Duration at;
};

// A foreground task is over, or a background task was started or could not be.
struct TaskEnd {
  // What the task's end means for the run.
  enum class Effect {
    kNone,         // it succeeded
    kFailsRun,     // its failure is the run's
    kEndsStage,    // it failed in a `stop` after a cancel, and ends that stage
    kIgnored,      // it failed in `post`, or has `ignore_exitcode`
    kInterrupted,  // it did not succeed since it was told to end
  };

  TaskId id;
  const plan::Task* task;
  Effect effect;
  const AttemptEnd* failure;  // the last attempt, null if the task succeeded
  absl::Duration at;
};

// A task of `post` is left out, since a value that it refers to was never
// captured, though the task that captures it had begun.
struct TaskSkipped {
  TaskId id;
  const plan::Task* task;
  const plan::Task* capturing;  // the plan's
  std::string name;             // of the value
  absl::Duration at;
};

// A background task is up: the run goes on.
struct BackgroundReady {
  TaskId id;
  const plan::Task* task;
  int attempt;  // the one that succeeded
  absl::Duration at;
};

// A background process has printed something. Told only to who asks for it
// (RunListener::wants_output()).
struct BackgroundOutput {
  TaskId id;
  const plan::Task* task;
  exec::Stream stream;
  absl::string_view bytes;  // raw, cut anywhere, not empty
};

// A background task has ended. One that still runs at the end of all has this
// event before RunEnd.
struct BackgroundEnd {
  TaskId id;
  const plan::Task* task;
  exec::Result result;
  bool early;  // before it was told to end: by itself or its own timeout
  absl::Duration at;

  // It was told to end and did not in its kill_timeout.
  bool overstayed = false;

  // Of one whose output counts: what was taken from it, and why it failed.
  Extraction extraction = {};
  Cause cause = Cause::kNone;

  // What an early end means.
  EarlyEnd meaning = EarlyEnd::kIgnored;
};

// A value of a metric that was taken while the run goes on.
struct Sample {
  TaskId id;
  const plan::Task* task;
  size_t metric;  // its place among the task's metrics
  double value;
  absl::Duration at;
};

// A value that a metric found while the run goes on, and that is no number. It
// is no sample.
struct SampleRejected {
  TaskId id;
  const plan::Task* task;
  size_t metric;  // its place among the task's metrics
  absl::Status why;
  absl::Duration at;
};

// The run is asked to end early. Repeats have no event.
struct CancelBegin {
  base::CancelCause cause;
  absl::Duration at;
};

// The cleanup after a cancel has used up its time: what still runs is killed.
struct CleanupTimeout {
  absl::Duration limit;
  absl::Duration at;

  // `post` has not begun, and has the rest of the cleanup's time: only what has
  // kept it waiting is killed.
  bool post_follows = false;
};

// What the run has measured.
struct Measured {
  // All metrics that were found, of foreground tasks and of background tasks
  // that have ended.
  std::vector<plan::MetricValue> metrics;

  // Metrics that are series.
  std::vector<MetricSeries> series;

  // Metrics that were not found and did not have to be.
  std::vector<MetricProblem> skipped;

  // Metrics of which no sample came, and which fail the run.
  std::vector<MetricProblem> missing;

  // Metrics of which not all samples were kept.
  std::vector<const plan::Metric*> thinned;

  // Those of `metrics` that are beyond their limits.
  std::vector<plan::MetricValue> beyond_limits;

  // Background tasks whose output counts, and that failed: they fail the run
  // once `stop` is over.
  std::vector<BackgroundEnd> failed_background;
};

// How a run ended. The first cause stays: a run that failed and is then
// cancelled has failed.
struct Outcome {
  enum class Kind { kSuccess, kFailed, kCancelled };

  Kind kind = Kind::kSuccess;

  // Of kFailed: the attempt that failed the run, or the background task whose
  // early end did; neither if `measured` says why.
  std::optional<AttemptEnd> failure;
  std::optional<BackgroundEnd> background_failure;

  base::CancelCause cancel_cause;  // of kCancelled
  Measured measured;

  // Processes of the run that the kernel holds.
  std::vector<exec::Unkillable> unkillable;
};

// Nothing that a task started is left, and the answer can be given.
struct RunEnd {
  const Outcome& outcome;
  absl::Duration at;
};

// Hears of a run. Every method does nothing unless it is overridden, so a new
// event breaks no listener.
//
// All calls come on the loop's thread, in the order in which things happen,
// between Engine::Start() and the engine's destruction; RunEnd is the last
// event. An event is valid during its call: what is needed later is copied. A
// listener returns soon, since everything waits for it, and must not call the
// engine.
class RunListener {
 public:
  virtual ~RunListener() = default;

  // Whether it wants BackgroundOutput. Asked when a process is started.
  virtual bool wants_output() const { return false; }

  virtual void OnStageBegin(const StageBegin&) {}
  virtual void OnWindowBegin(const WindowBegin&) {}
  virtual void OnWindowEnd(const WindowEnd&) {}
  virtual void OnAttemptBegin(const AttemptBegin&) {}
  virtual void OnAttemptEnd(const AttemptEnd&) {}
  virtual void OnRetryWait(const RetryWait&) {}
  virtual void OnTaskEnd(const TaskEnd&) {}
  virtual void OnTaskSkipped(const TaskSkipped&) {}
  virtual void OnBackgroundReady(const BackgroundReady&) {}
  virtual void OnBackgroundOutput(const BackgroundOutput&) {}
  virtual void OnBackgroundEnd(const BackgroundEnd&) {}
  virtual void OnSample(const Sample&) {}
  virtual void OnSampleRejected(const SampleRejected&) {}
  virtual void OnCancelBegin(const CancelBegin&) {}
  virtual void OnCleanupTimeout(const CleanupTimeout&) {}
  virtual void OnRunEnd(const RunEnd&) {}
};

}  // namespace servo::stages

#endif  // STAGES_RUN_LISTENER_H_
