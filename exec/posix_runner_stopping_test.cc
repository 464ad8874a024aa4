// How processes are stopped: timeouts, Stop(), Kill(), dropped handles.
#include <poll.h>

#include <csignal>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/fake_loop.h"
#include "exec/command.h"
#include "exec/posix_runner.h"
#include "exec/runner.h"
#include "exec/testing/probe.h"
#include "exec/testing/runner_fixture.h"
#include "gtest/gtest.h"

namespace servo::exec {
namespace {

const std::string kTerm = absl::StrCat(SIGTERM);
const std::string kInt = absl::StrCat(SIGINT);

// A grace period that no test waits for.
constexpr absl::Duration kLong = absl::Minutes(10);

// All of this holds with and without the adoption of orphans.
class StoppingTest : public RunnerTest,
                     public testing::WithParamInterface<bool> {
 protected:
  StoppingTest() : RunnerTest({.adopt_orphans = GetParam()}) {}
};

INSTANTIATE_TEST_SUITE_P(, StoppingTest, testing::Bool(), [](const auto& test) {
  return test.param ? "Adopting" : "NotAdopting";
});

TEST_P(StoppingTest, AnObedientChildDoesNotCostTheGracePeriod) {
  Started& started = StartChild(
      {"pause"}, {.timeout = absl::Milliseconds(20), .kill_timeout = kLong});
  AwaitEnd(started);
  EXPECT_EQ(started.result->ending, Ending::kTimedOut);
  EXPECT_EQ(started.result->code, -SIGTERM);
  EXPECT_GE(started.result->elapsed, absl::Milliseconds(20));
}

TEST_P(StoppingTest, AStubbornChildIsKilledAfterTheGracePeriod) {
  Fifo fifo;
  Started& started = StartChild({"ignore", kTerm, "tell", fifo.path(), "pause"},
                                {.kill_timeout = absl::Milliseconds(50)});
  fifo.WaitForPid();
  const absl::Duration stopped_at = loop_.Now();
  started.process->Stop();
  AwaitEnd(started);
  EXPECT_EQ(started.result->ending, Ending::kStopped);
  EXPECT_EQ(started.result->code, -SIGKILL);
  EXPECT_GE(loop_.Now() - stopped_at, absl::Milliseconds(50));
}

TEST_P(StoppingTest, AChildMadeOfManyShortSleepsNeedsKill) {
  // Each sleep ends by SIGTERM; the shell goes on with the next.
  Fifo fifo;
  Started& started =
      Start(Shell("trap '' TERM; echo $$ >\"$1\"; while :; do sleep 0.01; done",
                  {"sh", fifo.path()}),
            {.kill_timeout = absl::Milliseconds(60)});
  fifo.WaitForPid();
  started.process->Stop();
  AwaitEnd(started);
  EXPECT_EQ(started.result->ending, Ending::kStopped);
  EXPECT_EQ(started.result->code, -SIGKILL);
}

TEST_P(StoppingTest, AStoppedChildHearsTheSignal) {
  Fifo fifo;
  Started& started = StartChild({"trap", kTerm, "4", "tell", fifo.path(),
                                 "raise", absl::StrCat(SIGSTOP), "pause"},
                                {.kill_timeout = kLong});
  fifo.WaitForPid();
  started.process->Stop();
  AwaitEnd(started);
  EXPECT_EQ(started.result->code, 4);
}

TEST_P(StoppingTest, SendsTheSignalThatWasChosen) {
  Fifo fifo;
  Started& started = StartChild(
      {"ignore", kTerm, "trap", kInt, "7", "tell", fifo.path(), "pause"},
      {.kill_signal = SIGINT, .kill_timeout = kLong});
  fifo.WaitForPid();
  started.process->Stop();
  AwaitEnd(started);
  EXPECT_EQ(started.result->ending, Ending::kStopped);
  EXPECT_EQ(started.result->code, 7);
}

TEST_P(StoppingTest, RepeatedStopsNeitherHastenNorDelay) {
  Fifo fifo;
  Started& started = StartChild({"ignore", kTerm, "tell", fifo.path(), "pause"},
                                {.kill_timeout = absl::Milliseconds(40)});
  fifo.WaitForPid();
  const absl::Duration stopped_at = loop_.Now();
  base::Loop::Registration again;
  std::function<void()> stop = [&] {
    started.process->Stop();
    again = loop_.After(absl::Milliseconds(5), stop);
  };
  stop();
  AwaitEnd(started);
  EXPECT_GE(loop_.Now() - stopped_at, absl::Milliseconds(40));
  EXPECT_EQ(started.result->code, -SIGKILL);
}

TEST_P(StoppingTest, KillHasNoGracePeriod) {
  Fifo fifo;
  Started& started = StartChild({"ignore", kTerm, "tell", fifo.path(), "pause"},
                                {.kill_timeout = kLong});
  fifo.WaitForPid();
  started.process->Stop();
  started.process->Kill();
  started.process->Kill();
  AwaitEnd(started);
  EXPECT_EQ(started.result->ending, Ending::kStopped);
  EXPECT_EQ(started.result->code, -SIGKILL);
}

TEST_P(StoppingTest, WhatHadTimedOutStaysSoWhenStoppedThen) {
  Fifo fifo, trapped;
  Started& started =
      Start(Shell("trap 'echo $$ >\"$2\"' TERM; echo $$ >\"$1\"; "
                  "while :; do sleep 0.01; done",
                  {"sh", fifo.path(), trapped.path()}),
            {.timeout = absl::Milliseconds(50), .kill_timeout = kLong});
  fifo.WaitForPid();
  bool asked = false;
  const base::Loop::Registration watch =
      loop_.Watch(trapped.fd(), POLLIN, [&](short) { asked = true; });
  Await([&] { return asked; });
  started.process->Stop();
  started.process->Kill();
  AwaitEnd(started);
  EXPECT_EQ(started.result->ending, Ending::kTimedOut);
}

TEST_P(StoppingTest, TheWholeGroupIsStopped) {
  Fifo fifo;
  Started& started = StartChild(
      {"fork", "{", "fork", "{", "tell", fifo.path(), "pause", "}", "tell",
       fifo.path(), "pause", "}", "tell", fifo.path(), "pause"},
      {.kill_timeout = kLong});
  std::vector<ProcessProbe> group;
  group.reserve(3);
  for (int i = 0; i < 3; ++i) group.emplace_back(fifo.WaitForPid());
  started.process->Stop();
  AwaitEnd(started);
  for (const ProcessProbe& process : group) EXPECT_TRUE(process.WaitForEnd());
}

TEST_P(StoppingTest, MembersThatOutliveTheLeaderAreKilled) {
  Fifo fifo;
  Started& started = StartChild({"fork", "{", "ignore", kTerm, "tell",
                                 fifo.path(), "pause", "}", "pause"},
                                {.kill_timeout = absl::Milliseconds(50)});
  const ProcessProbe member(fifo.WaitForPid());
  started.process->Stop();
  AwaitEnd(started);
  EXPECT_EQ(started.result->code, -SIGTERM);
  EXPECT_TRUE(member.WaitForEnd());
}

TEST_P(StoppingTest, AProcessThatEndsByItselfLeavesItsGroupAlone) {
  Fifo fifo;
  Started& started = StartChild(
      {"fork", "{", "tell", fifo.path(), "pause", "}", "out", "ready"});
  const pid_t helper = fifo.WaitForPid();
  const ProcessProbe probe(helper);
  AwaitEnd(started);
  EXPECT_EQ(started.result->ending, Ending::kExited);
  EXPECT_EQ(started.result->out.Text(), "ready\n");
  started.process->Stop();
  started.process->Kill();
  EXPECT_FALSE(probe.HasEnded());
  kill(helper, SIGKILL);
  EXPECT_TRUE(probe.WaitForEnd());
}

TEST_P(StoppingTest, AHelperThatHoldsTheOutputCanGoOnWriting) {
  Fifo ready, go, done;
  Started& started =
      StartChild({"fork", "{", "tell", ready.path(), "await", go.path(),
                  "lines", "20000", "tell", done.path(), "pause", "}"});
  const pid_t helper = ready.WaitForPid();
  const ProcessProbe probe(helper);
  AwaitEnd(started);
  go.LetGo();
  bool has_written = false;
  const base::Loop::Registration watch =
      loop_.Watch(done.fd(), POLLIN, [&](short) { has_written = true; });
  Await([&] { return has_written; });
  kill(helper, SIGKILL);
  EXPECT_TRUE(probe.WaitForEnd());
}

TEST_P(StoppingTest, AHelperThatFloodsTheOutputDoesNotDelayTheEnd) {
  Fifo ready;
  Started& started = StartChild({"fork", "{", "tell", ready.path(), "flood",
                                 "1000000000000", "}", "exit", "5"});
  const pid_t helper = ready.WaitForPid();
  const ProcessProbe probe(helper);
  AwaitEnd(started);
  EXPECT_EQ(started.result->code, 5);
  kill(helper, SIGKILL);
  EXPECT_TRUE(probe.WaitForEnd());
}

TEST_P(StoppingTest, DroppingAHandleKillsTheGroupWithoutACallback) {
  Fifo fifo;
  Started& started =
      StartChild({"ignore", kTerm, "fork", "{", "tell", fifo.path(), "pause",
                  "}", "tell", fifo.path(), "pause"},
                 {.kill_timeout = kLong});
  const ProcessProbe one(fifo.WaitForPid()), two(fifo.WaitForPid());
  started.process.reset();
  EXPECT_TRUE(one.WaitForEnd());
  EXPECT_TRUE(two.WaitForEnd());
  // The runner reaps it.
  Await([&] { return !HasChildren(); });
  EXPECT_EQ(started.calls, 0);
}

TEST_P(StoppingTest, DestroyingTheRunnerKillsAllAndDisarmsTheHandles) {
  Fifo fifo;
  std::vector<ProcessProbe> probes;
  for (int i = 0; i < 5; ++i) {
    StartChild({"ignore", kTerm, "fork", "{", "tell", fifo.path(), "pause", "}",
                "tell", fifo.path(), "pause"},
               {.kill_timeout = kLong});
    probes.emplace_back(fifo.WaitForPid());
    probes.emplace_back(fifo.WaitForPid());
  }
  started_.front().process->Stop();
  runner_.reset();
  EXPECT_FALSE(HasChildren());
  for (const ProcessProbe& probe : probes) EXPECT_TRUE(probe.WaitForEnd());
  for (Started& started : started_) {
    EXPECT_EQ(started.calls, 0);
    started.process->Stop();
    started.process->Kill();
    EXPECT_GT(started.process->pid(), 0);
  }
}

TEST_P(StoppingTest, AnInvalidSignalIsRefused) {
  for (int signal : {-1, 0, 65, 1000}) {
    EXPECT_EQ(Start(Child({}), {.kill_signal = signal}).status.code(),
              absl::StatusCode::kInvalidArgument);
  }
}

// With a clock that stands still, what has ended by its deadline can be told
// from what has not.
class DeadlineTest : public testing::Test {
 protected:
  void SetUp() override {
    absl::StatusOr<std::unique_ptr<Runner>> runner = NewPosixRunner(&loop_);
    ASSERT_TRUE(runner.ok()) << runner.status();
    runner_ = *std::move(runner);
  }

  std::unique_ptr<Process> Start(std::vector<std::string> actions,
                                 const Options& options) {
    absl::StatusOr<std::unique_ptr<Process>> process =
        runner_->Start(Child(std::move(actions)), options,
                       [this](Result result) { result_ = std::move(result); });
    EXPECT_TRUE(process.ok()) << process.status();
    return process.ok() ? *std::move(process) : nullptr;
  }

  base::FakeLoop loop_;
  std::unique_ptr<Runner> runner_;
  std::optional<Result> result_;
};

TEST_F(DeadlineTest, WhatEndsInTheTurnOfItsTimeoutHasEnded) {
  const auto process = Start({"exit", "6"}, {.timeout = absl::Seconds(1)});
  EXPECT_TRUE(ProcessProbe(process->pid()).WaitForEnd());
  loop_.Advance(absl::Seconds(1));
  ASSERT_TRUE(result_.has_value());
  EXPECT_EQ(result_->ending, Ending::kExited);
  EXPECT_EQ(result_->code, 6);
}

TEST_F(DeadlineTest, WhatHasEndedIsNotStoppedAnyMore) {
  const auto process = Start({"exit", "6"}, {});
  EXPECT_TRUE(ProcessProbe(process->pid()).WaitForEnd());
  process->Stop();
  process->Kill();
  loop_.RunPending();
  ASSERT_TRUE(result_.has_value());
  EXPECT_EQ(result_->ending, Ending::kExited);
}

TEST_F(DeadlineTest, ATimedOutChildThatTrapsTermAndExitsWithZeroHasTimedOut) {
  Fifo fifo;
  const auto process = Start({"trap", kTerm, "0", "tell", fifo.path(), "pause"},
                             {.timeout = absl::Seconds(1)});
  const ProcessProbe probe(fifo.WaitForPid());
  loop_.Advance(absl::Seconds(1));
  EXPECT_TRUE(probe.WaitForEnd());
  loop_.RunPending();
  ASSERT_TRUE(result_.has_value());
  EXPECT_EQ(result_->ending, Ending::kTimedOut);
  EXPECT_EQ(result_->code, 0);
}

TEST_F(DeadlineTest, KillComesExactlyAtTheEndOfTheGracePeriod) {
  Fifo fifo;
  const auto process =
      Start({"ignore", kTerm, "tell", fifo.path(), "pause"},
            {.timeout = absl::Seconds(10), .kill_timeout = absl::Seconds(3)});
  const ProcessProbe probe(fifo.WaitForPid());
  loop_.Advance(absl::Seconds(13) - absl::Nanoseconds(1));
  EXPECT_FALSE(probe.HasEnded());
  loop_.Advance(absl::Nanoseconds(1));
  EXPECT_TRUE(probe.WaitForEnd());
  loop_.RunPending();
  ASSERT_TRUE(result_.has_value());
  EXPECT_EQ(result_->ending, Ending::kTimedOut);
  EXPECT_EQ(result_->elapsed, absl::Seconds(13));
}

// A tracer keeps a process that was killed from being reaped, as the kernel
// does with one that waits for a device.
TEST_F(DeadlineTest, WhatCannotBeKilledHangsNothing) {
  Fifo tracers, ready;
  std::unique_ptr<Process> process =
      Start({"traced-by", tracers.path(), "ignore", kTerm, "tell", ready.path(),
             "pause"},
            {.timeout = absl::Seconds(5), .kill_timeout = absl::Seconds(1)});
  const ProcessProbe probe(process->pid());
  bool told = false;
  base::Loop::Registration watch = loop_.Watch(ready.fd(), POLLIN, [&](short) {
    told = true;
    watch.Reset();
  });
  while (!told && !result_.has_value()) loop_.RunPending();
  if (result_.has_value()) {
    ASSERT_EQ(result_->code, 98) << result_->err.Text();
    GTEST_SKIP() << "no process may be traced here";
  }
  const pid_t tracer = tracers.WaitForPid();
  loop_.Advance(absl::Seconds(6));
  EXPECT_TRUE(probe.WaitForEnd());
  loop_.Advance(absl::Seconds(1));
  EXPECT_FALSE(result_.has_value());
  loop_.Advance(absl::Seconds(1));
  ASSERT_TRUE(result_.has_value());
  EXPECT_EQ(result_->ending, Ending::kTimedOut);
  EXPECT_EQ(result_->code, -SIGKILL);

  std::optional<std::vector<Unkillable>> unkillable;
  const auto end_all = [&] {
    unkillable.reset();
    runner_->EndAll(absl::Seconds(1), [&](std::vector<Unkillable> left) {
      unkillable = std::move(left);
    });
    loop_.RunPending();
  };
  end_all();
  ASSERT_TRUE(unkillable.has_value());
  ASSERT_EQ(unkillable->size(), 1u);
  EXPECT_EQ(unkillable->front().pid, process->pid());
  EXPECT_EQ(unkillable->front().program, "child");

  // Once the tracer is gone, it is reaped.
  const ProcessProbe tracer_probe(tracer);
  kill(tracer, SIGKILL);
  EXPECT_TRUE(tracer_probe.WaitForEnd());
  while (Exists(process->pid())) loop_.Advance(absl::Milliseconds(20));
  end_all();
  ASSERT_TRUE(unkillable.has_value());
  EXPECT_TRUE(unkillable->empty());
}

}  // namespace
}  // namespace servo::exec
