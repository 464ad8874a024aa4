// Whether the conditions of a task hold of what an attempt left behind.
#ifndef STAGES_CONDITIONS_H_
#define STAGES_CONDITIONS_H_

#include <optional>
#include <string>

#include "plan/condition.h"

namespace servo::stages {

class Sources;

// What became of one condition.
struct ConditionResult {
  // As it was asked: values in place of the references of its operand, in a
  // regex as they are. References that have no value are as written.
  plan::Condition condition;
  bool holds = false;

  // The value, or the number of values, by which that was decided; none if
  // there was none. Raw, and as long as it was found.
  std::optional<std::string> found;

  // Why there is no value, or why the look-up could not be made; empty if
  // `found` is given.
  std::string why;
};

// Looks whether `condition` holds. Of a look-up that cannot be made none does.
ConditionResult Check(const plan::Condition& condition, Sources* sources);

}  // namespace servo::stages

#endif  // STAGES_CONDITIONS_H_
