#include "exec/cleanup_reserve.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <optional>

#include "exec/pids_limit.h"

namespace servo::exec {
namespace {

// At most this share of a limit is held.
constexpr rlim_t kShare = 16;

// `wanted`, or less where `limit` is low. RLIM_INFINITY is the greatest number.
rlim_t Bounded(rlim_t wanted, rlim_t limit) {
  return std::min(wanted, limit / kShare);
}

// Lowers the soft limit by `count`. Returns the limit as it was; none: it is
// left.
std::optional<rlimit> LowerLimit(__rlimit_resource_t resource, int count) {
  rlimit limit = {};
  if (getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
    return std::nullopt;
  }
  rlimit lower = limit;
  lower.rlim_cur -= Bounded(static_cast<rlim_t>(count), limit.rlim_cur);
  if (lower.rlim_cur == limit.rlim_cur || setrlimit(resource, &lower) != 0) {
    return std::nullopt;
  }
  return limit;
}

// Puts back what LowerLimit() has returned.
void RestoreLimit(__rlimit_resource_t resource, std::optional<rlimit>& limit) {
  if (limit.has_value()) setrlimit(resource, &*limit);
  limit.reset();
}

}  // namespace

CleanupReserve::CleanupReserve(const ReserveSizes& sizes)
    : descriptors_(LowerLimit(RLIMIT_NOFILE, sizes.descriptors)),
      processes_(LowerLimit(RLIMIT_NPROC, sizes.processes)) {
  HoldMemory(sizes.memory);
  if (sizes.processes == 0) return;
  if (const std::optional<uint64_t> limit = FindPidsLimit()) {
    threads_.emplace(static_cast<int>(
        Bounded(static_cast<rlim_t>(sizes.processes), *limit)));
  }
}

void CleanupReserve::HoldMemory(size_t size) {
  rlimit limit = {};
  if (getrlimit(RLIMIT_AS, &limit) != 0) return;
  size = Bounded(size, limit.rlim_cur);
  if (size == 0) return;
  void* const memory = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return;
  memory_ = memory;
  memory_size_ = size;
}

void CleanupReserve::Release() {
  RestoreLimit(RLIMIT_NOFILE, descriptors_);
  RestoreLimit(RLIMIT_NPROC, processes_);
  threads_.reset();
  if (memory_ != nullptr) munmap(memory_, memory_size_);
  memory_ = nullptr;
}

}  // namespace servo::exec
