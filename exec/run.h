// Running one command to its end, for callers without an event loop.
#ifndef EXEC_RUN_H_
#define EXEC_RUN_H_

#include "absl/status/statusor.h"
#include "exec/command.h"
#include "exec/runner.h"

namespace servo::exec {

// Starts `command`, waits until it is over and returns how it ended, blocking
// the calling thread. Errors are those of Runner::Start() and NewPosixRunner().
// A non-zero exit code is a result, not an error.
absl::StatusOr<Result> Run(const Command& command, const Options& options = {});

}  // namespace servo::exec

#endif  // EXEC_RUN_H_
