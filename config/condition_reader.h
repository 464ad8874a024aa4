// Reading the conditions of a task.
#ifndef CONFIG_CONDITION_READER_H_
#define CONFIG_CONDITION_READER_H_

#include "plan/plan.h"
#include "plan/reference.h"
#include "yaml/reader.h"

namespace servo::config {

// What the conditions of a task depend on.
struct ConditionContext {
  unsigned mode = 0;  // the task's (keys.h)
  const plan::References& references;
};

// Reads the keys expect, give_up_if and end_window_if of a task, of which all
// else has been read. Problems are reported, and conditions that have some are
// left out.
void ReadConditions(const yaml::MappingReader& keys,
                    const ConditionContext& context, plan::Task* task);

}  // namespace servo::config

#endif  // CONFIG_CONDITION_READER_H_
