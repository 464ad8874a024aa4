// All that is said of a finished attempt: what was taken from it, and whether
// it succeeded.
#ifndef STAGES_ATTEMPT_JUDGE_H_
#define STAGES_ATTEMPT_JUDGE_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "plan/plan.h"
#include "stages/extraction.h"
#include "stages/judge.h"
#include "stages/lookup.h"
#include "stages/run_listener.h"
#include "stages/run_values.h"

namespace servo::stages {

struct JudgedAttempt {
  Judgement judgement;
  Extraction extraction = {};
  std::vector<CaptureProblem> capture_problems = {};
  Verdict verdict = {};
  absl::Status saved = absl::OkStatus();  // as in AttemptEnd
};

// Takes the metrics of an attempt that was started, then judges it: by how it
// ended (Judge()), by `expect`, by the captures and the metrics that must be
// there. Of one that has failed `give_up_if` is asked, of a sampler's round
// always, and so is `end_window_if`. Where there is no answer, no condition
// holds. `sources` are those of `result`.
JudgedAttempt JudgeAttempt(TaskId id, const plan::Task& task,
                           const AttemptResult& result,
                           std::vector<CaptureProblem> capture_problems,
                           const RunValues& values, Sources* sources,
                           absl::Time now);

// Settles what becomes of a body that `result` has written for `save_to`. If
// the attempt has succeeded, the file gets its name; where that fails, the
// attempt has failed after all. Else the file is dropped.
void SettleBody(AttemptResult* result, JudgedAttempt* judged);

}  // namespace servo::stages

#endif  // STAGES_ATTEMPT_JUDGE_H_
