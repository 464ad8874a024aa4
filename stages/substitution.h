// Putting values in place of the references in what a task does (language.md
// section 4).
#ifndef STAGES_SUBSTITUTION_H_
#define STAGES_SUBSTITUTION_H_

#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "plan/plan.h"
#include "plan/reference.h"

namespace servo::stages {

// A value in place of a reference.
struct NamedValue {
  std::string text;

  // What it is in JSON, where that is no string.
  std::optional<std::string> json = std::nullopt;
};

// The value of a reference, or why there is none.
using ValueOf =
    absl::FunctionRef<absl::StatusOr<NamedValue>(const plan::Reference&)>;

// The captured URL that another one begins with, made whole, or why it may not
// be one.
using BeginningOf =
    absl::FunctionRef<absl::StatusOr<std::string>(const plan::Reference&)>;

// Each replaces all references once, encoded for their place, and checks the
// result: what a value would make something else than it is fails with
// kInvalidArgument, and a message without the value. Errors of `value` and
// `beginning` are returned as they are.
absl::Status Substitute(const plan::References& references, ValueOf value,
                        plan::ProcessAction* action);
absl::Status Substitute(const plan::References& references, ValueOf value,
                        BeginningOf beginning, plan::RequestAction* action);

}  // namespace servo::stages

#endif  // STAGES_SUBSTITUTION_H_
