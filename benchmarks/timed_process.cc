#include "benchmarks/timed_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "absl/log/check.h"
#include "base/testing/benchmarking.h"
#include "base/unique_fd.h"

namespace servo::benchmarks {
namespace {

// A file in memory that holds `text`, read from its beginning.
base::UniqueFd TextFile(const std::string& text) {
  base::UniqueFd file(memfd_create("input", MFD_CLOEXEC));
  PCHECK(file.valid());
  PCHECK(write(file.get(), text.data(), text.size()) ==
         static_cast<ssize_t>(text.size()));
  PCHECK(lseek(file.get(), 0, SEEK_SET) == 0);
  return file;
}

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const std::string& text : texts) {
    pointers.push_back(const_cast<char*>(text.c_str()));
  }
  pointers.push_back(nullptr);
  return pointers;
}

pid_t Spawn(const Program& program, int in, int out) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null",
                                   O_WRONLY, 0);
  std::vector<std::string> env = program.env;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    env.emplace_back(*entry);
  }
  pid_t pid = 0;
  const int error =
      posix_spawnp(&pid, program.argv[0].c_str(), &actions, nullptr,
                   Pointers(program.argv).data(), Pointers(env).data());
  posix_spawn_file_actions_destroy(&actions);
  CHECK(error == 0) << "cannot start " << program.argv[0];
  return pid;
}

// Makes this process's peak of resident memory what it has now (proc(5),
// clear_refs), where the kernel can: a spawned program's own count begins with
// that peak.
void ForgetPeak() { std::ofstream("/proc/self/clear_refs") << "5"; }

Timing Reap(pid_t pid, absl::Duration start) {
  int status = 0;
  rusage usage = {};
  PCHECK(wait4(pid, &status, 0, &usage) == pid);
  Timing timing;
  timing.wall = base::Now() - start;
  timing.cpu = absl::DurationFromTimeval(usage.ru_utime) +
               absl::DurationFromTimeval(usage.ru_stime);
  timing.max_rss_kib = usage.ru_maxrss;
  timing.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return timing;
}

}  // namespace

Timing Run(const Program& program) {
  base::UniqueFd in = TextFile(program.input);
  base::UniqueFd out(open("/dev/null", O_WRONLY | O_CLOEXEC));
  ForgetPeak();
  const absl::Duration start = base::Now();
  return Reap(Spawn(program, in.get(), out.get()), start);
}

Timing RunWithLines(const Program& program, OnLine on_line) {
  base::UniqueFd in = TextFile(program.input);
  int ends[2];
  PCHECK(pipe2(ends, O_CLOEXEC) == 0);
  base::UniqueFd read_end(ends[0]), write_end(ends[1]);
  ForgetPeak();
  const absl::Duration start = base::Now();
  const pid_t pid = Spawn(program, in.get(), write_end.get());
  write_end.Reset();
  std::string line;
  char buffer[65536];
  for (ssize_t got; (got = read(read_end.get(), buffer, sizeof buffer)) > 0;) {
    const absl::Duration when = base::Now();
    for (ssize_t i = 0; i < got; ++i) {
      if (buffer[i] != '\n') {
        line += buffer[i];
        continue;
      }
      on_line(line, when, pid);
      line.clear();
    }
  }
  return Reap(pid, start);
}

}  // namespace servo::benchmarks
