// Which references a task has.
#ifndef PLAN_TASK_REFERENCES_H_
#define PLAN_TASK_REFERENCES_H_

#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "plan/plan.h"
#include "plan/reference.h"

namespace servo::plan {

// All references in what `task` does, in no order. They refer to `references`,
// which are the plan's.
std::vector<const Reference*> ReferencesOf(const Task& task,
                                           const References& references);

// The last task of `plan` before `id` that captures `name`; none if there is
// none.
std::optional<TaskId> CapturingTask(const Plan& plan, TaskId id,
                                    absl::string_view name);

}  // namespace servo::plan

#endif  // PLAN_TASK_REFERENCES_H_
