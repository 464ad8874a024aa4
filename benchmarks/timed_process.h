// Running a program and measuring it from outside.
#ifndef BENCHMARKS_TIMED_PROCESS_H_
#define BENCHMARKS_TIMED_PROCESS_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/time/time.h"

namespace servo::benchmarks {

// What the kernel and the monotonic clock say of one run.
struct Timing {
  absl::Duration wall;   // from before the spawn until it was reaped
  absl::Duration cpu;    // user and system, its reaped children included
  long max_rss_kib = 0;  // at least what this process has itself
  int exit_code = -1;    // -1: killed
};

struct Program {
  std::vector<std::string> argv;
  std::string input;  // for stdin
  // Set in its environment, as NAME=VALUE.
  std::vector<std::string> env;
};

// Hears each line of the program's stdout, when it came by base::Now(),
// and the pid, to signal it.
using OnLine = absl::FunctionRef<void(const std::string& line,
                                      absl::Duration when, pid_t pid)>;

// Runs `program` to its end with stdout and stderr to /dev/null. Ends this
// process with a message if it can't be started.
Timing Run(const Program& program);

// The same, with stdout read line by line.
Timing RunWithLines(const Program& program, OnLine on_line);

}  // namespace servo::benchmarks

#endif  // BENCHMARKS_TIMED_PROCESS_H_
