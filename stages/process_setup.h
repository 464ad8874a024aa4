// What the process of a task is given beside its command.
#ifndef STAGES_PROCESS_SETUP_H_
#define STAGES_PROCESS_SETUP_H_

#include <string>
#include <utility>
#include <vector>

#include "exec/runner.h"
#include "plan/plan.h"

namespace servo::stages {

// Names and values, set before what the task's configuration sets, which wins.
using Environment = std::vector<std::pair<std::string, std::string>>;

// The action's options and the task's timeout.
exec::Options OptionsOf(const plan::Task& task,
                        const plan::ProcessAction& action);

}  // namespace servo::stages

#endif  // STAGES_PROCESS_SETUP_H_
