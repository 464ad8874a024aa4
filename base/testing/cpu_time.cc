#include "base/testing/cpu_time.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <ctime>

namespace servo::base {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
    !defined(__OPTIMIZE__)
constexpr int kSlowness = 10;
#else
constexpr int kSlowness = 1;
#endif

// What it costs to fill memory that was not used before.
absl::Duration FreshMemoryTime(size_t size) {
  void* const memory = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return absl::ZeroDuration();
  const absl::Duration begin = ThreadCpuTime();
  memset(memory, 1, size);
  const absl::Duration time = ThreadCpuTime() - begin;
  munmap(memory, size);
  return time;
}

// How many times as much that costs here as on common machines; 1 at least. On
// some virtual machines it is ten times.
double MachineSlowness() {
  constexpr size_t kSize = size_t{16} << 20;
  constexpr absl::Duration kCommon = absl::Milliseconds(10);
  absl::Duration least = absl::InfiniteDuration();
  for (int i = 0; i < 3; ++i) least = std::min(least, FreshMemoryTime(kSize));
  return std::max(1.0, absl::FDivDuration(least, kCommon));
}

}  // namespace

absl::Duration ThreadCpuTime() {
  timespec time = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return absl::DurationFromTimespec(time);
}

absl::Duration CpuTimeBound(absl::Duration limit) {
  static const double machine_slowness = MachineSlowness();
  return limit * kSlowness * machine_slowness;
}

}  // namespace servo::base
