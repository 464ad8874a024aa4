// What /proc tells of one process, and signals that reach no other.
#ifndef EXEC_PROCESS_INFO_H_
#define EXEC_PROCESS_INFO_H_

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace servo::exec {

// The fields of /proc/PID/stat (proc(5)) that tell where a process belongs.
struct ProcessInfo {
  pid_t pid = 0;
  pid_t parent = 0;
  pid_t group = 0;
  pid_t session = 0;

  // When it was started, in clock ticks since boot. With the pid it identifies
  // a process for good.
  uint64_t started = 0;

  int threads = 1;

  // A zombie: it has ended with all its threads, and is not reaped.
  bool ended = false;

  // The value of the variable that a ProcessScan was told to read.
  std::string mark;

  // The program's name, at most 15 bytes of any kind.
  std::string name;

  using Key = std::pair<pid_t, uint64_t>;
  Key key() const { return {pid, started}; }
};

// None if `stat` is not such a line.
std::optional<ProcessInfo> ParseStat(absl::string_view stat);

// None if there is no such process, or /proc cannot be read; errno tells which
// (EMFILE, ENFILE and ENOMEM: it may exist).
std::optional<ProcessInfo> ReadProcess(pid_t pid);

// The value of a variable in the environment that the program was started
// with; empty if it has none or must not be read.
std::string ReadVariable(pid_t pid, absl::string_view name);

// Sends `signal` to `process`, and never to another one that has been given its
// pid. Returns whether it was sent.
bool SignalProcess(const ProcessInfo& process, int signal);

// The whole of a file in /proc or of a cgroup. None, with errno, if it cannot
// be read.
std::optional<std::string> ReadProcFile(const char* path);

}  // namespace servo::exec

#endif  // EXEC_PROCESS_INFO_H_
