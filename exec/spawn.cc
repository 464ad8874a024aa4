#include "exec/spawn.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <iterator>
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

// Ends a child that has waited for too long, and by nothing else: the C library
// keeps this signal for itself and gives it to nobody. Even a wait that only
// ends with the process does so for it.
constexpr int kOutOfPatience = 33;

// What the child is given, and what it reports.
struct ChildSetup {
  const SpawnRequest* request;
  const char* const* paths;  // ends with a null pointer
  int report = -1;  // of a child with memory of its own: where it tells
  SpawnFailure failure = {};
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

// Ends this process with kOutOfPatience when kSpawnPatience is over. execve(2)
// deletes the timer.
IN_CHILD void LimitPatience() {
  sigevent event = {};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = kOutOfPatience;
  int timer = 0;
  itimerspec due = {};
  due.it_value.tv_nsec = std::chrono::nanoseconds(kSpawnPatience).count();
  if (syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer) == 0) {
    syscall(SYS_timer_settime, timer, 0, &due, nullptr);
  }
}

// Whether the parent lives still.
IN_CHILD bool TieToParent(pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  return getppid() == parent;
}

// Also moves `*report`, if there is one, out of the way of the first three.
IN_CHILD bool SetDescriptors(const SpawnRequest& request, int* report) {
  constexpr int kReport = STDERR_FILENO + 1;
  if (dup2(request.stdin_fd, STDIN_FILENO) < 0 ||
      dup2(request.stdout_fd, STDOUT_FILENO) < 0 ||
      dup2(request.stderr_fd, STDERR_FILENO) < 0) {
    return false;
  }
  int first_closed = STDERR_FILENO + 1;
  if (*report >= 0) {
    if (*report != kReport && dup3(*report, kReport, O_CLOEXEC) < 0) {
      return false;
    }
    *report = kReport;
    ++first_closed;
  }
  return (errno = CloseFdsFrom(first_closed)) == 0 &&
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
IN_CHILD int Execute(const ChildSetup& setup) {
  const Invocation& invocation = *setup.request->invocation;
  int error = ENOENT;
  for (const char* const* path = setup.paths; *path != nullptr; ++path) {
    execve(*path, invocation.argv(), invocation.envp());
    if (!GoesOn(errno)) return errno;
    if (errno == EACCES || error != EACCES) error = errno;
  }
  return error;
}

// Executes the program; returns what has failed.
IN_CHILD SpawnFailure BecomeProgram(ChildSetup& setup) {
  const SpawnRequest& request = *setup.request;
  if (request.cgroup_procs >= 0) {
    [[maybe_unused]] const ssize_t written =
        write(request.cgroup_procs, "0", 1);
  }
  if (!SetDescriptors(request, &setup.report)) {
    return {SpawnFailure::kDescriptors, errno};
  }
  if (request.invocation->cwd() != nullptr &&
      chdir(request.invocation->cwd()) != 0) {
    return {SpawnFailure::kChangeDirectory, errno};
  }
  return {SpawnFailure::kExecute, Execute(setup)};
}

IN_CHILD void BeginChild(const SpawnRequest& request) {
  setsid();
  if (request.die_with != 0 && !TieToParent(request.die_with)) {
    _exit(kCannotStart);
  }
  ResetSignals();
}

// In the parent's memory, which it waits for.
IN_CHILD int RunChild(void* argument) {
  ChildSetup& setup = *static_cast<ChildSetup*>(argument);
  BeginChild(*setup.request);
  LimitPatience();
  setup.failure = BecomeProgram(setup);
  _exit(kCannotStart);
}

#undef IN_CHILD

void SayWhy(const SpawnFailure& failure) {
  const char* const what = failure.step == SpawnFailure::kChangeDirectory
                               ? "cannot change to the working directory: "
                               : "cannot start the program: ";
  const char* const why = strerrordesc_np(failure.error);
  const iovec parts[] = {
      {const_cast<char*>(what), strlen(what)},
      {const_cast<char*>(why), why == nullptr ? 0 : strlen(why)},
      {const_cast<char*>("\n"), 1}};
  [[maybe_unused]] const ssize_t written =
      writev(STDERR_FILENO, parts, std::size(parts));
}

// In memory of its own, without a limit of time. Tells that its session is
// there, and then why it has failed: to the parent, which may not wait for that
// any more, and so on its standard error as well.
int RunPatientChild(void* argument) {
  ChildSetup& setup = *static_cast<ChildSetup*>(argument);
  BeginChild(*setup.request);
  const char begun = 0;
  if (write(setup.report, &begun, 1) != 1) _exit(kCannotStart);
  const SpawnFailure failure = BecomeProgram(setup);
  SayWhy(failure);
  SetSignalMask(~KernelSignalSet{0});  // nobody may read it
  [[maybe_unused]] const ssize_t written =
      write(setup.report, &failure, sizeof(failure));
  _exit(kCannotStart);
}

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

// Clones this process. kNone, or kFork with its reason.
SpawnFailure SpawnWith(int (*run)(void*), int flags, ChildSetup* setup,
                       Spawned* spawned) {
  constexpr size_t kStackSize = 64 * 1024;
  alignas(64) char stack[kStackSize];
  int pidfd = -1;
  // All signals are blocked until the child has its own dispositions.
  const KernelSignalSet old_mask = SetSignalMask(~KernelSignalSet{0});
  const pid_t pid = clone(run, stack + kStackSize,
                          flags | CLONE_PIDFD | SIGCHLD, setup, &pidfd);
  const int clone_error = errno;
  SetSignalMask(old_mask);
  if (pid < 0) return {SpawnFailure::kFork, clone_error};
  *spawned = {pid, AwayFromStandardFds(base::UniqueFd(pidfd))};
  return {};
}

// What the child reports within kFailurePatience: kNone if the program runs, or
// may run yet.
SpawnFailure AwaitReport(int report) {
  SpawnFailure failure = {};
  char begun;
  while (read(report, &begun, 1) < 0 && errno == EINTR) {
  }
  pollfd ready = {report, POLLIN, 0};
  const int patience = static_cast<int>(kFailurePatience.count());
  if (poll(&ready, 1, patience) == 1 &&
      read(report, &failure, sizeof(failure)) != sizeof(failure)) {
    return {};
  }
  return failure;
}

// Starts the program by a child that may take as long as it wants.
SpawnFailure SpawnPatient(ChildSetup* setup, Spawned* spawned) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return {SpawnFailure::kFork, errno};
  const base::UniqueFd report(ends[0]);
  base::UniqueFd theirs = AwayFromStandardFds(base::UniqueFd(ends[1]));
  setup->report = theirs.get();
  SpawnFailure failure = SpawnWith(RunPatientChild, 0, setup, spawned);
  if (failure.step != SpawnFailure::kNone) return failure;
  theirs.Reset();
  failure = AwaitReport(report.get());
  if (failure.step != SpawnFailure::kNone) Reap(spawned->pid);
  return failure;
}

// Whether LimitPatience() has ended the child, whose start has begun at
// `begin`. The kernel lets go of this process a little before the child has
// ended, and in execve(2) a little before it deletes the timer: so a start that
// was slow is watched until the timer is over and the child had time to end.
bool EndedOutOfPatience(const Spawned& child,
                        std::chrono::steady_clock::time_point begin) {
  constexpr std::chrono::milliseconds kTimeToEnd(150);
  const auto now = std::chrono::steady_clock::now();
  // All others are not asked.
  if (now - begin < kSpawnPatience / 2) return false;
  const auto watched = std::chrono::ceil<std::chrono::milliseconds>(
      std::max(begin + kSpawnPatience, now) + kTimeToEnd - now);
  pollfd ended = {child.pidfd.get(), POLLIN, 0};
  while (poll(&ended, 1, static_cast<int>(watched.count())) < 0 &&
         errno == EINTR) {
  }
  siginfo_t end = {};
  return waitid(P_PID, static_cast<id_t>(child.pid), &end,
                WEXITED | WNOHANG | WNOWAIT) == 0 &&
         end.si_code == CLD_KILLED && end.si_status == kOutOfPatience;
}

}  // namespace

std::variant<Spawned, SpawnFailure> Spawn(const SpawnRequest& request) {
  std::vector<const char*> paths;
  for (const std::string& path : request.invocation->paths()) {
    paths.push_back(path.c_str());
  }
  paths.push_back(nullptr);
  ChildSetup setup = {&request, paths.data()};
  Spawned spawned = {};

  // This thread waits (CLONE_VFORK) until the child is done with its memory, of
  // which the child's stack is a part.
  const auto begin = std::chrono::steady_clock::now();
  if (SpawnFailure failure =
          SpawnWith(RunChild, CLONE_VM | CLONE_VFORK, &setup, &spawned);
      failure.step != SpawnFailure::kNone) {
    return failure;
  }
  if (setup.failure.step != SpawnFailure::kNone) {
    Reap(spawned.pid);
    return setup.failure;
  }
  if (!EndedOutOfPatience(spawned, begin)) return spawned;
  Reap(spawned.pid);
  if (SpawnFailure failure = SpawnPatient(&setup, &spawned);
      failure.step != SpawnFailure::kNone) {
    return failure;
  }
  return spawned;
}

}  // namespace servo::exec
