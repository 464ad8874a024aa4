// What the early end of a background task means.
#ifndef STAGES_EARLY_END_H_
#define STAGES_EARLY_END_H_

#include "exec/runner.h"
#include "plan/plan.h"

namespace servo::stages {

enum class EarlyEnd {
  kIgnored,
  kTold,
  kFailsRun,
  kEndsWindow,
};

// Of `task`, which is one of the background and ended by itself or by its own
// timeout, before it was told to.
EarlyEnd MeaningOf(const plan::Task& task, const exec::Result& result);

// Whether the process of `task`, which is one of the background, ended with
// success.
bool Succeeded(const plan::Task& task, const exec::Result& result);

// Whether the process was told to end and died of the signal that told it. That
// is no failure. Its timeout's signal is: it took too long.
bool DiedOfBeingAsked(const plan::ProcessAction& action,
                      const exec::Result& result);

}  // namespace servo::stages

#endif  // STAGES_EARLY_END_H_
