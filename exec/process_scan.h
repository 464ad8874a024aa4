// Looking through processes, in pieces.
#ifndef EXEC_PROCESS_SCAN_H_
#define EXEC_PROCESS_SCAN_H_

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "exec/process_info.h"

namespace servo::exec {

// One look at all descendants of this process, or at all processes. It is not a
// snapshot: what is started meanwhile may be missing. But if none of the
// descendants that it found is alive, and all of them are adopted by this
// process when they lose their parents, there is no other.
class ProcessScan {
 public:
  enum class Scope {
    kDescendants,  // of this process, by /proc/PID/task/TID/children
    kAll,          // for kernels without that file
  };

  // Reads the mark of the children of this process: the value of the
  // environment variable `mark_variable`. Empty: reads none.
  ProcessScan(Scope scope, std::string mark_variable);

  // Whether this kernel lists the children of a process.
  static bool CanListChildren();

  // Whether there is a /proc that tells of the processes of this process's PID
  // namespace.
  static bool CanListAll();

  // Goes on until the end or until `is_late` returns true; it is asked after
  // each process. Returns whether it is at the end.
  bool Step(absl::FunctionRef<bool()> is_late);

  // Whether something could not be looked at for want of descriptors or memory,
  // or new processes came faster than one can look. What was not found may
  // exist then.
  bool incomplete() const { return incomplete_; }

  // What was found, parents before their children with kDescendants.
  std::vector<ProcessInfo>& found() { return found_; }

 private:
  // A process to look at; with a thread, the list of that thread's children.
  struct Item {
    pid_t pid;
    pid_t thread;  // 0: none
  };

  // Lists the children of this process: those at the start, and then what has
  // become its child since by the loss of its parent. Whether there are any
  // that were not seen.
  bool FindNewChildren();
  void LookAt(Item item);
  void AddChildren(Item item);
  std::vector<pid_t> ListNumbers(const std::string& directory);
  void NoteError();

  const Scope scope_;
  const std::string mark_variable_;
  std::vector<Item> items_;
  size_t next_ = 0;
  int rounds_ = 0;
  absl::flat_hash_set<pid_t> seen_;
  std::vector<ProcessInfo> found_;
  bool incomplete_ = false;
};

}  // namespace servo::exec

#endif  // EXEC_PROCESS_SCAN_H_
