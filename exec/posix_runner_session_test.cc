// Stopping all that comes of a process: other groups and sessions, what lost
// its parent, and what is somebody else's.
#include <fcntl.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/loop.h"
#include "base/ppoll_loop.h"
#include "exec/command.h"
#include "exec/posix_runner.h"
#include "exec/runner.h"
#include "exec/testing/cgroups.h"
#include "exec/testing/probe.h"
#include "exec/testing/runner_fixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace servo::exec {
namespace {

using testing::IsEmpty;

const std::string kTerm = absl::StrCat(SIGTERM);
const std::string kInt = absl::StrCat(SIGINT);

// A grace period that no test waits for.
constexpr absl::Duration kLong = absl::Minutes(10);

class SessionTest : public RunnerTest,
                    public testing::WithParamInterface<bool> {
 protected:
  SessionTest() : RunnerTest({.adopt_orphans = GetParam()}) {}
};

INSTANTIATE_TEST_SUITE_P(, SessionTest, testing::Bool(), [](const auto& test) {
  return test.param ? "Adopting" : "NotAdopting";
});

// What leaves the session is found when its parent is gone, too, by those that
// adopt it (posix_runner.h).
class AdoptingSessionTest : public AdoptingRunnerTest {
 protected:
  // Runs a process that leaves a detached one behind.
  pid_t RunThatLeavesADaemon() {
    Fifo fifo;
    RunChild({"fork", "{", "setsid", "tell", fifo.path(), "pause", "}"});
    return fifo.WaitForPid();
  }

  // Starts a process with a daemon: detached, of another session, and without
  // its parent.
  Started& StartWithDaemon(Fifo& fifo, const Options& options) {
    return StartChild(
        {"fork", "{", "setsid", "fork", "{", "setsid", "parentless", "close",
         "1", "close", "2", "tell", fifo.path(), "pause", "}", "}", "pause"},
        options);
  }
};

TEST_P(SessionTest, OtherGroupsAreAskedAndWaitedFor) {
  Fifo fifo;
  Started& started = StartChild({"fork", "{", "setpgid", "ignore", kTerm,
                                 "tell", fifo.path(), "pause", "}", "pause"},
                                {.kill_signal = SIGINT, .kill_timeout = kLong});
  const ProcessProbe member(fifo.WaitForPid());
  started.process->Stop();
  AwaitEnd(started);
  EXPECT_TRUE(member.HasEnded());
  EXPECT_EQ(started.result->code, -SIGINT);
}

TEST_F(AdoptingSessionTest, OtherSessionsAreAskedAndWaitedFor) {
  Fifo fifo;
  Started& started = StartChild(
      {"fork", "{", "setsid", "fork", "{", "setpgid", "tell", fifo.path(),
       "pause", "}", "tell", fifo.path(), "pause", "}", "pause"},
      {.kill_timeout = kLong});
  const ProcessProbe one(fifo.WaitForPid()), two(fifo.WaitForPid());
  started.process->Stop();
  AwaitEnd(started);
  EXPECT_TRUE(one.HasEnded());
  EXPECT_TRUE(two.HasEnded());
}

TEST_F(AdoptingSessionTest, OtherSessionsHaveTheirGracePeriod) {
  Fifo fifo;
  Started& started = StartChild({"fork", "{", "setsid", "ignore", kTerm, "tell",
                                 fifo.path(), "pause", "}", "pause"},
                                {.kill_timeout = absl::Milliseconds(60)});
  const ProcessProbe member(fifo.WaitForPid());
  const absl::Duration stopped_at = loop_.Now();
  started.process->Stop();
  AwaitEnd(started);
  EXPECT_TRUE(member.HasEnded());
  EXPECT_GE(loop_.Now() - stopped_at, absl::Milliseconds(60));
  EXPECT_EQ(started.result->code, -SIGTERM);
}

TEST_P(SessionTest, ATimeoutEndsThemToo) {
  Fifo fifo;
  Started& started = StartChild({"fork", "{", "setpgid", "ignore", kTerm,
                                 "tell", fifo.path(), "pause", "}", "pause"},
                                {.timeout = absl::Milliseconds(100),
                                 .kill_timeout = absl::Milliseconds(20)});
  const ProcessProbe member(fifo.WaitForPid());
  AwaitEnd(started);
  EXPECT_EQ(started.result->ending, Ending::kTimedOut);
  EXPECT_TRUE(member.HasEnded());
}

TEST_F(AdoptingSessionTest, KillEndsThemToo) {
  Fifo fifo;
  Started& started = StartChild(
      {"fork", "{", "setsid", "tell", fifo.path(), "pause", "}", "pause"});
  const ProcessProbe member(fifo.WaitForPid());
  started.process->Kill();
  AwaitEnd(started);
  EXPECT_TRUE(member.HasEnded());
}

// The tracer keeps what was killed from being reaped.
TEST_F(AdoptingSessionTest, ATracerOfItsParentIsFound) {
  Fifo fifo;
  Started& started =
      StartChild({"traceable", "fork", "{", "setsid", "ignore", kTerm,
                  "seize-parent", "tell", fifo.path(), "pause", "}", "pause"},
                 {.kill_timeout = absl::Milliseconds(20)});
  const ProcessProbe tracer(fifo.WaitForPid());
  const absl::Duration stopped_at = loop_.Now();
  started.process->Stop();
  AwaitEnd(started);
  EXPECT_TRUE(tracer.HasEnded());
  EXPECT_EQ(started.result->code, -SIGKILL);
  EXPECT_LT(loop_.Now() - stopped_at, absl::Seconds(2));
}

TEST_F(AdoptingSessionTest, WhatLostItsParentIsEndedWithItsAttempt) {
  Fifo fifo;
  Started& started = StartWithDaemon(fifo, {.kill_timeout = kLong});
  const ProcessProbe daemon(fifo.WaitForPid());
  started.process->Stop();
  AwaitEnd(started);
  EXPECT_TRUE(daemon.HasEnded());
}

TEST_F(AdoptingSessionTest, WhatIsOthersIsLeftAlone) {
  const ProcessProbe left_behind(RunThatLeavesADaemon());
  Fifo other_fifo, fifo;
  Started& other = StartWithDaemon(other_fifo, {});
  const ProcessProbe other_daemon(other_fifo.WaitForPid());
  Started& started = StartWithDaemon(fifo, {.kill_timeout = kLong});
  const ProcessProbe daemon(fifo.WaitForPid());
  started.process->Stop();
  AwaitEnd(started);
  EXPECT_TRUE(daemon.HasEnded());
  EXPECT_FALSE(left_behind.HasEnded());
  EXPECT_FALSE(other_daemon.HasEnded());
  EXPECT_FALSE(other.over());
}

TEST_F(AdoptingSessionTest, AnOrphanThatComesLateIsNotCalledUnkillable) {
  Fifo fifo;
  StartChild({"ignore", kTerm, "fork", "{", "setsid", "ignore", kTerm, "tell",
              fifo.path(), "pause", "}", "pause"},
             {.kill_timeout = absl::Milliseconds(2200)});
  const ProcessProbe member(fifo.WaitForPid());
  EXPECT_THAT(EndAll(absl::ZeroDuration()), IsEmpty());
  EXPECT_TRUE(member.HasEnded());
}

TEST_F(AdoptingSessionTest, EndAllGivesEachMemberItsKillTimeout) {
  Fifo fifo;
  Started& started = StartChild({"fork", "{", "setsid", "ignore", kTerm, "tell",
                                 fifo.path(), "pause", "}", "pause"},
                                {.kill_timeout = absl::Milliseconds(300)});
  const ProcessProbe member(fifo.WaitForPid());
  const absl::Duration begin = loop_.Now();
  EXPECT_THAT(EndAll(absl::Milliseconds(10)), IsEmpty());
  EXPECT_GE(loop_.Now() - begin, absl::Milliseconds(300));
  EXPECT_TRUE(started.over());
  EXPECT_TRUE(member.HasEnded());
}

// ---- Strangers ----

// Starts a process of another session that is not this runner's.
pid_t StartStranger(std::vector<std::string> actions) {
  const Command command = Child(std::move(actions));
  std::vector<char*> argv;
  for (const std::string& word : command.argv) {
    argv.push_back(const_cast<char*>(word.c_str()));
  }
  argv.push_back(nullptr);
  const pid_t pid = fork();
  if (pid == 0) {
    setsid();
    execv(argv[0], argv.data());
    _exit(127);
  }
  return pid;
}

// EndAll() of a runner on `loop`; whether nothing was unkillable.
bool EndAllIsClean(base::Loop& loop, Runner& runner) {
  std::optional<std::vector<Unkillable>> unkillable;
  runner.EndAll(absl::Milliseconds(10), [&](std::vector<Unkillable> left) {
    unkillable = std::move(left);
  });
  loop.RunUntil([&] { return unkillable.has_value(); });
  return unkillable->empty();
}

// Runs `command` to the end of its process.
void RunOn(base::Loop& loop, Runner& runner, const Command& command) {
  bool over = false;
  const auto process =
      runner.Start(command, {}, [&](const Result&) { over = true; });
  loop.RunUntil([&] { return over; });
}
void RunOn(base::Loop& loop, Runner& runner, std::vector<std::string> actions) {
  RunOn(loop, runner, Child(std::move(actions)));
}

TEST(StrangersTest, ChildrenFromBeforeAreNeitherEndedNorWaitedFor) {
  EXPECT_EQ(
      RunInFork([] {
        Fifo stranger_fifo, go, fifo;
        // One that stays, and one that leaves a daemon behind later.
        const pid_t one_pid =
            StartStranger({"tell", stranger_fifo.path(), "pause"});
        const ProcessProbe one(one_pid);
        StartStranger({"await", go.path(), "fork", "{", "setsid", "parentless",
                       "tell", stranger_fifo.path(), "pause", "}"});
        stranger_fifo.WaitForPid();
        base::PpollLoop loop;
        auto runner = NewPosixRunner(&loop, {.adopt_orphans = true});
        if (!runner.ok()) return 1;
        go.LetGo();
        const pid_t two_pid = stranger_fifo.WaitForPid();
        const ProcessProbe two(two_pid);
        RunOn(loop, **runner,
              {"fork", "{", "setsid", "tell", fifo.path(), "pause", "}"});
        const ProcessProbe ours(fifo.WaitForPid());
        const absl::Duration begin = loop.Now();
        if (!EndAllIsClean(loop, **runner)) return 2;
        if (loop.Now() - begin > absl::Seconds(1)) return 3;
        if (!ours.HasEnded()) return 4;
        runner->reset();
        if (one.HasEnded() || two.HasEnded()) return 5;
        kill(one_pid, SIGKILL);
        kill(two_pid, SIGKILL);
        return 0;
      }),
      0);
}

// ---- Without /proc ----

void HideProc() { FailSystemCall(SYS_readlink, EACCES); }

TEST(WithoutProcTest, SaysSoAndDoesNotWait) {
  EXPECT_EQ(RunInFork([] {
              Fifo fifo;
              HideProc();
              FailSystemCall(SYS_statfs, EACCES);  // cgroups as well
              base::PpollLoop loop;
              auto runner = NewPosixRunner(&loop, {.adopt_orphans = true});
              if (!runner.ok()) return 1;
              if ((*runner)->Limitation().empty()) return 2;
              RunOn(loop, **runner,
                    {"fork", "{", "setsid", "tell", fifo.path(), "pause", "}"});
              const pid_t daemon = fifo.WaitForPid();
              const absl::Duration begin = loop.Now();
              if (EndAllIsClean(loop, **runner)) return 3;
              runner->reset();
              if (loop.Now() - begin > absl::Seconds(1)) return 4;
              kill(daemon, SIGKILL);
              return 0;
            }),
            0);
}

// The first process of a namespace whose /proc is its parent's: the numbers in
// it are not its own.
TEST(WithoutProcTest, ProcessOneEndsAllTheSame) {
  const int code = RunInFork([] {
    if (unshare(CLONE_NEWUSER | CLONE_NEWPID) != 0) return 77;
    return RunInFork([] {
      if (getpid() != 1) return 1;
      base::PpollLoop loop;
      auto runner = NewPosixRunner(&loop, {.adopt_orphans = true});
      if (!runner.ok() || !(*runner)->Limitation().empty()) return 2;
      RunOn(loop, **runner,
            {"fork", "{", "setsid", "fork", "{", "setsid", "ignore", kTerm,
             "pause", "}", "}", "exit", "0"});
      RunOn(loop, **runner, {"fork", "{", "setsid", "pause", "}"});
      if (!EndAllIsClean(loop, **runner)) return 3;
      return kill(-1, 0) == 0 ? 4 : 0;
    });
  });
  if (code == 77) GTEST_SKIP() << "no PID namespace may be made here";
  EXPECT_EQ(code, 0);
}

// ---- Without /proc, but with cgroups ----

void TestWithCgroups(absl::FunctionRef<int(base::Loop& loop)> body) {
  const int code = RunWithCgroups([&] {
    HideProc();
    base::PpollLoop loop;
    return body(loop);
  });
  if (code == kNoCgroups) GTEST_SKIP() << "no cgroups may be made here";
  EXPECT_EQ(code, 0);
}

// Leaves two daemons behind, one of which ignores SIGTERM.
std::vector<ProcessProbe> LeaveTwoDaemons(base::Loop& loop, Runner& runner) {
  Fifo fifo;
  RunOn(loop, runner,
        {"fork", "{", "setsid", "fork", "{", "setsid", "parentless", "ignore",
         kTerm, "tell", fifo.path(), "pause", "}", "}"});
  RunOn(loop, runner,
        {"fork", "{", "setsid", "fork", "{", "setsid", "parentless", "tell",
         fifo.path(), "pause", "}", "}"});
  std::vector<ProcessProbe> daemons;
  daemons.emplace_back(fifo.WaitForPid());
  daemons.emplace_back(fifo.WaitForPid());
  return daemons;
}

bool HaveEnded(const std::vector<ProcessProbe>& processes) {
  return std::all_of(processes.begin(), processes.end(),
                     [](const auto& process) { return process.HasEnded(); });
}

TEST(WithoutProcTest, ACgroupHoldsDaemons) {
  TestWithCgroups([](base::Loop& loop) {
    auto runner = NewPosixRunner(&loop, {.adopt_orphans = true});
    if (!runner.ok() || !(*runner)->Limitation().empty()) return 1;
    const std::vector<ProcessProbe> daemons = LeaveTwoDaemons(loop, **runner);
    const absl::Duration begin = loop.Now();
    if (!EndAllIsClean(loop, **runner)) return 2;
    if (loop.Now() - begin > absl::Seconds(2)) return 3;
    if (!HaveEnded(daemons)) return 4;
    // It serves the next ones as well.
    const std::vector<ProcessProbe> more = LeaveTwoDaemons(loop, **runner);
    if (!EndAllIsClean(loop, **runner)) return 5;
    return HaveEnded(more) ? 0 : 6;
  });
}

TEST(WithoutProcTest, DaemonsInACgroupHaveTheirGracePeriod) {
  TestWithCgroups([](base::Loop& loop) {
    auto runner = NewPosixRunner(&loop, {.adopt_orphans = true});
    Fifo fifo, go;
    RunOn(loop, **runner,
          {"fork", "{", "setsid", "ignore", kTerm, "tell", fifo.path(), "await",
           go.path(), "}"});
    const ProcessProbe daemon(fifo.WaitForPid());
    bool over = false, clean = false, was_killed = false;
    (*runner)->EndAll(kLong, [&](const std::vector<Unkillable>& left) {
      over = true;
      clean = left.empty();
    });
    const auto later = loop.After(absl::Milliseconds(50), [&] {
      was_killed = daemon.HasEnded();
      go.LetGo();
    });
    loop.RunUntil([&] { return over; });
    if (was_killed || !clean) return 2;
    return daemon.HasEnded() ? 0 : 1;
  });
}

TEST(WithoutProcTest, DestructionEndsWhatACgroupHolds) {
  TestWithCgroups([](base::Loop& loop) {
    auto runner = NewPosixRunner(&loop, {.adopt_orphans = true});
    std::vector<ProcessProbe> processes = LeaveTwoDaemons(loop, **runner);
    Fifo fifo;
    const auto process = (*runner)->Start(Child({"tell", fifo.path(), "pause"}),
                                          {}, [](const Result&) {});
    processes.emplace_back(fifo.WaitForPid());
    runner->reset();
    return HaveEnded(processes) ? 0 : 1;
  });
}

TEST(WithoutProcTest, BesideACgroupStrangersAreLeftAlone) {
  TestWithCgroups([](base::Loop& loop) {
    Fifo fifo;
    const pid_t stranger_pid = StartStranger({"tell", fifo.path(), "pause"});
    fifo.WaitForPid();
    const ProcessProbe stranger(stranger_pid);
    auto runner = NewPosixRunner(&loop, {.adopt_orphans = true});
    const std::vector<ProcessProbe> daemons = LeaveTwoDaemons(loop, **runner);
    const absl::Duration begin = loop.Now();
    if (!EndAllIsClean(loop, **runner)) return 1;
    if (loop.Now() - begin > absl::Seconds(2)) return 2;
    runner->reset();
    if (!HaveEnded(daemons)) return 3;
    if (stranger.HasEnded()) return 4;
    kill(stranger_pid, SIGKILL);
    return stranger.WaitForEnd() ? 0 : 5;
  });
}

// As root's processes can.
TEST(WithoutProcTest, WhatLeavesTheCgroupIsSaidToBeLeft) {
  TestWithCgroups([](base::Loop& loop) {
    auto runner = NewPosixRunner(&loop, {.adopt_orphans = true});
    Fifo fifo;
    Command command =
        Shell("echo 0 >$0/cgroup.procs && exec \"$@\"", {kCgroups});
    for (const std::string& word :
         Child({"fork", "{", "setsid", "tell", fifo.path(), "pause", "}"})
             .argv) {
      command.argv.push_back(word);
    }
    RunOn(loop, **runner, command);
    const pid_t daemon_pid = fifo.WaitForPid();
    const ProcessProbe daemon(daemon_pid);
    if (EndAllIsClean(loop, **runner)) return 1;
    kill(daemon_pid, SIGKILL);
    return daemon.WaitForEnd() ? 0 : 2;
  });
}

TEST(WithoutProcTest, WithProcThereIsNoCgroup) {
  const int code = RunWithCgroups([] {
    base::PpollLoop loop;
    auto runner = NewPosixRunner(&loop, {.adopt_orphans = true});
    return runner.ok() && OwnedCgroupsIn(kCgroups).empty() ? 0 : 1;
  });
  if (code == kNoCgroups) GTEST_SKIP() << "no cgroups may be made here";
  EXPECT_EQ(code, 0);
}

}  // namespace
}  // namespace servo::exec
