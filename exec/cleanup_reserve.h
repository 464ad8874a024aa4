// What is held back so that a cleanup can start its programs.
#ifndef EXEC_CLEANUP_RESERVE_H_
#define EXEC_CLEANUP_RESERVE_H_

#include <sys/resource.h>

#include <cstddef>
#include <optional>

#include "exec/idle_threads.h"

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
//   * Descriptors and processes: the soft limits of both (RLIMIT_NOFILE,
//     RLIMIT_NPROC; setrlimit(2)) are that much lower meanwhile, for this
//     process and for what it starts, unless that is given limits of its own.
//     Of processes the kernel counts none of root's.
//   * Processes, below the limit of a cgroup (pids.max), if there is one that
//     can be seen: threads that do nothing. What they leave free others can
//     take as well, so they are for when what took the rest stands still.
//   * Memory: a mapping that is not written to, so that it costs address space
//     alone (RLIMIT_AS). Nothing is held of a limit of resident memory, as a
//     container has one (memory.max): whoever meets that is not refused, but
//     the kernel ends a process, as a rule the largest.
class CleanupReserve {
 public:
  explicit CleanupReserve(const ReserveSizes& sizes);
  ~CleanupReserve() { Release(); }
  CleanupReserve(const CleanupReserve&) = delete;
  CleanupReserve& operator=(const CleanupReserve&) = delete;

  // Gives up all of it. Allocates nothing.
  void Release();

 private:
  void HoldMemory(size_t size);

  // The limits as they were; none: not lowered.
  std::optional<rlimit> descriptors_;
  std::optional<rlimit> processes_;
  std::optional<IdleThreads> threads_;
  void* memory_ = nullptr;
  size_t memory_size_ = 0;
};

}  // namespace servo::exec

#endif  // EXEC_CLEANUP_RESERVE_H_
