// The runner on Linux: pidfds, pipes and process groups on the event loop.
#ifndef EXEC_POSIX_RUNNER_H_
#define EXEC_POSIX_RUNNER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "base/loop.h"
#include "exec/runner.h"

namespace servo::exec {

// What a PosixRunner does to the process that it lives in.
struct PosixRunnerOptions {
  // Adopts what the started processes leave behind (PR_SET_CHILD_SUBREAPER,
  // prctl(2)), reaps it when it ends and ends it in EndAll(). Every child of
  // this process that nobody else waits for is then taken for such an orphan:
  // for programs whose children are all started by this runner. Without it,
  // EndAll() ends process groups only.
  bool adopt_orphans = false;

  // Kills each started process with SIGKILL when the thread that made this
  // runner ends, however it ends (PR_SET_PDEATHSIG; a program that is
  // set-user-ID loses it, prctl(2)).
  bool die_with_parent = true;
};

// Makes a runner on `loop`, which must outlive it. SIGCHLD must not be ignored
// in this process; it is set to default and blocked if orphans are adopted (it
// is read through a signalfd). Errors: kResourceExhausted, kUnimplemented (a
// kernel older than 5.4, without pidfds).
//
// Destruction kills all that still runs with SIGKILL, drops the callbacks, and
// waits for the killed.
absl::StatusOr<std::unique_ptr<Runner>> NewPosixRunner(
    base::Loop* loop, const PosixRunnerOptions& options = {});

}  // namespace servo::exec

#endif  // EXEC_POSIX_RUNNER_H_
