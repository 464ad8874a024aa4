// Hiding what an attempt has said, where a secret in it was not found.
#ifndef STAGES_WITHHOLDING_H_
#define STAGES_WITHHOLDING_H_

#include "stages/attempt_judge.h"
#include "stages/capturing.h"
#include "stages/judge.h"

namespace servo::stages {

// Replaces what an attempt has said, in `result` and in what was judged of it,
// by a note that says why: nobody knows where in it `uncaptured.secret` stands,
// which is not null. What was not there stays empty. A
// status line keeps its code alone, the URL that a redirect has named its
// server, and what failed before there was an answer is told in own words.
void WithholdOutput(const Uncaptured& uncaptured, AttemptResult* result,
                    JudgedAttempt* judged);

}  // namespace servo::stages

#endif  // STAGES_WITHHOLDING_H_
