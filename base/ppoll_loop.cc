#include "base/ppoll_loop.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>

#include "absl/log/check.h"

namespace servo::base {

// The kernel may end a wait late, to save wake-ups: by a thousandth of it, for
// a niced process by five times as much, at most by 100 ms
// (select_estimate_accuracy() in Linux's fs/select.c). Below 50 us that is the
// slack of every timer (PR_SET_TIMERSLACK of prctl(2)).
absl::Duration PpollLoop::Request(absl::Duration timeout) {
  if (timeout == absl::InfiniteDuration()) return timeout;
  const absl::Duration slack = std::min(timeout / 200, absl::Milliseconds(100));
  return slack > absl::Microseconds(50) ? timeout - slack : timeout;
}

absl::Duration PpollLoop::Now() const {
  return absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
}

void PpollLoop::Wait(absl::Span<pollfd> fds, absl::Duration timeout) {
  // Ends early rather than late; the next turn waits for the rest.
  timespec limit = absl::ToTimespec(Request(timeout));
  const timespec* limit_or_none =
      timeout == absl::InfiniteDuration() ? nullptr : &limit;
  int ready = ppoll(fds.data(), fds.size(), limit_or_none, /*sigmask=*/nullptr);
  PCHECK(ready >= 0 || errno == EINTR)
      << "ppoll of " << fds.size() << " descriptors";
}

}  // namespace servo::base
