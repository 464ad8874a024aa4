// Why a program could not be started, said so that a person can mend it.
#ifndef EXEC_START_ERROR_H_
#define EXEC_START_ERROR_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "exec/command.h"
#include "exec/invocation.h"
#include "exec/spawn.h"

namespace servo::exec {

// The error of Runner::Start() for `failure`, with its codes. Looks at the
// files in question to tell a missing program from a missing interpreter, and a
// directory from a file that is not executable.
absl::Status StartError(const Command& command, const Invocation& invocation,
                        const SpawnFailure& failure);

// The error of Runner::Start() when what the program needs could not be made:
// `what` (a pipe, a process) and the errno value that tells why.
absl::Status StartResourceError(const Command& command, absl::string_view what,
                                int error);

}  // namespace servo::exec

#endif  // EXEC_START_ERROR_H_
