// The runner on Linux: pidfds, pipes and process groups on the event loop.
#ifndef EXEC_POSIX_RUNNER_H_
#define EXEC_POSIX_RUNNER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "base/loop.h"
#include "exec/cleanup_reserve.h"
#include "exec/runner.h"

namespace servo::exec {

// What a PosixRunner does to the process that it lives in.
struct PosixRunnerOptions {
  // Adopts what the started processes leave behind, detached or not
  // (PR_SET_CHILD_SUBREAPER, prctl(2)), reaps it when it ends, and ends it in
  // EndAll(). For programs whose children are all started by this runner:
  // others are reaped too, whoever waits for them, but never signalled.
  //
  // What is started finds a variable SERVO_EXEC_MARK in its environment: by its
  // value, processes are known again that have lost their parents.
  //
  // Without it, what leaves the session of a started process and loses its
  // parent is nobody's: it is neither stopped with it nor ended by EndAll().
  bool adopt_orphans = false;

  // Raises the soft limit of descriptors to the hard limit for this process,
  // but not for what it starts, as long as the runner lives.
  bool raise_descriptor_limit = false;

  // What is held until Runner::ReleaseReserve().
  ReserveSizes reserve = {};

  // Keeps other processes of the same user, which includes what is started,
  // from reaching into this one through /proc/PID (its descriptors, its memory;
  // PR_SET_DUMPABLE, prctl(2)), for good. Root can do so all the same.
  bool seal_process = false;

  // Kills each started process with SIGKILL when the thread that started it
  // ends, however it ends, without a race (PR_SET_PDEATHSIG, prctl(2); a
  // program that is set-user-ID or has capabilities loses it).
  bool die_with_parent = true;
};

// Makes a runner on `loop`, which must outlive it. Nobody else may wait for the
// processes that it starts; that aborts the program when it is found out.
//
// With adopted orphans SIGCHLD is set to its default and blocked in the calling
// thread; other threads must have it blocked as well.
//
// Errors: kFailedPrecondition (SIGCHLD is ignored, so that exit codes would be
// lost, and orphans are not adopted), kResourceExhausted (descriptors),
// kUnimplemented (a kernel older than 5.3, without pidfds).
//
// Destruction kills all that still runs, and all adopted orphans, with SIGKILL,
// drops the callbacks, waits up to two seconds until what was killed has ended,
// and undoes what was done to the process. Not from inside a callback of the
// runner but EndAll()'s.
absl::StatusOr<std::unique_ptr<Runner>> NewPosixRunner(
    base::Loop* loop, const PosixRunnerOptions& options = {});

}  // namespace servo::exec

#endif  // EXEC_POSIX_RUNNER_H_
