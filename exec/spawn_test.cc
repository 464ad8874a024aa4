#include "exec/spawn.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "absl/status/statusor.h"
#include "base/unique_fd.h"
#include "exec/command.h"
#include "exec/invocation.h"
#include "exec/testing/probe.h"
#include "gtest/gtest.h"

namespace servo::exec {
namespace {

// The program's end as waitpid(2) tells it, and what it printed.
struct Ran {
  int status;
  std::string output;
};

Ran SpawnAndWait(const Command& command, pid_t die_with) {
  const absl::StatusOr<Invocation> invocation = Invocation::Prepare(command);
  EXPECT_TRUE(invocation.ok());
  const base::UniqueFd null(open("/dev/null", O_RDWR | O_CLOEXEC));
  int ends[2];
  EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const base::UniqueFd reading(ends[0]);
  base::UniqueFd writing(ends[1]);
  std::variant<Spawned, SpawnFailure> spawned =
      Spawn({.invocation = &*invocation,
             .stdin_fd = null.get(),
             .stdout_fd = writing.get(),
             .stderr_fd = null.get(),
             .die_with = die_with});
  writing.Reset();
  Ran ran = {-1, ""};
  const auto* process = std::get_if<Spawned>(&spawned);
  EXPECT_NE(process, nullptr);
  if (process == nullptr) return ran;
  char part[256];
  ssize_t size;
  while ((size = read(reading.get(), part, sizeof(part))) > 0) {
    ran.output.append(part, static_cast<size_t>(size));
  }
  pollfd ended = {process->pidfd.get(), POLLIN, 0};
  EXPECT_EQ(poll(&ended, 1, -1), 1);
  EXPECT_EQ(waitpid(process->pid, &ran.status, WNOHANG), process->pid);
  return ran;
}

TEST(SpawnTest, StartsAProgram) {
  const Ran ran =
      SpawnAndWait(Child({"out", "hello", "exit", "3"}), /*die_with=*/0);
  EXPECT_EQ(WEXITSTATUS(ran.status), 3);
  EXPECT_EQ(ran.output, "hello\n");
}

TEST(SpawnTest, StartsNothingForAParentThatHasDied) {
  EXPECT_EQ(SpawnAndWait(Child({"out", "alive"}), getpid()).output, "alive\n");
  // As when the parent dies between the fork and the tie: the child finds
  // another one.
  EXPECT_EQ(SpawnAndWait(Child({"out", "alive"}), getpid() + 1).output, "");
}

TEST(SpawnTest, TellsTheStepThatFailed) {
  const struct {
    Command command;
    int bad_fd;
    SpawnFailure::Step step;
    int error;
  } kCases[] = {
      {{.argv = {"/no/such"}}, 0, SpawnFailure::kExecute, ENOENT},
      {{.argv = {"/bin/true"}, .cwd = "/no/such"},
       0,
       SpawnFailure::kChangeDirectory,
       ENOENT},
      {{.argv = {"/bin/true"}}, 1 << 20, SpawnFailure::kDescriptors, EBADF},
  };
  for (const auto& c : kCases) {
    const std::set<int> before = OpenDescriptors();
    const absl::StatusOr<Invocation> invocation =
        Invocation::Prepare(c.command);
    const base::UniqueFd null(open("/dev/null", O_RDWR | O_CLOEXEC));
    const std::variant<Spawned, SpawnFailure> spawned =
        Spawn({.invocation = &*invocation,
               .stdin_fd = null.get(),
               .stdout_fd = null.get(),
               .stderr_fd = c.bad_fd != 0 ? c.bad_fd : null.get()});
    const auto* failure = std::get_if<SpawnFailure>(&spawned);
    ASSERT_NE(failure, nullptr);
    EXPECT_EQ(failure->step, c.step);
    EXPECT_EQ(failure->error, c.error);
    EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1) << "it is not reaped";
    EXPECT_EQ(OpenDescriptors().size(), before.size() + 1);
  }
}

}  // namespace
}  // namespace servo::exec
