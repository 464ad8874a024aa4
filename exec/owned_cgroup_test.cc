#include "exec/owned_cgroup.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "base/unique_fd.h"
#include "exec/testing/cgroups.h"
#include "exec/testing/probe.h"
#include "gtest/gtest.h"

namespace servo::exec {
namespace {

using Pids = std::vector<pid_t>;

void TestWithCgroups(absl::FunctionRef<int()> body) {
  const int code = RunWithCgroups(body);
  if (code == kNoCgroups) GTEST_SKIP() << "no cgroups may be made here";
  EXPECT_EQ(code, 0);
}

bool Join(int procs) { return write(procs, "0", 1) == 1; }

bool Join(const std::string& cgroup) {
  const base::UniqueFd procs(
      open((cgroup + "/cgroup.procs").c_str(), O_WRONLY | O_CLOEXEC));
  return Join(procs.get());
}

// A forked process that joins `cgroup`, and that has done so.
template <typename Cgroup>
pid_t StartMember(const Cgroup& cgroup) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return -1;
  const base::UniqueFd mine(ends[0]);
  base::UniqueFd theirs(ends[1]);
  const pid_t pid = fork();
  if (pid == 0) {
    if (!Join(cgroup) || write(theirs.get(), "", 1) != 1) _exit(1);
    for (;;) pause();
  }
  theirs.Reset();
  char joined;
  return read(mine.get(), &joined, 1) == 1 ? pid : -1;
}

// Waits until it is killed; by which signal.
int KilledBy(pid_t pid) {
  int status = 0;
  return waitpid(pid, &status, 0) == pid ? WTERMSIG(status) : -1;
}

TEST(OwnedCgroupTest, HoldsWhoJoins) {
  TestWithCgroups([] {
    const auto cgroup = OwnedCgroup::Make();
    if (cgroup == nullptr || OwnedCgroupsIn(kCgroups).size() != 1) return 1;
    if (!cgroup->IsEmpty() || !cgroup->List().empty()) return 2;
    const pid_t member = StartMember(cgroup->procs());
    if (cgroup->IsEmpty() || cgroup->List() != Pids{member}) return 3;
    cgroup->Kill();
    if (KilledBy(member) != SIGKILL) return 4;
    return cgroup->IsEmpty() ? 0 : 5;
  });
}

TEST(OwnedCgroupTest, SignalsAll) {
  TestWithCgroups([] {
    const auto cgroup = OwnedCgroup::Make();
    // More than are looked at in one go.
    constexpr int kMembers = 150;
    Pids members;
    for (int i = 0; i < kMembers; ++i) {
      members.push_back(StartMember(cgroup->procs()));
    }
    cgroup->Signal(SIGTERM);
    for (pid_t member : members) {
      if (KilledBy(member) != SIGTERM) return 1;
    }
    return cgroup->IsEmpty() ? 0 : 2;
  });
}

TEST(OwnedCgroupTest, HoldsCgroupsThatMembersMake) {
  TestWithCgroups([] {
    auto cgroup = OwnedCgroup::Make();
    const std::string below = OwnedCgroupsIn(kCgroups)[0] + "/.below";
    const std::string bottom = below + "/bottom";
    if (mkdir(below.c_str(), 0700) != 0) return 1;
    if (mkdir(bottom.c_str(), 0700) != 0) return 2;
    const pid_t one = StartMember(below), two = StartMember(bottom);
    if (cgroup->IsEmpty() || cgroup->List() != Pids{one, two}) return 3;
    cgroup->Signal(SIGINT);
    if (KilledBy(one) != SIGINT || KilledBy(two) != SIGINT) return 4;
    const pid_t three = StartMember(bottom);
    cgroup->Kill();
    return KilledBy(three) == SIGKILL ? 0 : 5;
  });
}

// Its cgroup then keeps the limits that this process has.
// What it holds then keeps the limits that this process has.
TEST(OwnedCgroupTest, IsMadeBelowTheOneOfThisProcess) {
  TestWithCgroups([] {
    const std::string own = absl::StrCat(kCgroups, "/upper/own");
    if (mkdir(absl::StrCat(kCgroups, "/upper").c_str(), 0700) != 0) return 1;
    if (mkdir(own.c_str(), 0700) != 0 || !Join(own)) return 2;
    auto cgroup = OwnedCgroup::Make();
    const bool is_there = OwnedCgroupsIn(own).size() == 1;
    cgroup.reset();
    const bool is_gone = OwnedCgroupsIn(own).empty();
    Join(std::string(kCgroups));
    rmdir(own.c_str());
    rmdir(absl::StrCat(kCgroups, "/upper").c_str());
    return is_there && is_gone ? 0 : 3;
  });
}

TEST(OwnedCgroupTest, RemovedByOthersItIsEmpty) {
  TestWithCgroups([] {
    const auto cgroup = OwnedCgroup::Make();
    rmdir(OwnedCgroupsIn(kCgroups)[0].c_str());
    cgroup->Signal(SIGTERM);
    cgroup->Kill();
    return cgroup->IsEmpty() && cgroup->List().empty() ? 0 : 1;
  });
}

// As most containers have it.
TEST(OwnedCgroupTest, NoneWhereNothingMayBeMade) {
  TestWithCgroups([] {
    if (mount("none", kCgroups, nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY,
              nullptr) != 0) {
      return 1;
    }
    return OwnedCgroup::Make() == nullptr ? 0 : 2;
  });
}

TEST(OwnedCgroupTest, NoneWhereTheMountLacksThisProcess) {
  TestWithCgroups([] {
    // The mount is now that of a cgroup beside the one of this process.
    const std::string beside = absl::StrCat(kCgroups, "/beside");
    if (mkdir(beside.c_str(), 0700) != 0) return 1;
    if (mount(beside.c_str(), kCgroups, nullptr, MS_BIND, nullptr) != 0) {
      return 2;
    }
    const bool is_none = OwnedCgroup::Make() == nullptr;
    umount2(kCgroups, 0);
    rmdir(beside.c_str());
    return is_none ? 0 : 3;
  });
}

TEST(OwnedCgroupTest, NoneWithoutCgroups) {
  TestWithCgroups([] {
    if (mount("none", kCgroups, "tmpfs", 0, nullptr) != 0) return 1;
    return OwnedCgroup::Make() == nullptr ? 0 : 2;
  });
}

}  // namespace
}  // namespace servo::exec
