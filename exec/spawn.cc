#include "exec/spawn.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/attributes.h"
#include "exec/close_fds.h"

namespace servo::exec {
namespace {

// Signals are set by the bare system calls: the C library's functions leave out
// the two that it keeps for itself, and the child must start without any of its
// parent's handlers, as those would run in the parent's memory.
using KernelSignalSet = uint64_t;
constexpr int kLastSignal = 64;

KernelSignalSet SetSignalMask(KernelSignalSet mask) {
  KernelSignalSet old = 0;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, &old, sizeof(mask));
  return old;
}

// What the child is given, and what it reports.
struct Errand {
  const SpawnRequest* request;
  const char* const* paths;  // ends with a null pointer
  SpawnFailure failure;
};

// Everything that runs in the child is async-signal-safe and never returns to
// code that the parent shares. The address sanitizer is kept out: the poison
// that it puts around variables on the stack would outlive the child.
#define IN_CHILD ABSL_ATTRIBUTE_NO_SANITIZE_ADDRESS

IN_CHILD void ResetSignals() {
  const uint64_t kDefault[8] = {};  // struct sigaction, as the kernel knows it
  for (int signal = 1; signal <= kLastSignal; ++signal) {
    syscall(SYS_rt_sigaction, signal, kDefault, nullptr,
            sizeof(KernelSignalSet));
  }
  const KernelSignalSet none = 0;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, nullptr, sizeof(none));
}

// Whether the parent lives still.
IN_CHILD bool TieToParent(pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  return getppid() == parent;
}

IN_CHILD bool SetDescriptors(const SpawnRequest& request) {
  return dup2(request.stdin_fd, STDIN_FILENO) >= 0 &&
         dup2(request.stdout_fd, STDOUT_FILENO) >= 0 &&
         dup2(request.stderr_fd, STDERR_FILENO) >= 0 &&
         (errno = CloseFdsFrom(STDERR_FILENO + 1)) == 0 &&
         (request.descriptor_limit == nullptr ||
          setrlimit(RLIMIT_NOFILE, request.descriptor_limit) == 0);
}

// Whether a PATH search goes on after execve(2) has failed so (execvp(3)).
IN_CHILD bool GoesOn(int error) {
  return error == EACCES || error == ENOENT || error == ENOTDIR ||
         error == ESTALE || error == ENODEV || error == ETIMEDOUT;
}

// Returns errno when none of the paths could be executed: EACCES if that was
// the reason for one of them.
IN_CHILD int Execute(const Errand& errand) {
  const Invocation& invocation = *errand.request->invocation;
  int error = ENOENT;
  for (const char* const* path = errand.paths; *path != nullptr; ++path) {
    execve(*path, invocation.argv(), invocation.envp());
    if (!GoesOn(errno)) return errno;
    if (errno == EACCES || error != EACCES) error = errno;
  }
  return error;
}

IN_CHILD int RunChild(void* argument) {
  Errand& errand = *static_cast<Errand*>(argument);
  const SpawnRequest& request = *errand.request;
  setsid();
  if (request.die_with != 0 && !TieToParent(request.die_with)) _exit(127);
  ResetSignals();
  if (!SetDescriptors(request)) {
    errand.failure = {SpawnFailure::kDescriptors, errno};
  } else if (request.invocation->cwd() != nullptr &&
             chdir(request.invocation->cwd()) != 0) {
    errand.failure = {SpawnFailure::kChangeDirectory, errno};
  } else {
    errand.failure = {SpawnFailure::kExecute, Execute(errand)};
  }
  _exit(127);
}

#undef IN_CHILD

// As AboveStandardFds(), but keeps what there is if no copy can be made: it is
// too late to fail.
base::UniqueFd AwayFromStandardFds(base::UniqueFd fd) {
  if (fd.get() > STDERR_FILENO) return fd;
  base::UniqueFd copy(fcntl(fd.get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  return copy.valid() ? std::move(copy) : std::move(fd);
}

void Reap(pid_t pid) {
  while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

std::variant<Spawned, SpawnFailure> Spawn(const SpawnRequest& request) {
  std::vector<const char*> paths;
  for (const std::string& path : request.invocation->paths()) {
    paths.push_back(path.c_str());
  }
  paths.push_back(nullptr);

  // This thread waits (CLONE_VFORK) until the child is done with its memory, of
  // which the child's stack is a part. All signals are blocked meanwhile.
  Errand errand = {&request, paths.data(), {}};
  constexpr size_t kStackSize = 64 * 1024;
  alignas(64) char stack[kStackSize];
  int pidfd = -1;
  const KernelSignalSet old_mask = SetSignalMask(~KernelSignalSet{0});
  const pid_t pid =
      clone(RunChild, stack + kStackSize,
            CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &errand, &pidfd);
  const int clone_error = errno;
  SetSignalMask(old_mask);

  if (pid < 0) return SpawnFailure{SpawnFailure::kFork, clone_error};
  Spawned spawned = {pid, AwayFromStandardFds(base::UniqueFd(pidfd))};
  if (errand.failure.step == SpawnFailure::kNone) return spawned;
  Reap(pid);
  return errand.failure;
}

}  // namespace servo::exec
