#include "exec/testing/cgroups.h"

#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "exec/testing/probe.h"

namespace servo::exec {
namespace {

bool EnterNamespaces() {
  return unshare(CLONE_NEWNS | CLONE_NEWCGROUP) == 0 &&
         mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

bool Mount() { return mount("none", kCgroups, "cgroup2", 0, nullptr) == 0; }

bool Join(const std::string& cgroup) {
  std::ofstream procs(cgroup + "/cgroup.procs");
  return static_cast<bool>(procs << "0" << std::flush);
}

}  // namespace

int RunWithCgroups(absl::FunctionRef<int()> body) {
  return RunInFork([&] {
    std::string own = absl::StrCat(kCgroups, "/servo-test-XXXXXX");
    if (!EnterNamespaces() || !Mount() || mkdtemp(own.data()) == nullptr) {
      return kNoCgroups;
    }
    const int result = RunInFork([&] {
      // One mount upon the other is refused.
      return Join(own) && EnterNamespaces() && umount2(kCgroups, 0) == 0 &&
                     Mount()
                 ? body()
                 : kNoCgroups;
    });
    const bool is_left = rmdir(own.c_str()) != 0;
    return result == 0 && is_left ? kCgroupsLeft : result;
  });
}

std::vector<std::string> OwnedCgroupsIn(const std::string& directory) {
  std::vector<std::string> owned;
  std::error_code error;
  for (const auto& entry :
       std::filesystem::directory_iterator(directory, error)) {
    if (absl::StartsWith(entry.path().filename().string(), "servo-exec-")) {
      owned.push_back(entry.path().string());
    }
  }
  return owned;
}

}  // namespace servo::exec
