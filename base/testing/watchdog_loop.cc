#include "base/testing/watchdog_loop.h"

#include <algorithm>

#include "base/testing/cpu_time.h"
#include "gtest/gtest.h"

namespace servo::base {
WatchdogLoop::WatchdogLoop(absl::Duration limit)
    : limit_(CpuTimeBound(limit)) {}

WatchdogLoop::~WatchdogLoop() {
  EXPECT_LE(longest_turn_, limit_) << "a turn of the loop kept its thread "
                                      "busy, deaf to signals and timeouts";
}

void WatchdogLoop::Wait(absl::Span<pollfd> fds, absl::Duration timeout) {
  longest_turn_ = std::max(longest_turn_, ThreadCpuTime() - turn_began_);
  PpollLoop::Wait(fds, timeout);
  turn_began_ = ThreadCpuTime();
}

}  // namespace servo::base
