// The words for conditions (language.md section 5).
#ifndef REPORT_CONDITION_TEXT_H_
#define REPORT_CONDITION_TEXT_H_

#include <string>

#include "plan/condition.h"
#include "stages/conditions.h"

namespace servo::report {

// `"$.state" in the response's body equals "done"`, `every value of ... is at
// least 5`, `stderr does not exist`. `any` is what `of` is unless given.
std::string ConditionText(const plan::Condition& condition, bool any);

// What was found, masked, 200 characters of it: `found "running"`. Or why there
// is nothing: `but stdout is empty`. Empty if nothing is there to be told.
std::string FoundText(const stages::ConditionResult& result);

// Of a condition of `expect` that does not hold: `expected that CONDITION,
// found "running"`.
std::string UnmetText(const stages::ConditionResult& result);

// Of a condition of `give_up_if` or `end_window_if` that holds: `CONDITION,
// found "failed"`.
std::string MetText(const stages::ConditionResult& result);

}  // namespace servo::report

#endif  // REPORT_CONDITION_TEXT_H_
