// What the process of a task is given: its environment, command and limits.
#ifndef STAGES_PROCESS_SETUP_H_
#define STAGES_PROCESS_SETUP_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "exec/command.h"
#include "exec/runner.h"
#include "plan/plan.h"
#include "stages/run_listener.h"

namespace servo::stages {

// Names and values, set before what the task's configuration sets, which wins.
using Environment = std::vector<std::pair<std::string, std::string>>;

// Tells a process of `task` about the run: application, stage, task and, in
// `post`, how the run has gone so far.
Environment TaskEnvironment(absl::string_view app_id, plan::Stage stage,
                            const plan::Task& task, const Outcome& so_far);

exec::Command CommandOf(const plan::ProcessAction& action,
                        const Environment& environment);

// The action's options and the task's timeout.
exec::Options OptionsOf(const plan::Task& task,
                        const plan::ProcessAction& action);

}  // namespace servo::stages

#endif  // STAGES_PROCESS_SETUP_H_
