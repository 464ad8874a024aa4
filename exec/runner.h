// Starting, watching and ending processes: the interface that the engine knows.
#ifndef EXEC_RUNNER_H_
#define EXEC_RUNNER_H_

#include <sys/types.h>

#include <csignal>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/captured.h"
#include "exec/command.h"
#include "exec/output_tap.h"

namespace servo::exec {

// How a process is supervised.
struct Options {
  // The most that it may take, from its start; then it is stopped as
  // Process::Stop() does.
  absl::Duration timeout = absl::InfiniteDuration();

  // What asks the process group to end, and how long it has to obey before
  // SIGKILL.
  int kill_signal = SIGTERM;
  absl::Duration kill_timeout = absl::Milliseconds(500);

  // How many bytes are kept of the head, and of the tail, of each of stdout and
  // stderr.
  size_t output_limit = base::Captured::kDefaultLimit;

  // What is shown of the output is without its secrets (base/captured.h);
  // null: none are known. Must outlive the Result.
  const base::Redactor* redactor = nullptr;

  // Hears the output as it arrives; null: nobody does. Must live until the
  // process is over or its Process is destroyed.
  OutputTap* tap = nullptr;
};

// Why a process is over.
enum class Ending {
  kExited,    // of its own accord, with an exit code
  kSignaled,  // killed by a signal that was not ours
  kTimedOut,  // stopped since its time was over, however it then ended (an exit
              // code of 0 does not save it)
  kStopped,   // stopped by Stop(), Kill() or Runner::EndAll()
};

struct Result {
  Ending ending = Ending::kExited;

  // What wait(2) said of the process itself: its exit code (0..255), or the
  // negative number of the signal that ended it, whatever `ending` is.
  int code = 0;

  base::Captured out;
  base::Captured err;

  // When it was started, on the loop's clock.
  absl::Duration started_at;

  // From its start until it was over.
  absl::Duration elapsed;
};

// A started process and its group. Destruction while it runs kills the group at
// once (SIGKILL), drops the callback and leaves the reaping to the runner.
// Lives on the loop's thread. May outlive the runner; it is over then.
class Process {
 public:
  virtual ~Process() = default;

  virtual pid_t pid() const = 0;

  // Ends the process group: `kill_signal` (and SIGCONT, so that stopped
  // processes hear it), `kill_timeout`, SIGKILL; over as soon as all of the
  // group are gone. The callback then comes with kStopped, unless the process
  // had timed out before. Repeats and calls on an ended process are harmless.
  //
  // What has not ended two seconds after SIGKILL is held by the kernel (a
  // device or a network file system that does not answer): it is reported then,
  // with the code -SIGKILL, and reaped when it is let go of.
  virtual void Stop() = 0;

  // The same without a grace period.
  virtual void Kill() = 0;
};

// A process that was sent SIGKILL and has not ended.
struct Unkillable {
  // 0: there are some, and the kernel does not tell which (no /proc).
  pid_t pid = 0;

  // The program's name as ps(1) shows it, at most 15 bytes of any kind; empty
  // if it is not known.
  std::string program;
};

// Starts processes and ends what they leave behind. Lives on one thread, that
// of its loop.
class Runner {
 public:
  using Done = absl::AnyInvocable<void(Result)>;

  virtual ~Runner() = default;

  // Starts `command` in a session and process group of its own, with standard
  // input as `command` says, both output streams drained into the result, no
  // other descriptor, default signal dispositions and an empty signal mask.
  //
  // `done` is called exactly once, on the loop, never from inside Start() or
  // another call of this interface, as soon as the process is over: a helper
  // that it left running does not delay that, even if it holds the output open.
  // It may destroy the Process and start others, but not destroy the runner.
  //
  // An error means that nothing was started and `done` never comes; its message
  // names the program and the reason: kNotFound (no such program),
  // kPermissionDenied (not executable), kFailedPrecondition (the working
  // directory; an EndAll() under way), kInvalidArgument (no argv, a NUL byte,
  // arguments too long, no signal's number), kResourceExhausted (processes,
  // descriptors, memory). When descriptors are short, output is let go of that
  // helpers of finished processes still hold: who writes to it then gets
  // SIGPIPE.
  virtual absl::StatusOr<std::unique_ptr<Process>> Start(const Command& command,
                                                         const Options& options,
                                                         Done done) = 0;

  // Ends, all at the same time, every process group started here that still
  // runs (by its own kill_signal and kill_timeout), and every process that they
  // left behind and this process adopted (SIGTERM, then SIGKILL after `grace`).
  // Then calls `done`, on the loop, with nothing left; or with a list of what
  // has not ended two seconds after its SIGKILL (processes that the kernel
  // holds). Until then nothing can be started. A second call while the first
  // is under way kills at once what is left: the first call's callback is then
  // dropped and `done` called instead.
  using EndAllDone = absl::AnyInvocable<void(std::vector<Unkillable>)>;
  virtual void EndAll(absl::Duration grace, EndAllDone done) = 0;

  // Gives up what is held in reserve, since a cleanup begins that must not fail
  // for want of it. Allocates nothing. Harmless when it was called before.
  virtual void ReleaseReserve() {}

  // What this machine keeps the runner from holding, for a warning; empty:
  // nothing.
  virtual std::string Limitation() const { return ""; }
};

}  // namespace servo::exec

#endif  // EXEC_RUNNER_H_
