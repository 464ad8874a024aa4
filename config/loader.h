// From the text of a configuration file to the plan of a run.
#ifndef CONFIG_LOADER_H_
#define CONFIG_LOADER_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "config/keys.h"
#include "plan/plan.h"
#include "yaml/diagnostics.h"

namespace servo::config {

// Reads and checks all of the section `exec` of `text` (contract.md section 3),
// or of the one called `section`; other top-level keys are not looked at.
// `file_name` is for messages only.
//
// Every problem is added to `diagnostics`. If there are errors, the result is
// kInvalidArgument with Diagnostics::Message() as its text. What is well-formed
// but may surprise (no section, nothing to run) is a warning; with
// `strict` it is an error. Takes time and
// memory linear in the text's size with aliases followed, which is bounded.
absl::StatusOr<plan::Plan> LoadPlan(absl::string_view text,
                                    absl::string_view file_name,
                                    yaml::Diagnostics* diagnostics,
                                    bool strict = false,
                                    absl::string_view section = kSectionName);

}  // namespace servo::config

#endif  // CONFIG_LOADER_H_
