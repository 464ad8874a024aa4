// Whether an attempt succeeded and, if not, what kind of failure it was.
#ifndef STAGES_JUDGE_H_
#define STAGES_JUDGE_H_

#include <optional>
#include <variant>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "exec/runner.h"
#include "http/request.h"
#include "plan/plan.h"

namespace servo::stages {

// The result of an attempt, as the layer below gave it: how the process ended,
// what the server answered, or why there is neither.
using AttemptResult = std::variant<absl::Status, exec::Result, http::Response>;

// Why an attempt failed.
enum class Cause {
  kNone,        // it succeeded
  kNotStarted,  // the process or request could not be started
  kTimedOut,    // the task's timeout passed
  kExitCode,    // an exit code that does not count as success
  kSignal,      // the process was killed by a signal that was not ours
  kStopped,     // the process was told to end
  kNoAnswer,    // no whole answer came
  kStatus,      // an HTTP status that does not count as success
  kDropped,     // the request was cancelled
  kExpect,      // a condition of `expect` does not hold (see Verdict)
  kMetric,      // a metric that must be found was not (see Extraction)
  kCapture,     // a capture that must be found was not (see CaptureProblem)
  kNotSaved,    // the body could not be put where `save_to` says
  kNoValue,     // a value that the task refers to is missing, or is no fit
  kGivenUp,     // of a sampler: a condition of `give_up_if` holds (the same)

  // Of a background task with `ready`:
  kAlreadyReady,  // its sign was there before it was started
  kEndedUnready,  // it ended by itself or by its timeout before it was ready
  kNotReady,      // it was not ready in time, and was ended
};

struct Judgement {
  Cause cause = Cause::kNone;

  // How long the server asked to be left alone (RFC 9110 section 10.2.3),
  // whatever the status: what fails an attempt may be found later.
  std::optional<absl::Duration> retry_after;

  bool success() const { return cause == Cause::kNone; }
};

// Judges the result of an attempt that was started. A process must exit in time
// and by itself, with a code that its task counts as success; a request must be
// answered with a status that its task counts as success. Where `expect` judges
// the code, any will do here. `now` is the wall clock's time, for a Retry-After
// that is a date.
Judgement Judge(const plan::Task& task, const AttemptResult& result,
                absl::Time now);

// The exit code, the negative number of the signal that ended the process, or
// the HTTP status; none when there is no process and no answer.
std::optional<int> ResultCode(const AttemptResult& result);

}  // namespace servo::stages

#endif  // STAGES_JUDGE_H_
