// Signals as events of the loop (signal-safety(7) never matters: there is no
// handler).
#ifndef PROTOCOL_SIGNALS_H_
#define PROTOCOL_SIGNALS_H_

#include <memory>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "base/loop.h"

namespace servo::protocol {

// Whether `signal` asks this process to end: its default effect ends a process,
// and it does not tell of a fault of our own (as SIGSEGV and SIGABRT do). The
// real-time signals are among them, also the two that the C library keeps for
// itself. SIGKILL is not, since nothing can catch it, nor are SIGPIPE and
// SIGXFSZ, since write(2) reports both as errors. A SIGHUP that was ignored
// before main() stays ignored: that is what nohup(1) is for.
bool IsHandled(int signal);

// Blocks all signals of IsHandled() in the calling thread and in the threads
// that it starts, so that from here on they wait for a SignalSource; ignores
// SIGPIPE and SIGXFSZ, and sets SIGCHLD to its default, since an ignored one
// would lose the exit codes of children (wait(2)). To be called first in
// main(), before any thread is started.
//
// A signal that arrives between execve(2) and this call has its default effect:
// the kernel ends the process before it has done anything.
void BlockSignals();

// Gives the signals that BlockSignals() has blocked their default effects, for
// what is to be done without a SignalSource.
void UnblockSignals();

// Where signals come from. Lives on the loop's thread.
class SignalSource {
 public:
  using OnSignal = absl::AnyInvocable<void(int signal)>;

  virtual ~SignalSource() = default;

  // Calls `on_signal` on `loop`, which must outlive the source, for each signal
  // that arrives or has arrived since BlockSignals(); equal ones that wait at
  // the same time count as one (signal(7)). Replaces the callback that was
  // there; a null one ends the listening.
  virtual void Listen(base::Loop* loop, OnSignal on_signal) = 0;
};

// The signals that BlockSignals() has blocked, by signalfd(2). Errors:
// kResourceExhausted when descriptors or memory are short.
absl::StatusOr<std::unique_ptr<SignalSource>> NewSignalfdSource();

}  // namespace servo::protocol

#endif  // PROTOCOL_SIGNALS_H_
