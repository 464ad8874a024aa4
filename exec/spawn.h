// Starting a program: the fork and what happens up to execve(2).
#ifndef EXEC_SPAWN_H_
#define EXEC_SPAWN_H_

#include <sys/resource.h>
#include <sys/types.h>

#include <chrono>
#include <variant>

#include "base/unique_fd.h"
#include "exec/invocation.h"

namespace servo::exec {

struct SpawnRequest {
  const Invocation* invocation;

  // What become descriptors 0, 1 and 2; each greater than 2.
  int stdin_fd;
  int stdout_fd;
  int stderr_fd;

  // The limit of descriptors that the program gets; null: this process's.
  const rlimit* descriptor_limit = nullptr;

  // A cgroup's cgroup.procs, open for writing, or -1: the program is in that
  // cgroup, unless the kernel refuses.
  int cgroup_procs = -1;

  // The process that calls Spawn(): the program is killed (SIGKILL) when the
  // calling thread ends, and not started at all if that has happened before the
  // kernel was told (PR_SET_PDEATHSIG, prctl(2)). 0: no such tie.
  pid_t die_with = 0;
};

// A program that runs, or has run: its process stays to be reaped.
struct Spawned {
  pid_t pid;
  base::UniqueFd pidfd;  // readable once the process has ended
};

struct SpawnFailure {
  enum Step { kNone, kFork, kDescriptors, kChangeDirectory, kExecute };
  Step step = kNone;
  int error = 0;  // errno
};

// How long a program may take to start before that is left to itself. Far more
// than a busy machine, or a limit of CPU time, holds up a start.
inline constexpr std::chrono::milliseconds kSpawnPatience(250);

// How long one that is left to itself may take to fail and be told of as one
// that was not started.
inline constexpr std::chrono::milliseconds kFailurePatience(100);

// The exit code that shells have for it.
inline constexpr int kCannotStart = 127;

// Starts the program as the leader of a new session and process group, with all
// signals at their defaults and unblocked (also those that this process
// ignores, which execve(2) alone would keep), and without any other descriptor.
// On failure nothing is left of it.
//
// A file system that does not answer execve(2) or chdir(2) holds up the call
// for half a second at most, of which kSpawnPatience and kFailurePatience are
// parts, unless it keeps the child from being killed. The program is then being
// started by a child with memory of its own; if it cannot be started after all,
// that says so on its standard error and ends with kCannotStart.
//
// Not posix_spawn(3), which cannot set PR_SET_PDEATHSIG, and which ends with
// "no such file" whatever was missing. As there, the child runs in this
// process's memory until execve(2), so that the cost does not grow with it.
std::variant<Spawned, SpawnFailure> Spawn(const SpawnRequest& request);

}  // namespace servo::exec

#endif  // EXEC_SPAWN_H_
