#include "exec/cleanup_reserve.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace servo::exec {
namespace {

// At most this share of a limit is held.
constexpr rlim_t kShare = 16;

// `wanted`, or less where `limit` is low. RLIM_INFINITY is the greatest number.
rlim_t Bounded(rlim_t wanted, const rlimit& limit) {
  return std::min(wanted, limit.rlim_cur / kShare);
}

}  // namespace

CleanupReserve::CleanupReserve(const ReserveSizes& sizes, int fd) {
  HoldDescriptors(fd, sizes.descriptors);
  HoldProcesses(sizes.processes);
  HoldMemory(sizes.memory);
}

void CleanupReserve::HoldDescriptors(int fd, int count) {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const rlim_t bounded = Bounded(static_cast<rlim_t>(count), limit);
  while (descriptors_.size() < bounded) {
    base::UniqueFd copy(fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
    if (!copy.valid()) return;
    descriptors_.push_back(std::move(copy));
  }
}

void CleanupReserve::HoldProcesses(int count) {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NPROC, &limit) != 0) return;
  if (limit.rlim_cur == RLIM_INFINITY) return;
  rlimit lower = limit;
  lower.rlim_cur -= Bounded(static_cast<rlim_t>(count), limit);
  if (setrlimit(RLIMIT_NPROC, &lower) == 0) processes_ = limit;
}

void CleanupReserve::HoldMemory(size_t size) {
  rlimit limit = {};
  if (getrlimit(RLIMIT_AS, &limit) != 0) return;
  size = Bounded(size, limit);
  if (size == 0) return;
  void* const memory = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return;
  memory_ = memory;
  memory_size_ = size;
}

void CleanupReserve::Release() {
  descriptors_.clear();
  if (processes_.has_value()) setrlimit(RLIMIT_NPROC, &*processes_);
  processes_.reset();
  if (memory_ != nullptr) munmap(memory_, memory_size_);
  memory_ = nullptr;
}

}  // namespace servo::exec
