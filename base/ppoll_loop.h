// The event loop on ppoll(2) and CLOCK_MONOTONIC.
#ifndef BASE_PPOLL_LOOP_H_
#define BASE_PPOLL_LOOP_H_

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "base/loop.h"

namespace servo::base {

// Waits with the kernel's nanosecond timers; no polling interval. A long wait
// is made of two or three, the last of them short, since the kernel ends them
// the later the longer they are: timers come within a tenth of a millisecond of
// their deadline, or as soon after it as the process gets a CPU. A wait that a
// signal handler interrupts is a turn with nothing ready. Aborts if ppoll(2)
// refuses its arguments or finds no memory, the only errors left.
class PpollLoop : public Loop {
 public:
  // What to ask ppoll(2) for, so that it ends no later than after `timeout`:
  // somewhat less, or the same where the kernel is exact. Public for its test.
  static absl::Duration Request(absl::Duration timeout);

  absl::Duration Now() const override;

 protected:
  void Wait(absl::Span<pollfd> fds, absl::Duration timeout) override;
};

}  // namespace servo::base

#endif  // BASE_PPOLL_LOOP_H_
