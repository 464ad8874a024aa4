// Which of the started processes another process comes from.
#ifndef EXEC_PROCESS_OWNERS_H_
#define EXEC_PROCESS_OWNERS_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "exec/process_info.h"

namespace servo::exec {

// Remembers what it has found out, since a process that loses its parent shows
// no more whose child it was.
class ProcessOwners {
 public:
  // What is known of the started processes. They are named by their pids, which
  // are those of their sessions as well, and are not reaped: nothing else can
  // have these numbers.
  struct Started {
    // By the mark that each was given and its descendants inherit.
    absl::flat_hash_map<std::string, pid_t> by_mark;

    // The one that every descendant of this process comes from, since there is
    // no other; 0: not known.
    pid_t sole = 0;
  };

  // The owner of each of `processes`, 0 for those that have none. A process
  // belongs to a started process that it is; whose session it is in; to whom it
  // has belonged before; to whom its parent or another of its session belongs;
  // or whose mark it has, if it is a child of this process, `self`.
  std::vector<pid_t> Find(absl::Span<const ProcessInfo> processes,
                          const Started& started, pid_t self);

  // Forgets what belongs to `owner`, which is to be reaped.
  void Forget(pid_t owner);

 private:
  absl::flat_hash_map<ProcessInfo::Key, pid_t> known_;
};

}  // namespace servo::exec

#endif  // EXEC_PROCESS_OWNERS_H_
