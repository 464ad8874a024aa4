#include "base/ppoll_loop.h"

#include <poll.h>

#include <cerrno>
#include <chrono>
#include <ctime>

#include "absl/log/check.h"

namespace servo::base {

absl::Duration PpollLoop::Now() const {
  return absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
}

void PpollLoop::Wait(absl::Span<pollfd> fds, absl::Duration timeout) {
  timespec limit = absl::ToTimespec(timeout);
  const timespec* limit_or_none =
      timeout == absl::InfiniteDuration() ? nullptr : &limit;
  int ready = ppoll(fds.data(), fds.size(), limit_or_none, /*sigmask=*/nullptr);
  PCHECK(ready >= 0 || errno == EINTR)
      << "ppoll of " << fds.size() << " descriptors";
}

}  // namespace servo::base
