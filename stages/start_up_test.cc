// Background tasks that tell when they are ready, in a run.
#include "stages/start_up.h"

#include <string>
#include <variant>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "exec/fake_runner.h"
#include "exec/output_tap.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/fake_client.h"
#include "plan/lookup.h"
#include "plan/plan.h"
#include "plan/readiness.h"
#include "stages/judge.h"
#include "stages/run_listener.h"
#include "stages/testing/engine_test_base.h"
#include "stages/testing/tasks.h"

namespace servo::stages {
namespace {

using exec::Stream;
using plan::Readiness;
using plan::Stage;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class StartUpTest : public EngineTestBase {
 protected:
  StartUpTest() { client_.AnswerOthers(absl::UnavailableError("refused")); }

  // The task of `start`, before one that runs once it is ready.
  plan::Task& AddLoad(decltype(Readiness::sign) sign) {
    FillAllStages();
    Tasks(Stage::kStart)
        .insert(Tasks(Stage::kStart).begin(), Background("load"));
    plan::Task& load = Tasks(Stage::kStart)[0];
    load.ready = Readiness{.sign = std::move(sign),
                           .within = absl::Seconds(30),
                           .interval = absl::Milliseconds(200)};
    runner_.On("load", RunsOn());
    return load;
  }

  plan::Task& AddPort() { return AddLoad(Readiness::Tcp{"localhost", 80}); }
  plan::Task& AddOutput(const std::string& regex = "ready") {
    return AddLoad(Readiness::Output{*plan::CompileRegex(regex)});
  }

  // The answer to all looks from now on.
  void Open() { client_.AnswerOthers(http::FakeResponse(200)); }

  const exec::FakeRunner::Record& load() const { return runner_.records()[1]; }
};

// ---- Ready ----

TEST_F(StartUpTest, TheRunGoesOnOnceItIsReady) {
  AddPort();
  Start();
  Advance(absl::Seconds(1));
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "load"));
  EXPECT_EQ(engine_->CurrentActivity().kind, Activity::Kind::kTask);
  Open();
  Advance(absl::Milliseconds(200));
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "load", "start"));
  EXPECT_THAT(listener_.Those("load"),
              ElementsAre("load begins 1", "load is up", "load succeeded"));
  Advance(absl::Seconds(10));
  ExpectSuccess();
}

TEST_F(StartUpTest, ItsOutputTellsAtOnce) {
  AddOutput();
  Start();
  runner_.Emit(1, Stream::kStderr, "now ready\n");
  loop_.RunPending();
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "load", "start"));
  EXPECT_THAT(client_.records(), IsEmpty());
  // Nobody looks any more.
  runner_.Emit(1, Stream::kStderr, "ready\n");
  Advance(absl::Seconds(10));
  ExpectSuccess();
}

TEST_F(StartUpTest, OnceReadyItsEndIsThatOfABackgroundTask) {
  AddOutput().on_exit = plan::OnExit::kFail;
  Start();
  runner_.Emit(1, Stream::kStdout, "ready\n");
  loop_.RunPending();
  runner_.End(1, 3);
  Advance(absl::Seconds(1));
  ASSERT_EQ(done_calls_, 1);
  ASSERT_TRUE(outcome_.background_failure.has_value());
  EXPECT_THAT(listener_.Those("load ended"),
              ElementsAre("load ended early: 3"));
}

TEST_F(StartUpTest, ItsOutputIsSampledToo) {
  plan::Task& load = AddOutput();
  load.sample = true;
  plan::Metric metric;
  metric.name = "rate";
  metric.lookup.finder = *plan::CompileRegex("rate (\\d+)");
  load.metrics = {metric};
  Start();
  runner_.Emit(1, Stream::kStdout, "rate 7\nready\n");
  loop_.RunPending();
  runner_.Emit(1, Stream::kStdout, "rate 8\n");
  EXPECT_THAT(listener_.Those("sample"),
              ElementsAre("load sample 0: 7", "load sample 0: 8"));
}

// ---- Not ready ----

TEST_F(StartUpTest, WhatHoldsBeforehandFailsTheAttempt) {
  AddPort();
  Open();
  Start();
  Advance(absl::Seconds(1));
  ExpectFailed("load", Cause::kAlreadyReady);
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "post"));
}

TEST_F(StartUpTest, AnEndBeforeItIsReadyFailsTheAttemptAtOnce) {
  AddPort();
  runner_.On("load", RunsFor(absl::Seconds(2), 7));
  Start();
  Advance(absl::Seconds(2));
  ExpectFailed("load", Cause::kEndedUnready);
  EXPECT_EQ(ResultCode(outcome_.failure->result), 7);
  EXPECT_THAT(listener_.Those("load"),
              ElementsAre("load begins 1", "load ends 1: ended unready",
                          "load failed: fails the run"));
}

TEST_F(StartUpTest, SoDoesItsOwnTimeout) {
  AddPort().timeout = absl::Seconds(3);
  Start();
  Advance(absl::Seconds(3));
  ExpectFailed("load", Cause::kEndedUnready);
}

TEST_F(StartUpTest, WhatIsNotReadyInTimeIsEnded) {
  AddPort();
  Start();
  Advance(absl::Milliseconds(29999));
  EXPECT_TRUE(load().running());
  Advance(absl::Milliseconds(1));
  ExpectFailed("load", Cause::kNotReady);
  EXPECT_EQ(load().stops, 1);
  EXPECT_EQ(outcome_.failure->last_look.message(), "refused");
}

TEST_F(StartUpTest, TheNextStageWaitsUntilItHasEnded) {
  AddPort();
  std::get<plan::ProcessAction>(Tasks(Stage::kStart)[0].action)
      .options.kill_timeout = absl::Seconds(5);
  runner_.On("load", Stubborn());
  Start();
  Advance(absl::Seconds(34));
  // Too late.
  Open();
  EXPECT_THAT(listener_.Those("post begins"), IsEmpty());
  Advance(absl::Seconds(1));
  ExpectFailed("load", Cause::kNotReady);
}

TEST_F(StartUpTest, AFailedAttemptIsRetried) {
  AddPort().retry = {.retries = 2, .delay = absl::Seconds(1)};
  runner_.On("load", {Exits(1), RunsOn(), RunsOn()});
  Start();
  Advance(absl::Seconds(31));
  Open();
  Advance(absl::Seconds(1));
  // What is there before the third start is not ours.
  ExpectFailed("load", Cause::kAlreadyReady);
  EXPECT_THAT(listener_.Those("load"),
              ElementsAre("load begins 1", "load ends 1: ended unready",
                          "load waits 1s for 2", "load begins 2",
                          "load ends 2: not ready", "load waits 1s for 3",
                          "load begins 3", "load ends 3: already ready",
                          "load failed: fails the run"));
}

TEST_F(StartUpTest, RetryForEndsTheWait) {
  AddPort().retry = {.delay = absl::Seconds(1),
                     .retry_for = absl::Seconds(10),
                     .unlimited = true};
  Start();
  Advance(absl::Seconds(10));
  ExpectFailed("load", Cause::kNotReady);
  ASSERT_TRUE(outcome_.failure->given_up.has_value());
  EXPECT_EQ(outcome_.failure->given_up->attempts, 1);
}

TEST_F(StartUpTest, WhatCannotStartIsNotWaitedFor) {
  AddPort();
  runner_.On("load", CannotStart());
  Start();
  Advance(absl::Seconds(1));
  ExpectFailed("load", Cause::kNotStarted);
}

TEST_F(StartUpTest, AnIgnoredFailureLeavesNothingBehind) {
  AddPort().ignore_exitcode = true;
  Start();
  Advance(absl::Seconds(30));
  EXPECT_FALSE(load().running());
  EXPECT_EQ(runner_.lines().back(), "start");
  Advance(absl::Seconds(10));
  ExpectSuccess();
}

// ---- Cut short ----

TEST_F(StartUpTest, ACancelEndsTheWait) {
  AddPort().retry.retries = 3;
  Start();
  Advance(absl::Seconds(1));
  Cancel();
  Advance(absl::Seconds(1));
  ExpectCancelled();
  EXPECT_EQ(load().stops, 1);
  EXPECT_THAT(listener_.Those("load ends"),
              ElementsAre("load ends 1: stopped"));
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "load", "post"));
}

TEST_F(StartUpTest, ACancelEndsTheLookBeforehand) {
  AddPort();
  client_.Answer(http::FakeResponse(200), absl::InfiniteDuration());
  Start();
  Cancel();
  ExpectCancelled();
  EXPECT_TRUE(client_.records()[0].dropped);
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "post"));
}

TEST_F(StartUpTest, HurryKillsWhatIsWaitedFor) {
  AddPort();
  runner_.On("load", Stubborn());
  Start();
  Advance(absl::Seconds(1));
  Hurry();
  ExpectCancelled(SIGTERM);
  EXPECT_GT(load().kills, 0);
}

TEST_F(StartUpTest, AnotherTasksFailureEndsTheWait) {
  AddPort();
  Tasks(Stage::kStart)
      .insert(Tasks(Stage::kStart).begin(), Background("tunnel"));
  Tasks(Stage::kStart)[0].on_exit = plan::OnExit::kFail;
  runner_.On("tunnel", RunsFor(absl::Seconds(2), 1));
  Start();
  Advance(absl::Seconds(2));
  ASSERT_EQ(done_calls_, 1);
  ASSERT_TRUE(outcome_.background_failure.has_value());
  EXPECT_EQ(outcome_.background_failure->task->name, "tunnel");
  EXPECT_THAT(listener_.Those("load"),
              ElementsAre("load begins 1", "load ends 1: stopped",
                          "load was interrupted"));
}

TEST_F(StartUpTest, DestructionInTheWaitKillsTheProcess) {
  AddPort();
  Start();
  Advance(absl::Seconds(1));
  engine_.reset();
  EXPECT_TRUE(load().dropped);
  loop_.RunPending();
  EXPECT_EQ(done_calls_, 0);
}

}  // namespace
}  // namespace servo::stages
