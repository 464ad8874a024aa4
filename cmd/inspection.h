// Looking at a configuration without running it: --check, --dry-run, --schema.
#ifndef CMD_INSPECTION_H_
#define CMD_INSPECTION_H_

#include "absl/strings/string_view.h"
#include "yaml/file.h"

namespace servo::cmd {

// Each writes to the standard streams and returns the program's exit code: 0,
// or 1 if the configuration is missing or wrong or stdout takes no more.
// Nothing is executed.

// Problems to stderr, coloured if that is a terminal; to stdout a short plan if
// there are none. If `strict`, warnings are errors. `section` is the
// configuration's key at the top level.
int CheckConfig(const yaml::FilePlaces& places, bool strict,
                absl::string_view section);

// The same, but the plan is whole: every task with every parameter.
int PrintDryRun(const yaml::FilePlaces& places, bool strict,
                absl::string_view section);

// The JSON Schema of the configuration's `exec` section.
int PrintSchema();

}  // namespace servo::cmd

#endif  // CMD_INSPECTION_H_
