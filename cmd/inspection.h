// Looking at configurations without running them: --check, --dry-run, --schema.
#ifndef CMD_INSPECTION_H_
#define CMD_INSPECTION_H_

#include "absl/strings/string_view.h"
#include "yaml/inspection.h"

namespace servo::cmd {

using yaml::Inspection;

// Each writes to the standard streams and returns the program's exit code, as
// yaml::InspectFiles() does. Nothing is executed.

// Every problem; a short plan of each file that has no error.
int CheckConfig(const Inspection& inspection);

// The same, but the plan is whole: every task with every parameter.
int PrintDryRun(const Inspection& inspection);

// The JSON Schema of the configuration's `exec` section; `program` is the name
// of the program that prints it.
int PrintSchema(absl::string_view program);

}  // namespace servo::cmd

#endif  // CMD_INSPECTION_H_
