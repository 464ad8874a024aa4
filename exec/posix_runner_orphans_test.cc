// What started processes leave behind, and EndAll().

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "exec/command.h"
#include "exec/posix_runner.h"
#include "exec/runner.h"
#include "exec/testing/probe.h"
#include "exec/testing/runner_fixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace servo::exec {
namespace {

using testing::IsEmpty;

const std::string kTerm = absl::StrCat(SIGTERM);

// A grace period that no test waits for.
constexpr absl::Duration kLong = absl::Minutes(10);

using OrphansTest = AdoptingRunnerTest;

TEST_F(OrphansTest, AreReapedWhenTheyEnd) {
  Fifo fifo, go;
  for (int i = 0; i < 5; ++i) {
    RunChild(
        {"fork", "{", "setsid", "tell", fifo.path(), "await", go.path(), "}"});
    fifo.WaitForPid();
  }
  EXPECT_TRUE(HasChildren());
  for (int i = 0; i < 5; ++i) go.LetGo();
  Await([] { return !HasChildren(); });
}

TEST_F(OrphansTest, AreReapedBesideProcessesThatStillRun) {
  Fifo fifo, go;
  Started& first = StartChild({"pause"});
  RunChild(
      {"fork", "{", "setsid", "tell", fifo.path(), "await", go.path(), "}"});
  const pid_t orphan = fifo.WaitForPid();
  Started& last = StartChild({"pause"});
  go.LetGo();
  Await([&] { return !Exists(orphan); });
  EXPECT_FALSE(first.over());
  EXPECT_FALSE(last.over());
}

TEST_F(OrphansTest, AShellThatLeavesADaemonBehind) {
  Fifo fifo;
  const Result result = Run(
      Shell("(echo $$ >\"$1\"; exec sleep 1000) & exit 3", {"", fifo.path()}));
  EXPECT_EQ(result.code, 3);
  EXPECT_TRUE(HasChildren());
  EXPECT_THAT(EndAll(kLong), IsEmpty());
  EXPECT_FALSE(HasChildren());
}

TEST_F(OrphansTest, ADoubleForkedSetsidChildIsEnded) {
  Fifo fifo;
  RunChild({"fork", "{", "setsid", "fork", "{", "setsid", "tell", fifo.path(),
            "pause", "}", "}"});
  const pid_t daemon = fifo.WaitForPid();
  const ProcessProbe probe(daemon);
  EXPECT_FALSE(probe.HasEnded());
  EXPECT_THAT(EndAll(kLong), IsEmpty());
  EXPECT_TRUE(probe.HasEnded());
  EXPECT_FALSE(Exists(daemon));
}

TEST_F(OrphansTest, ADetachedChildOfARunningProcessIsEndedAfterIt) {
  Fifo fifo;
  Started& started = StartChild({"fork", "{", "setsid", "tell", fifo.path(),
                                 "fork", "{", "setsid", "tell", fifo.path(),
                                 "pause", "}", "pause", "}", "pause"});
  const ProcessProbe one(fifo.WaitForPid()), two(fifo.WaitForPid());
  EXPECT_THAT(EndAll(kLong), IsEmpty());
  EXPECT_TRUE(started.over());
  EXPECT_TRUE(one.HasEnded());
  EXPECT_TRUE(two.HasEnded());
}

TEST_F(OrphansTest, StubbornOnesAreKilledAfterTheGrace) {
  Fifo fifo;
  RunChild({"fork", "{", "setsid", "ignore", kTerm, "fork", "{", "setsid",
            "tell", fifo.path(), "pause", "}", "tell", fifo.path(), "pause",
            "}"});
  const ProcessProbe one(fifo.WaitForPid()), two(fifo.WaitForPid());
  const absl::Duration begin = loop_.Now();
  EXPECT_THAT(EndAll(absl::Milliseconds(60)), IsEmpty());
  EXPECT_GE(loop_.Now() - begin, absl::Milliseconds(60));
  EXPECT_TRUE(one.HasEnded());
  EXPECT_TRUE(two.HasEnded());
}

TEST_F(OrphansTest, StoppedOnesHearTheSignal) {
  Fifo fifo;
  RunChild({"fork", "{", "setsid", "tell", fifo.path(), "raise",
            absl::StrCat(SIGSTOP), "pause", "}"});
  const ProcessProbe probe(fifo.WaitForPid());
  EXPECT_THAT(EndAll(kLong), IsEmpty());
  EXPECT_TRUE(probe.HasEnded());
}

TEST_F(OrphansTest, WithoutGraceTheyAreKilledAtOnce) {
  Fifo fifo;
  RunChild({"fork", "{", "setsid", "ignore", kTerm, "tell", fifo.path(),
            "pause", "}"});
  const ProcessProbe probe(fifo.WaitForPid());
  EXPECT_THAT(EndAll(absl::ZeroDuration()), IsEmpty());
  EXPECT_TRUE(probe.HasEnded());
}

TEST_F(OrphansTest, WhoeverKeepsForkingAwayIsCaught) {
  Fifo fifo;
  RunChild({"fork", "{", "setsid", "ignore", kTerm, "tell", fifo.path(), "hop",
            "}"});
  RunChild({"fork", "{", "setsid", "ignore", kTerm, "tell", fifo.path(),
            "spawn-until-killed", "}"});
  fifo.WaitForPid();
  fifo.WaitForPid();
  EXPECT_THAT(EndAll(absl::Milliseconds(20)), IsEmpty());
}

TEST_F(OrphansTest, BehindASubreaperOfTheirOwnAreEnded) {
  Fifo fifo;
  StartChild({"subreaper", "fork", "{", "fork", "{", "setsid", "tell",
              fifo.path(), "pause", "}", "}", "pause"});
  const ProcessProbe probe(fifo.WaitForPid());
  EXPECT_THAT(EndAll(kLong), IsEmpty());
  EXPECT_TRUE(probe.HasEnded());
}

TEST_F(OrphansTest, StopWaitsForTheLastMemberOfTheGroup) {
  Fifo ready, go;
  Started& started =
      StartChild({"fork", "{", "ignore", kTerm, "tell", ready.path(), "await",
                  go.path(), "}", "tell", ready.path(), "pause"},
                 {.kill_timeout = kLong});
  const pid_t told[] = {ready.WaitForPid(), ready.WaitForPid()};
  const pid_t leader = started.process->pid();
  started.process->Stop();
  started.process->Stop();
  const ProcessProbe probe(leader);
  Await([&] { return probe.HasEnded() || told[0] == told[1]; });
  EXPECT_FALSE(started.over());
  go.LetGo();
  AwaitEnd(started);
  EXPECT_EQ(started.result->ending, Ending::kStopped);
  EXPECT_EQ(started.result->code, -SIGTERM);
}

TEST_F(OrphansTest, DestructionEndsThemToo) {
  Fifo fifo;
  RunChild({"fork", "{", "setsid", "ignore", kTerm, "fork", "{", "setsid",
            "tell", fifo.path(), "pause", "}", "tell", fifo.path(), "pause",
            "}"});
  const ProcessProbe one(fifo.WaitForPid()), two(fifo.WaitForPid());
  runner_.reset();
  EXPECT_TRUE(one.HasEnded());
  EXPECT_TRUE(two.HasEnded());
}

TEST_F(OrphansTest, EndAllWithNothingToEnd) {
  EXPECT_THAT(EndAll(kLong), IsEmpty());
  RunChild({});
  EXPECT_THAT(EndAll(kLong), IsEmpty());
}

TEST_F(OrphansTest, EndAllEndsAllAtTheSameTime) {
  Fifo fifo;
  for (int i = 0; i < 20; ++i) {
    StartChild({"ignore", kTerm, "tell", fifo.path(), "pause"},
               {.kill_timeout = absl::Milliseconds(500)});
    fifo.WaitForPid();
  }
  const absl::Duration begin = loop_.Now();
  EXPECT_THAT(EndAll(kLong), IsEmpty());
  EXPECT_GE(loop_.Now() - begin, absl::Milliseconds(500));
  EXPECT_LT(loop_.Now() - begin, 20 * absl::Milliseconds(500));
  for (const Started& started : started_) {
    ASSERT_TRUE(started.over());
    EXPECT_EQ(started.result->ending, Ending::kStopped);
    EXPECT_EQ(started.result->code, -SIGKILL);
  }
}

TEST_F(OrphansTest, EndAllUsesEachProcesssOwnSignal) {
  Fifo fifo;
  Started& started = StartChild({"trap", absl::StrCat(SIGINT), "9", "ignore",
                                 kTerm, "tell", fifo.path(), "pause"},
                                {.kill_signal = SIGINT, .kill_timeout = kLong});
  fifo.WaitForPid();
  EXPECT_THAT(EndAll(absl::Milliseconds(1)), IsEmpty());
  EXPECT_EQ(started.result->code, 9);
}

TEST_F(OrphansTest, ASecondEndAllKillsAtOnceAndReplacesTheCallback) {
  Fifo fifo;
  Started& started = StartChild({"ignore", kTerm, "tell", fifo.path(), "pause"},
                                {.kill_timeout = kLong});
  RunChild({"fork", "{", "setsid", "ignore", kTerm, "tell", fifo.path(),
            "pause", "}"});
  fifo.WaitForPid();
  fifo.WaitForPid();
  int first_calls = 0;
  runner_->EndAll(kLong,
                  [&](const std::vector<Unkillable>&) { ++first_calls; });
  EXPECT_THAT(EndAll(kLong), IsEmpty());
  EXPECT_EQ(first_calls, 0);
  EXPECT_EQ(started.result->code, -SIGKILL);
}

TEST_F(OrphansTest, NothingStartsWhileAllIsBeingEnded) {
  StartChild({"pause"});
  bool ended = false;
  runner_->EndAll(kLong, [&](const std::vector<Unkillable>&) { ended = true; });
  EXPECT_EQ(Start(Child({})).status.code(),
            absl::StatusCode::kFailedPrecondition);
  Await([&] { return ended; });
  EXPECT_EQ(RunChild({"out", "again"}).out.Text(), "again\n");
}

TEST_F(OrphansTest, AHelperThatHoldsTheOutputIsLetGoOfByEndAll) {
  Fifo fifo;
  RunChild({"fork", "{", "setsid", "ignore", kTerm, "tell", fifo.path(),
            "pause", "}"});
  fifo.WaitForPid();
  const size_t with_pipes = OpenDescriptors().size();
  EXPECT_THAT(EndAll(absl::ZeroDuration()), IsEmpty());
  EXPECT_LT(OpenDescriptors().size(), with_pipes);
}

TEST_F(OrphansTest, DestructionRestoresWhatWasChanged) {
  int subreaper = 0;
  prctl(PR_GET_CHILD_SUBREAPER, &subreaper);
  EXPECT_EQ(subreaper, 1);
  runner_.reset();
  prctl(PR_GET_CHILD_SUBREAPER, &subreaper);
  EXPECT_EQ(subreaper, 0);
  sigset_t mask;
  sigprocmask(SIG_SETMASK, nullptr, &mask);
  EXPECT_EQ(sigismember(&mask, SIGCHLD), 0);
}

using NotAdoptingTest = RunnerTest;

TEST_F(NotAdoptingTest, EndAllLeavesAloneWhatHasLeftTheSessionAndItsParent) {
  Fifo fifo;
  Started& started =
      StartChild({"fork", "{", "setsid", "fork", "{", "setsid", "parentless",
                  "tell", fifo.path(), "pause", "}", "}", "pause"});
  const pid_t detached = fifo.WaitForPid();
  const ProcessProbe probe(detached);
  EXPECT_THAT(EndAll(kLong), IsEmpty());
  EXPECT_TRUE(started.over());
  EXPECT_FALSE(probe.HasEnded());
  kill(detached, SIGKILL);
  EXPECT_TRUE(probe.WaitForEnd());
}

TEST_F(NotAdoptingTest, LeavesOtherChildrenOfThisProcessAlone) {
  const pid_t other = fork();
  if (other == 0) {
    pause();
    _exit(0);
  }
  RunChild({});
  EXPECT_THAT(EndAll(absl::ZeroDuration()), IsEmpty());
  runner_.reset();
  EXPECT_TRUE(Exists(other));
  kill(other, SIGKILL);
  EXPECT_EQ(waitpid(other, nullptr, 0), other);
}

}  // namespace
}  // namespace servo::exec
