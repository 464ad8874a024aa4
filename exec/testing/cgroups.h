// Cgroups for a test.
#ifndef EXEC_TESTING_CGROUPS_H_
#define EXEC_TESTING_CGROUPS_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"

namespace servo::exec {

// Where RunWithCgroups() mounts them.
inline constexpr char kCgroups[] = "/sys/fs/cgroup";

// RunInFork() of `body` with what a container has that may make cgroups: a
// namespace in which its own cgroup, a new one, is the root, mounted at
// kCgroups. Returns kNoCgroups where that is not permitted (as a rule it is
// root's), and kCgroupsLeft if `body` returns 0 and leaves a cgroup there.
int RunWithCgroups(absl::FunctionRef<int()> body);
inline constexpr int kNoCgroups = 77;
inline constexpr int kCgroupsLeft = 78;

// The paths of the cgroups in `directory` that an OwnedCgroup has made.
std::vector<std::string> OwnedCgroupsIn(const std::string& directory);

}  // namespace servo::exec

#endif  // EXEC_TESTING_CGROUPS_H_
