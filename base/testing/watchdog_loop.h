// An event loop for tests that fails when a turn takes too long.
#ifndef BASE_TESTING_WATCHDOG_LOOP_H_
#define BASE_TESTING_WATCHDOG_LOOP_H_

#include <poll.h>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "base/ppoll_loop.h"

namespace servo::base {

// A PpollLoop that measures the CPU time that its thread spends between two
// waits: on a loaded machine the time on the clock says nothing. While such a
// turn lasts no signal, timeout or cancel is heard. Destruction fails the
// running test if a turn was longer than the limit.
class WatchdogLoop final : public PpollLoop {
 public:
  static constexpr absl::Duration kLimit = absl::Milliseconds(50);

  // The bound is CpuTimeBound(limit).
  explicit WatchdogLoop(absl::Duration limit = kLimit);
  ~WatchdogLoop() override;

  // The CPU time of the longest turn that is over. What runs before the first
  // turn does not count.
  absl::Duration longest_turn() const { return longest_turn_; }

 protected:
  void Wait(absl::Span<pollfd> fds, absl::Duration timeout) override;

 private:
  const absl::Duration limit_;
  absl::Duration turn_began_ = absl::InfiniteDuration();  // infinite: none has
  absl::Duration longest_turn_;
};

}  // namespace servo::base

#endif  // BASE_TESTING_WATCHDOG_LOOP_H_
