// Signals as events of the loop (signal-safety(7) never matters: there is no
// handler).
#ifndef PROTOCOL_SIGNALS_H_
#define PROTOCOL_SIGNALS_H_

#include <memory>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "base/loop.h"

namespace servo::protocol {

// Blocks SIGUSR1, SIGTERM, SIGINT and SIGHUP in the calling thread and in those
// that it starts, so that from here on they wait for a SignalSource; ignores
// SIGPIPE, and sets SIGCHLD to its default, since an ignored one would lose the
// exit codes of children (wait(2)). First thing in main(), before any thread
// stands. A SIGHUP that was ignored before stays so: that is what nohup(1) is
// for.
void BlockSignals();

// Gives the signals that BlockSignals() has blocked their default effects, for
// what is to be done without a SignalSource.
void UnblockSignals();

// "SIGUSR1".
std::string SignalName(int signal);

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
