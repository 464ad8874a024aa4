// A part of a plan: some of its tasks alone.
#ifndef PLAN_SELECTION_H_
#define PLAN_SELECTION_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "plan/plan.h"

namespace servo::plan {

// The one task of `plan` that is called `name`. kNotFound, with the name that
// is nearest, if there is none; kInvalidArgument if there are several.
absl::StatusOr<const Task*> FindTask(const Plan& plan, absl::string_view name);

// `plan` with the tasks that are called `names` alone, in their stages and
// their order, and all that is not a task. Errors are those of FindTask(), and
// kInvalidArgument if one of the tasks needs another that is not chosen; all of
// these in one message.
absl::StatusOr<Plan> SelectTasks(const Plan& plan,
                                 absl::Span<const std::string> names);

}  // namespace servo::plan

#endif  // PLAN_SELECTION_H_
