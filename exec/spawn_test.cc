#include "exec/spawn.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
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

// Starts a command with a pipe for its output, stderr too.
class Spawning {
 public:
  explicit Spawning(const Command& command, pid_t die_with = 0) {
    const absl::StatusOr<Invocation> invocation = Invocation::Prepare(command);
    EXPECT_TRUE(invocation.ok());
    const base::UniqueFd null(open("/dev/null", O_RDWR | O_CLOEXEC));
    int ends[2];
    EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
    reading_.Reset(ends[0]);
    const base::UniqueFd writing(ends[1]);
    spawned_ = Spawn({.invocation = &*invocation,
                      .stdin_fd = null.get(),
                      .stdout_fd = writing.get(),
                      .stderr_fd = writing.get(),
                      .die_with = die_with});
  }

  // Null if it has failed.
  const Spawned* process() const { return std::get_if<Spawned>(&spawned_); }

  const SpawnFailure* failure() const {
    return std::get_if<SpawnFailure>(&spawned_);
  }

  bool has_ended() const {
    pollfd ended = {process()->pidfd.get(), POLLIN, 0};
    return poll(&ended, 1, /*timeout=*/0) == 1;
  }

  Ran Wait() const {
    Ran ran = {-1, ""};
    EXPECT_NE(process(), nullptr);
    if (process() == nullptr) return ran;
    char part[256];
    ssize_t size;
    while ((size = read(reading_.get(), part, sizeof(part))) > 0) {
      ran.output.append(part, static_cast<size_t>(size));
    }
    pollfd ended = {process()->pidfd.get(), POLLIN, 0};
    EXPECT_EQ(poll(&ended, 1, -1), 1);
    EXPECT_EQ(waitpid(process()->pid, &ran.status, WNOHANG), process()->pid);
    return ran;
  }

 private:
  base::UniqueFd reading_;
  std::variant<Spawned, SpawnFailure> spawned_;
};

Ran SpawnAndWait(const Command& command, pid_t die_with) {
  return Spawning(command, die_with).Wait();
}

// A program whose execve(2) hangs, as on a file system that does not answer: a
// lease on its file, which the kernel asks to be given back first.
class HangingProgram {
 public:
  explicit HangingProgram(const std::string& content)
      : path_(absl::StrCat(testing::TempDir(), "/hanging-", getpid())) {
    std::signal(SIGIO, SIG_IGN);  // with which the kernel asks
    std::ofstream(path_, std::ios::binary) << content;
    chmod(path_.c_str(), 0700);
    fd_.Reset(open(path_.c_str(), O_RDONLY | O_CLOEXEC));
    hangs_ = fcntl(fd_.get(), F_SETLEASE, F_WRLCK) == 0;
  }
  ~HangingProgram() { unlink(path_.c_str()); }
  HangingProgram(const HangingProgram&) = delete;
  HangingProgram& operator=(const HangingProgram&) = delete;

  const std::string& path() const { return path_; }
  bool hangs() const { return hangs_; }
  void GoOn() { EXPECT_EQ(fcntl(fd_.get(), F_SETLEASE, F_UNLCK), 0); }

 private:
  const std::string path_;
  base::UniqueFd fd_;
  bool hangs_ = false;
};

// While it lives, this thread and what it starts have one processor, on which
// this thread goes first (sched(7)).
class FirstOnOneProcessor {
 public:
  FirstOnOneProcessor() {
    sched_getaffinity(0, sizeof(before_), &before_);
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(static_cast<size_t>(sched_getcpu()), &one);
    sched_setaffinity(0, sizeof(one), &one);
    const sched_param lowest = {.sched_priority = 1};
    goes_first_ =
        sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &lowest) == 0;
  }
  ~FirstOnOneProcessor() {
    const sched_param none = {};
    sched_setscheduler(0, SCHED_OTHER, &none);
    sched_setaffinity(0, sizeof(before_), &before_);
  }
  FirstOnOneProcessor(const FirstOnOneProcessor&) = delete;
  FirstOnOneProcessor& operator=(const FirstOnOneProcessor&) = delete;

  bool goes_first() const { return goes_first_; }

 private:
  cpu_set_t before_;
  bool goes_first_ = false;
};

std::string BytesOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file),
          std::istreambuf_iterator<char>()};
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

TEST(SpawnTest, IsNotHeldUpByAProgramThatHangs) {
  Command command = Child({"out", "hello", "exit", "3"});
  HangingProgram program(BytesOf(command.argv[0]));
  if (!program.hangs()) GTEST_SKIP() << "no leases here";
  command.argv[0] = program.path();
  const Spawning spawning(command);
  ASSERT_NE(spawning.process(), nullptr);
  EXPECT_FALSE(spawning.has_ended());
  program.GoOn();
  const Ran ran = spawning.Wait();
  EXPECT_EQ(WEXITSTATUS(ran.status), 3);
  EXPECT_EQ(ran.output, "hello\n");
}

// The kernel lets go of whoever waits for a child some time before that has
// ended.
TEST(SpawnTest, IsNotDeceivedByAnEndThatTakesItsTime) {
  Command command = Child({"out", "hello", "exit", "3"});
  HangingProgram program(BytesOf(command.argv[0]));
  if (!program.hangs()) GTEST_SKIP() << "no leases here";
  const FirstOnOneProcessor first;
  if (!first.goes_first()) GTEST_SKIP() << "no right to go first";
  command.argv[0] = program.path();
  const Spawning spawning(command);
  program.GoOn();
  const Ran ran = spawning.Wait();
  EXPECT_TRUE(WIFEXITED(ran.status)) << "signal " << WTERMSIG(ran.status);
  EXPECT_EQ(ran.output, "hello\n");
}

// As on a machine that is too busy to start it at once.
TEST(SpawnTest, AFailureThatIsLateIsOne) {
  HangingProgram program(std::string("\0", 1));
  if (!program.hangs()) GTEST_SKIP() << "no leases here";
  std::thread late([&] {
    std::this_thread::sleep_for(kSpawnPatience + kFailurePatience / 2);
    program.GoOn();
  });
  const Spawning spawning({.argv = {program.path()}});
  late.join();
  const SpawnFailure* failure = spawning.failure();
  if (failure == nullptr) GTEST_SKIP() << "too busy";
  EXPECT_EQ(failure->step, SpawnFailure::kExecute);
  EXPECT_EQ(failure->error, ENOEXEC);
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1) << "it is not reaped";
}

TEST(SpawnTest, AProgramThatHangsCanBeKilled) {
  const HangingProgram program("");
  if (!program.hangs()) GTEST_SKIP() << "no leases here";
  const Spawning spawning({.argv = {program.path()}});
  ASSERT_NE(spawning.process(), nullptr);
  EXPECT_EQ(kill(-spawning.process()->pid, SIGTERM), 0);
  EXPECT_EQ(WTERMSIG(spawning.Wait().status), SIGTERM);
}

TEST(SpawnTest, AProgramThatHangsAndCannotBeStartedSaysSo) {
  HangingProgram program(std::string("\0", 1));
  if (!program.hangs()) GTEST_SKIP() << "no leases here";
  const Spawning spawning({.argv = {program.path()}});
  ASSERT_NE(spawning.process(), nullptr);
  program.GoOn();
  const Ran ran = spawning.Wait();
  EXPECT_EQ(WEXITSTATUS(ran.status), kCannotStart);
  EXPECT_EQ(ran.output, "cannot start the program: Exec format error\n");
}

}  // namespace
}  // namespace servo::exec
