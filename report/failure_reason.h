// Why an attempt failed, in words: the part of wording.h that has most of them.
#ifndef REPORT_FAILURE_REASON_H_
#define REPORT_FAILURE_REASON_H_

#include <string>

#include "absl/time/time.h"
#include "exec/runner.h"
#include "plan/plan.h"
#include "stages/extraction.h"
#include "stages/judge.h"
#include "stages/run_listener.h"

namespace servo::report {

// The WHY of FailureText() of an attempt that has failed.
std::string FailureReason(const stages::AttemptEnd& attempt);

// Whether the attempt's exit code or status would tell nothing beside it.
bool IsToldWithoutCode(const stages::AttemptEnd& attempt);

// Pieces of it that other texts have, too.

// "1m40s", "0s".
std::string DurationText(absl::Duration time);

// "attempt 7 of 10"; "attempt 7" where there is no number.
std::string AttemptNumberText(const plan::RetryPolicy& retry, int attempt);

// How the process of `task` failed, without what it said.
std::string EndText(const plan::Task& task, const exec::Result& result,
                    stages::Cause cause);

// The metrics that had to be found and were not.
std::string MissingMetricsText(const stages::Extraction& extraction);

}  // namespace servo::report

#endif  // REPORT_FAILURE_REASON_H_
