// Where Bazel has put the files that a program needs while it runs.
#ifndef CMD_E2E_RUNFILES_H_
#define CMD_E2E_RUNFILES_H_

#include <string>

#include "absl/strings/string_view.h"

namespace servo::e2e {

// The absolute path of a file in the `data` of the running test or program,
// given by its path in this workspace: "cmd/measure". Aborts outside of Bazel's
// directories.
std::string RunfilePath(absl::string_view workspace_path);

}  // namespace servo::e2e

#endif  // CMD_E2E_RUNFILES_H_
