#include "base/testing/watchdog_loop.h"

#include <algorithm>
#include <ctime>

#include "gtest/gtest.h"

namespace servo::base {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
    !defined(__OPTIMIZE__)
constexpr int kSlowness = 10;
#else
constexpr int kSlowness = 1;
#endif

absl::Duration ThreadCpuTime() {
  timespec time = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return absl::DurationFromTimespec(time);
}

}  // namespace

WatchdogLoop::WatchdogLoop(absl::Duration limit) : limit_(limit * kSlowness) {}

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
