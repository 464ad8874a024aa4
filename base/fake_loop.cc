#include "base/fake_loop.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

#include "absl/log/check.h"

namespace servo::base {

void FakeLoop::Wait(absl::Span<pollfd> fds, absl::Duration) {
  const timespec no_wait = {};
  int ready = ppoll(fds.data(), fds.size(), &no_wait, /*sigmask=*/nullptr);
  PCHECK(ready >= 0 || errno == EINTR);
  found_ready_ = ready > 0;
}

void FakeLoop::RunPending() {
  do {
    found_ready_ = false;
    RunOnce();
  } while (found_ready_ || NextDeadline() <= now_);
}

void FakeLoop::Advance(absl::Duration step) {
  const absl::Duration target = now_ + step;
  RunPending();
  while (NextDeadline() <= target) {
    now_ = std::max(now_, NextDeadline());
    RunPending();
  }
  now_ = target;
}

}  // namespace servo::base
