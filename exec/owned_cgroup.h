// A cgroup (cgroups(7), version 2) of this process's own, for what it starts.
#ifndef EXEC_OWNED_CGROUP_H_
#define EXEC_OWNED_CGROUP_H_

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "base/unique_fd.h"

namespace servo::exec {

// A process in it takes along all that it starts, whatever session or parent
// that has, and needs no /proc to be found. The cgroup is made below the one of
// this process, which stays where it is: limits of resources hold as before.
class OwnedCgroup {
 public:
  // Null where there is no way: no cgroup v2 is mounted at /sys/fs/cgroup or
  // /sys/fs/cgroup/unified, the mount does not have the cgroup of this process,
  // or nothing may be made or moved there. Forks to try it; SIGCHLD must not be
  // ignored.
  static std::unique_ptr<OwnedCgroup> Make();

  // Removes the cgroup and those that its processes made below it. One with
  // living processes stays.
  ~OwnedCgroup();
  OwnedCgroup(const OwnedCgroup&) = delete;
  OwnedCgroup& operator=(const OwnedCgroup&) = delete;

  // Its cgroup.procs, greater than 2: a process that writes "0" moves into it.
  int procs() const { return procs_.get(); }

  // Whether no process lives in it or below it. One that has just left it by
  // its end may not be reapable yet.
  bool IsEmpty() const;

  // The processes that live in it and below it, in no order. One that is forked
  // or moved meanwhile may be missing.
  std::vector<pid_t> List() const;

  // Sends `signal` to each process of List(), and to no other that has been
  // given its number.
  void Signal(int signal) const;

  // Sends SIGKILL to all, at one stroke. A kernel older than 5.14 cannot do
  // that: there it is to be called again when a process has ended, until the
  // cgroup is empty.
  void Kill() const;

 private:
  explicit OwnedCgroup(std::string path);
  bool CanBeJoined() const;

  const std::string path_;
  const base::UniqueFd procs_;
  const base::UniqueFd events_;
  const base::UniqueFd kill_;  // invalid: the kernel has no such file
};

}  // namespace servo::exec

#endif  // EXEC_OWNED_CGROUP_H_
