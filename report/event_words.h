// The words of events.jsonl for what is an enumerator in a run
// (docs/events.md).
#ifndef REPORT_EVENT_WORDS_H_
#define REPORT_EVENT_WORDS_H_

#include "absl/strings/string_view.h"
#include "exec/runner.h"
#include "plan/plan.h"
#include "stages/early_end.h"
#include "stages/judge.h"
#include "stages/run_listener.h"

namespace servo::report {

// Each gives a constant: part of the format, not for people. The words of what
// did not go wrong (Cause::kNone, Effect::kNone) are empty.
absl::string_view CauseWord(stages::Cause cause);
absl::string_view EffectWord(stages::TaskEnd::Effect effect);
absl::string_view MeaningWord(stages::EarlyEnd meaning);
absl::string_view EndingWord(exec::Ending ending);

// The mode of `task`: the key of the configuration that chose it.
absl::string_view ModeWord(const plan::Task& task);

}  // namespace servo::report

#endif  // REPORT_EVENT_WORDS_H_
