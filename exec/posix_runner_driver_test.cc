// The process that the runner lives in: how it was started, what it runs out
// of, how it ends.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/status_matchers.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/ppoll_loop.h"
#include "exec/command.h"
#include "exec/posix_runner.h"
#include "exec/run.h"
#include "exec/runner.h"
#include "exec/testing/probe.h"
#include "exec/testing/runner_fixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace servo::exec {
namespace {

using absl_testing::StatusIs;
using testing::HasSubstr;

// What Run() says of a command, in a copy of this process that `prepare` has
// prepared: its exit code, or 200 and more if it cannot be started.
int RunPrepared(absl::FunctionRef<void()> prepare, const Command& command,
                absl::string_view expected_output) {
  return RunInFork([&] {
    prepare();
    absl::StatusOr<Result> result = Run(command);
    if (!result.ok()) return 200 + static_cast<int>(result.status().code());
    return result->out.Text() == expected_output ? result->code : 199;
  });
}

TEST(DriverTest, MayHaveBeenStartedWithoutStandardDescriptors) {
  const Command command = Child({"fds", "stdin", "exit", "7"});
  for (int closed = 0; closed < 8; ++closed) {
    EXPECT_EQ(RunPrepared(
                  [&] {
                    for (int fd = 0; fd < 3; ++fd) {
                      if ((closed & (1 << fd)) != 0) close(fd);
                    }
                  },
                  command, "0 1 2\n"),
              7)
        << "closed: " << closed;
  }
}

TEST(DriverTest, LeavesStandardDescriptorsClosedThatWereClosed) {
  EXPECT_EQ(RunInFork([] {
              for (int fd = 0; fd < 3; ++fd) close(fd);
              base::PpollLoop loop;
              auto runner = NewPosixRunner(&loop, {.adopt_orphans = true});
              if (!runner.ok()) return 1;
              auto process =
                  (*runner)->Start(Child({"pause"}), {}, [](const Result&) {});
              if (!process.ok()) return 2;
              for (int fd : OpenDescriptors()) {
                if (fd < 3) return 3;
              }
              return 0;
            }),
            0);
}

TEST(DriverTest, RefusesToWorkWhereExitCodesAreLost) {
  EXPECT_EQ(RunPrepared([] { signal(SIGCHLD, SIG_IGN); }, Child({}), ""),
            200 + static_cast<int>(absl::StatusCode::kFailedPrecondition));
}

TEST(DriverTest, AnAdoptingRunnerCopesWithAnInheritedIgnore) {
  EXPECT_EQ(RunInFork([] {
              signal(SIGCHLD, SIG_IGN);
              base::PpollLoop loop;
              auto runner = NewPosixRunner(&loop, {.adopt_orphans = true});
              if (!runner.ok()) return 1;
              std::optional<int> code;
              auto process =
                  (*runner)->Start(Child({"exit", "5"}), {},
                                   [&](Result result) { code = result.code; });
              loop.RunUntil([&] { return code.has_value(); });
              return code.value_or(2);
            }),
            5);
}

TEST(DriverTest, OutOfProcesses) {
  EXPECT_EQ(
      RunPrepared([] { FailSystemCall(SYS_clone, EAGAIN); }, Child({}), ""),
      200 + static_cast<int>(absl::StatusCode::kResourceExhausted));
}

TEST(DriverTest, OnAKernelWithoutPidfds) {
  EXPECT_EQ(RunPrepared([] { FailSystemCall(SYS_pidfd_open, ENOSYS); },
                        Child({}), ""),
            200 + static_cast<int>(absl::StatusCode::kUnimplemented));
}

TEST(DriverTest, OnAKernelWithoutCloseRange) {
  EXPECT_EQ(RunPrepared(
                [] {
                  FailSystemCall(SYS_close_range, ENOSYS);
                  fcntl(STDIN_FILENO, F_DUPFD, 300);
                },
                Child({"fds", "exit", "7"}), "0 1 2\n"),
            7);
}

using OutOfDescriptorsTest = RunnerTest;

TEST_F(OutOfDescriptorsTest, FailsAndLeaksNothingHoweverManyAreLeft) {
  const std::set<int> before = OpenDescriptors();
  rlimit old_limit;
  getrlimit(RLIMIT_NOFILE, &old_limit);
  Command command = Child({"stdin", "exit", "4"});
  command.stdin_text = "x";
  ASSERT_EQ(Run(command).code, 4);
  int failures = 0;
  for (rlim_t most = 3;; ++most) {
    const rlimit limit = {most, old_limit.rlim_max};
    setrlimit(RLIMIT_NOFILE, &limit);
    Started& started = Start(command);
    setrlimit(RLIMIT_NOFILE, &old_limit);
    if (started.status.ok()) {
      AwaitEnd(started);
      EXPECT_EQ(started.result->code, 4);
      break;
    }
    ++failures;
    EXPECT_THAT(started.status, StatusIs(absl::StatusCode::kResourceExhausted,
                                         HasSubstr("Too many open files")));
    EXPECT_EQ(OpenDescriptors(), before);
    EXPECT_FALSE(HasChildren());
  }
  // Two pipes, the input, and the pidfd: each has failed to be made.
  EXPECT_GE(failures, 6);
}

// Starts a driver whose runner starts `actions`, kills the driver once the
// process of these tells its number, and returns that process.
ProcessProbe KillTheDriverOf(Fifo& fifo, std::vector<std::string> actions,
                             const PosixRunnerOptions& options, pid_t* pid) {
  const pid_t driver = fork();
  if (driver == 0) {
    base::PpollLoop loop;
    auto runner = NewPosixRunner(&loop, options);
    auto process =
        (*runner)->Start(Child(std::move(actions)), {}, [](const Result&) {});
    loop.RunUntil([] { return false; });
    _exit(1);
  }
  *pid = fifo.WaitForPid();
  ProcessProbe probe(*pid);
  kill(driver, SIGKILL);
  EXPECT_EQ(waitpid(driver, nullptr, 0), driver);
  return probe;
}

TEST(DriverTest, ItsDeathIsTheDeathOfWhatItStarted) {
  for (bool adopt : {false, true}) {
    Fifo fifo;
    pid_t pid;
    const ProcessProbe probe =
        KillTheDriverOf(fifo, {"ignore", "15", "tell", fifo.path(), "pause"},
                        {.adopt_orphans = adopt}, &pid);
    EXPECT_TRUE(probe.WaitForEnd());
  }
}

TEST(DriverTest, ItsDeathCanBeSurvivedIfThatIsWanted) {
  Fifo fifo, go;
  pid_t pid;
  const ProcessProbe probe = KillTheDriverOf(
      fifo, {"tell", fifo.path(), "await", go.path(), "tell", fifo.path()},
      {.die_with_parent = false}, &pid);
  go.LetGo();
  EXPECT_EQ(fifo.WaitForPid(), pid);
  EXPECT_TRUE(probe.WaitForEnd());
}

}  // namespace
}  // namespace servo::exec
