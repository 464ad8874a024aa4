// How many processes the cgroup of this process may have (cgroups(7)).
#ifndef EXEC_PIDS_LIMIT_H_
#define EXEC_PIDS_LIMIT_H_

#include <cstdint>
#include <optional>
#include <string>

namespace servo::exec {

// The least `pids.max` of this process's cgroup and those above it, of version
// 1 or 2, where they are mounted below /sys/fs/cgroup; threads count as
// processes do. None if there is none, or none that can be seen: that of a
// Kubernetes pod lies above what its containers see. `root` is put before all
// paths that are read.
std::optional<uint64_t> FindPidsLimit(const std::string& root = "");

}  // namespace servo::exec

#endif  // EXEC_PIDS_LIMIT_H_
