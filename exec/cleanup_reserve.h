// What is held back so that a cleanup can start its programs.
#ifndef EXEC_CLEANUP_RESERVE_H_
#define EXEC_CLEANUP_RESERVE_H_

#include <sys/resource.h>

#include <cstddef>
#include <optional>
#include <vector>

#include "base/unique_fd.h"

namespace servo::exec {

struct ReserveSizes {
  int descriptors = 0;
  int processes = 0;
  size_t memory = 0;  // bytes
};

// Holds descriptors, processes and memory until Release(), which destruction
// calls: as much as `sizes` says, but of each at most a sixteenth of the limit
// that this process has, since where there is little it is needed now.
//
//   * Descriptors: copies of an open one.
//   * Processes: the soft limit of the user's processes (RLIMIT_NPROC,
//     setrlimit(2)) is that much lower meanwhile, for this process and for what
//     it starts. The kernel counts none of root's.
//   * Memory: a mapping that is not written to, so that it costs address space
//     alone (RLIMIT_AS). A limit of resident memory, as a container has one, is
//     not met by it.
class CleanupReserve {
 public:
  // `fd` is copied; it need not stay open.
  CleanupReserve(const ReserveSizes& sizes, int fd);
  ~CleanupReserve() { Release(); }
  CleanupReserve(const CleanupReserve&) = delete;
  CleanupReserve& operator=(const CleanupReserve&) = delete;

  // Gives up all of it. Allocates nothing.
  void Release();

 private:
  void HoldDescriptors(int fd, int count);
  void HoldProcesses(int count);
  void HoldMemory(size_t size);

  std::vector<base::UniqueFd> descriptors_;
  std::optional<rlimit> processes_;  // the limit as it was
  void* memory_ = nullptr;
  size_t memory_size_ = 0;
};

}  // namespace servo::exec

#endif  // EXEC_CLEANUP_RESERVE_H_
