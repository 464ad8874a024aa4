// Background tasks whose end is waited for, in a run.
#include "stages/await.h"

#include <string>
#include <variant>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/code_ranges.h"
#include "exec/fake_runner.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "plan/lookup.h"
#include "plan/metric.h"
#include "plan/on_exit.h"
#include "plan/plan.h"
#include "stages/engine.h"
#include "stages/judge.h"
#include "stages/run_listener.h"
#include "stages/testing/engine_test_base.h"
#include "stages/testing/tasks.h"

namespace servo::stages {
namespace {

using plan::OnExit;
using plan::Stage;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// `start` begins a load, which `stop` waits for, in a window of 10 s.
class AwaitTest : public EngineTestBase {
 protected:
  AwaitTest() {
    FillAllStages();
    Tasks(Stage::kStart) = {Background("load")};
    load().awaited = true;
    plan::Task await;
    await.name = "wait";
    await.action =
        plan::AwaitAction{.name = "load", .stage = Stage::kStart, .index = 0};
    Tasks(Stage::kStop).insert(Tasks(Stage::kStop).begin(), await);
    runner_.On("load", RunsOn());
  }

  plan::Task& load() { return Tasks(Stage::kStart)[0]; }
  plan::Task& wait() { return Tasks(Stage::kStop)[0]; }
  plan::ProcessAction& action() {
    return std::get<plan::ProcessAction>(load().action);
  }

  // It ends with `code` after `time`, having printed `out`.
  void LoadRunsFor(absl::Duration time, int code = 0,
                   const std::string& out = "") {
    exec::FakeRunner::Script script = RunsFor(time, code);
    script.out = out;
    runner_.On("load", script);
  }

  void AddMetric() {
    plan::Metric metric;
    metric.name = "rate";
    metric.lookup.finder = *plan::CompileRegex("rate (\\d+)");
    load().metrics = {metric};
    load().end_after = plan::EndAfter::kStop;
  }

  void ExpectRate(int64_t rate) {
    ASSERT_THAT(outcome_.measured.metrics, SizeIs(1));
    EXPECT_EQ(outcome_.measured.metrics[0].value, plan::Number(rate));
  }
};

TEST_F(AwaitTest, TheNextTaskWaitsForItsEnd) {
  LoadRunsFor(absl::Seconds(15));
  Start();
  Advance(absl::Milliseconds(14999));
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "load"));
  EXPECT_EQ(engine_->CurrentActivity().kind, Activity::Kind::kTask);
  Advance(absl::Milliseconds(1));
  ExpectSuccess();
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "load", "stop", "post"));
  EXPECT_THAT(
      listener_.Those("wait"),
      ElementsAre("wait begins 1", "wait ends 1: success", "wait succeeded"));
  EXPECT_THAT(listener_.Those("load ended"), ElementsAre("load ended: 0"));
}

TEST_F(AwaitTest, InStartItHoldsUpTheWindow) {
  Tasks(Stage::kStart).push_back(wait());
  Tasks(Stage::kStop).erase(Tasks(Stage::kStop).begin());
  LoadRunsFor(absl::Seconds(5));
  Start();
  Advance(absl::Seconds(14));
  EXPECT_EQ(done_calls_, 0);
  Advance(absl::Seconds(1));
  ExpectSuccess();
}

TEST_F(AwaitTest, AnEndWithSuccessWithinTheWindowIsNoEarlyEnd) {
  for (const OnExit on_exit : {OnExit::kWarn, OnExit::kFail}) {
    load().on_exit = on_exit;
    LoadRunsFor(absl::Seconds(3));
    done_calls_ = 0;
    listener_.events.clear();
    Start();
    Advance(absl::Seconds(10));
    ExpectSuccess();
    EXPECT_THAT(listener_.Those("load ended"), ElementsAre("load ended: 0"));
  }
}

TEST_F(AwaitTest, ButItEndsTheWindowIfToldTo) {
  load().on_exit = OnExit::kEndWindow;
  LoadRunsFor(absl::Seconds(3));
  Start();
  Advance(absl::Seconds(3));
  ExpectSuccess();
}

TEST_F(AwaitTest, AnEndWithoutSuccessWithinTheWindowIsAnEarlyOne) {
  load().on_exit = OnExit::kFail;
  LoadRunsFor(absl::Seconds(3), 1);
  Start();
  Advance(absl::Seconds(3));
  ASSERT_EQ(done_calls_, 1);
  ASSERT_TRUE(outcome_.background_failure.has_value());
  EXPECT_THAT(listener_.Those("load ended"),
              ElementsAre("load ended early: 1"));
}

TEST_F(AwaitTest, WithFailThatIsWhatFailsTheRunWhileItIsAwaited) {
  load().on_exit = OnExit::kFail;
  Tasks(Stage::kStart).push_back(wait());
  LoadRunsFor(absl::Seconds(3), 1);
  Start();
  Advance(absl::Seconds(3));
  ASSERT_EQ(done_calls_, 1);
  ASSERT_TRUE(outcome_.background_failure.has_value());
  EXPECT_THAT(listener_.Those("wait"),
              ElementsAre("wait begins 1", "wait ends 1: dropped",
                          "wait was interrupted"));
}

// ---- What is judged ----

TEST_F(AwaitTest, ItsCodeFailsTheAwait) {
  LoadRunsFor(absl::Seconds(3), 7);
  Start();
  Advance(absl::Seconds(10));
  ExpectFailed("wait", Cause::kExitCode);
  EXPECT_EQ(ResultCode(outcome_.failure->result), 7);
  EXPECT_EQ(outcome_.failure->awaited, &load());
  EXPECT_EQ(runner_.lines().back(), "post");
}

TEST_F(AwaitTest, ItsOwnSuccessExitcodesCount) {
  action().success_exitcodes = base::CodeRanges(7, 7);
  LoadRunsFor(absl::Seconds(12), 7);
  Start();
  Advance(absl::Seconds(12));
  ExpectSuccess();
}

TEST_F(AwaitTest, SoDoesItsIgnoreExitcode) {
  load().ignore_exitcode = true;
  LoadRunsFor(absl::Seconds(12), 7);
  Start();
  Advance(absl::Seconds(12));
  ExpectSuccess();
}

TEST_F(AwaitTest, ASignalFailsTheAwait) {
  LoadRunsFor(absl::Seconds(12), -SIGSEGV);
  Start();
  Advance(absl::Seconds(12));
  ExpectFailed("wait", Cause::kSignal);
}

TEST_F(AwaitTest, ItsOwnTimeoutIsAFailureThoughItObeys) {
  load().timeout = absl::Seconds(12);
  Start();
  Advance(absl::Seconds(12));
  ExpectFailed("wait", Cause::kSignal);
}

TEST_F(AwaitTest, TheAwaitsTimeoutEndsIt) {
  wait().timeout = absl::Seconds(5);
  Start();
  Advance(absl::Milliseconds(14999));
  EXPECT_EQ(done_calls_, 0);
  Advance(absl::Milliseconds(1));
  ExpectFailed("wait", Cause::kTimedOut);
  EXPECT_THAT(listener_.Those("load ended"), ElementsAre("load ended: -15"));
}

TEST_F(AwaitTest, AnIgnoredTimeoutGoesOnOnceItHasEnded) {
  wait().timeout = absl::Seconds(5);
  wait().ignore_exitcode = true;
  action().options.kill_timeout = absl::Seconds(3);
  runner_.On("load", Stubborn());
  Start();
  Advance(absl::Milliseconds(17999));
  EXPECT_EQ(runner_.lines().back(), "load");
  Advance(absl::Milliseconds(1));
  ExpectSuccess();
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "load", "stop", "post"));
}

TEST_F(AwaitTest, WhatWasNotStartedCannotBeAwaited) {
  load().ignore_exitcode = true;
  runner_.On("load", CannotStart());
  Start();
  Advance(absl::Seconds(10));
  ExpectFailed("wait", Cause::kNotStarted);
  EXPECT_EQ(std::get<absl::Status>(outcome_.failure->result).message(),
            "the task \"load\" was not started");
}

// ---- Metrics ----

TEST_F(AwaitTest, ItsMetricsAreTaken) {
  AddMetric();
  LoadRunsFor(absl::Seconds(12), 0, "rate 7\n");
  Start();
  Advance(absl::Seconds(12));
  ExpectSuccess();
  ExpectRate(7);
}

TEST_F(AwaitTest, ThoseThatAreMissingFailTheAwait) {
  AddMetric();
  LoadRunsFor(absl::Seconds(3), 0, "nothing\n");
  Start();
  Advance(absl::Seconds(10));
  ExpectFailed("wait", Cause::kMetric);
  EXPECT_THAT(outcome_.failure->extraction.problems, SizeIs(1));
}

TEST_F(AwaitTest, WhatItPrintedWhenEndedCountsIfTheTimeoutIsIgnored) {
  AddMetric();
  wait().timeout = absl::Seconds(5);
  wait().ignore_exitcode = true;
  exec::FakeRunner::Script script = RunsOn();
  script.out = "rate 8\n";
  runner_.On("load", script);
  Start();
  Advance(absl::Seconds(15));
  ExpectSuccess();
  ExpectRate(8);
}

// ---- Cut short ----

TEST_F(AwaitTest, ACancelLeavesTheAwaitOfStopOut) {
  Start();
  Advance(absl::Seconds(3));
  Cancel();
  ExpectCancelled();
  EXPECT_THAT(listener_.Those("wait"), IsEmpty());
}

TEST_F(AwaitTest, ACancelEndsTheWaitInStart) {
  Tasks(Stage::kStart).push_back(wait());
  Start();
  Advance(absl::Seconds(3));
  Cancel();
  ExpectCancelled();
  EXPECT_THAT(listener_.Those("wait"),
              ElementsAre("wait begins 1", "wait ends 1: dropped",
                          "wait was interrupted"));
}

TEST_F(AwaitTest, HurryEndsTheWaitInStop) {
  runner_.On("load", Stubborn());
  Start();
  Advance(absl::Seconds(12));
  Hurry();
  ExpectCancelled(SIGTERM);
}

TEST_F(AwaitTest, AnotherTasksFailureOnlyMarksTheRunMeanwhile) {
  Tasks(Stage::kStart).push_back(Background("tunnel"));
  Tasks(Stage::kStart)[1].on_exit = OnExit::kFail;
  runner_.On("tunnel", RunsFor(absl::Seconds(12), 1));
  LoadRunsFor(absl::Seconds(15));
  Start();
  Advance(absl::Seconds(14));
  EXPECT_EQ(done_calls_, 0);
  Advance(absl::Seconds(1));
  ASSERT_EQ(done_calls_, 1);
  ASSERT_TRUE(outcome_.background_failure.has_value());
}

TEST_F(AwaitTest, DestructionInTheWaitLeavesNothing) {
  Start();
  Advance(absl::Seconds(12));
  engine_.reset();
  loop_.RunPending();
  EXPECT_EQ(done_calls_, 0);
}

}  // namespace
}  // namespace servo::stages
