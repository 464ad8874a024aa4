// What supervision costs: prints figures, each beside that of a bare loop of
// system calls where there is one.
//
//   ./bazelw run //exec:posix_runner_benchmark [-- --smoke]
//
// With --smoke everything is done in small, to see that it works.

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/log/check.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/ppoll_loop.h"
#include "base/testing/benchmarking.h"
#include "exec/command.h"
#include "exec/posix_runner.h"
#include "exec/runner.h"

namespace servo::exec {
namespace {

double Microseconds(absl::Duration time) {
  return absl::ToDoubleMicroseconds(time);
}

Command Words(std::vector<std::string> argv) {
  Command command;
  command.argv = std::move(argv);
  return command;
}

// A runner as the driver makes it.
class Bench {
 public:
  Bench() {
    auto runner = NewPosixRunner(&loop_, {.adopt_orphans = true});
    CHECK_OK(runner.status());
    runner_ = *std::move(runner);
  }

  void Start(const Command& command, const Options& options = {}) {
    auto process = runner_->Start(command, options, [this](Result result) {
      last_ = std::move(result);
      ++ended_;
    });
    CHECK_OK(process.status());
    processes_.push_back(*std::move(process));
  }

  Result Run(const Command& command, const Options& options = {}) {
    const int before = ended_;
    Start(command, options);
    loop_.RunUntil([&] { return ended_ > before; });
    processes_.clear();
    return std::move(last_);
  }

  void EndAll() {
    bool over = false;
    runner_->EndAll(absl::Seconds(5),
                    [&](const std::vector<Unkillable>&) { over = true; });
    loop_.RunUntil([&] { return over; });
    processes_.clear();
  }

 private:
  base::PpollLoop loop_;
  std::unique_ptr<Runner> runner_;
  std::vector<std::unique_ptr<Process>> processes_;
  Result last_;
  int ended_ = 0;
};

// posix_spawn(3), both streams read to their end, waitpid(2).
void BareRun(const char* program) {
  int out[2], err[2];
  PCHECK(pipe2(out, O_CLOEXEC) == 0 && pipe2(err, O_CLOEXEC) == 0);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  posix_spawn_file_actions_adddup2(&actions, err[1], 2);
  char* argv[] = {const_cast<char*>(program), nullptr};
  pid_t pid;
  CHECK_EQ(posix_spawn(&pid, program, &actions, nullptr, argv, environ), 0);
  posix_spawn_file_actions_destroy(&actions);
  close(out[1]);
  close(err[1]);
  pollfd pipes[] = {{out[0], POLLIN, 0}, {err[0], POLLIN, 0}};
  for (int open = 2; open > 0;) {
    PCHECK(poll(pipes, 2, -1) > 0);
    for (pollfd& pipe : pipes) {
      char buffer[4096];
      if (pipe.revents == 0 || read(pipe.fd, buffer, sizeof(buffer)) > 0) {
        continue;
      }
      close(pipe.fd);
      pipe.fd = -1;
      --open;
    }
  }
  waitpid(pid, nullptr, 0);
}

void MeasureSpawn(int runs) {
  Bench bench;
  const Command command = Words({"/bin/true"});
  absl::Duration bare, ours;
  // In turns, so that both see the same machine.
  for (int i = 0; i < runs; ++i) {
    absl::Duration begin = base::Now();
    BareRun("/bin/true");
    bare += base::Now() - begin;
    begin = base::Now();
    bench.Run(command);
    ours += base::Now() - begin;
  }
  std::printf("/bin/true, %d times: %.0f us each, bare %.0f us (%.2f x)\n",
              runs, Microseconds(ours) / runs, Microseconds(bare) / runs,
              absl::FDivDuration(ours, bare));
}

void MeasureOutput(long long bytes, int runs) {
  Bench bench;
  const std::string count = absl::StrCat(bytes);
  const Command head = Words({"head", "-c", count, "/dev/zero"});
  const Command pipe =
      Shell(absl::StrCat("head -c ", count, " /dev/zero | cat >/dev/null"));
  std::vector<double> ours, bare;
  for (int i = 0; i < runs; ++i) {
    ours.push_back(absl::ToDoubleSeconds(bench.Run(head).elapsed));
    bare.push_back(absl::ToDoubleSeconds(bench.Run(pipe).elapsed));
  }
  std::printf("%lld bytes of output: %.3f s, into cat %.3f s (%.2f x)\n", bytes,
              base::Median(ours), base::Median(bare),
              base::Median(ours) / base::Median(bare));
}

void MeasureTimeout(int runs) {
  Bench bench;
  const absl::Duration timeout = absl::Milliseconds(20);
  std::vector<double> late;
  for (int i = 0; i < runs; ++i) {
    const Result result =
        bench.Run(Words({"sleep", "1000"}), {.timeout = timeout});
    CHECK(result.ending == Ending::kTimedOut);
    late.push_back(Microseconds(result.elapsed - timeout));
  }
  std::printf("from the timeout to the end of an obedient task: %.0f us\n",
              base::Median(late));
}

void MeasureEndAll(int processes) {
  Bench bench;
  for (int i = 0; i < processes; ++i) bench.Start(Words({"sleep", "1000"}));
  const absl::Duration begin = base::Now();
  bench.EndAll();
  std::printf("ending %d background tasks: %.1f ms\n", processes,
              absl::ToDoubleMilliseconds(base::Now() - begin));
}

void MeasureAll(bool smoke) {
  MeasureSpawn(smoke ? 5 : 1000);
  MeasureOutput(smoke ? 1 << 20 : 1LL << 30, smoke ? 1 : 5);
  MeasureTimeout(smoke ? 1 : 51);
  MeasureEndAll(smoke ? 5 : 300);
}

}  // namespace
}  // namespace servo::exec

int main(int argc, char** argv) {
  const bool smoke = argc > 1 && std::strcmp(argv[1], "--smoke") == 0;
  servo::exec::MeasureAll(smoke);
}
