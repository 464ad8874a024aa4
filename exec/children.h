// The children of this process: looking at them, listing and reaping them.
#ifndef EXEC_CHILDREN_H_
#define EXEC_CHILDREN_H_

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace servo::exec {

// What waitid(2) knows of some children, without reaping any.
struct ChildrenState {
  bool exist = false;  // there are some, ended or not
  pid_t ended = 0;     // one that has ended and waits to be reaped; 0: none
};
ChildrenState LookAtAllChildren();
ChildrenState LookAtChild(pid_t pid);

// Of those that are in process group `group`. While some exist, the group's
// number cannot be given to another group.
ChildrenState LookAtGroup(pid_t group);

// Reaps a child that has ended. Returns its exit code, or the negative number
// of the signal that killed it; none while it has not ended, or while a tracer
// (ptrace(2)) holds it. Aborts if `pid` is not a child: someone else has waited
// for it.
std::optional<int> ReapChild(pid_t pid);

// The children, ended ones included, as /proc has them; in no order. One that
// is made or adopted meanwhile may be missing, and, if others are reaped
// meanwhile, any other as well. Empty if /proc cannot be read. Ask
// LookAtChild() before signalling one.
std::vector<pid_t> ListChildren();

// The program's name of a process, at most 15 bytes of any kind; empty if /proc
// does not tell.
std::string NameOfProcess(pid_t pid);

// The way of kernels without /proc/PID/task/TID/children.
std::vector<pid_t> ListChildrenByStat();

}  // namespace servo::exec

#endif  // EXEC_CHILDREN_H_
