#include "base/testing/cpu_time.h"

#include <ctime>

namespace servo::base {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
    !defined(__OPTIMIZE__)
constexpr int kSlowness = 10;
#else
constexpr int kSlowness = 1;
#endif

}  // namespace

absl::Duration ThreadCpuTime() {
  timespec time = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return absl::DurationFromTimespec(time);
}

absl::Duration CpuTimeBound(absl::Duration limit) { return limit * kSlowness; }

}  // namespace servo::base
