// A run that is cancelled, and one that is hurried.

#include <csignal>
#include <variant>

#include "absl/time/time.h"
#include "exec/fake_runner.h"
#include "exec/runner.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/fake_client.h"
#include "plan/plan.h"
#include "stages/engine.h"
#include "stages/judge.h"
#include "stages/testing/engine_test_base.h"
#include "stages/testing/tasks.h"

namespace servo::stages {
namespace {

using plan::Stage;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

using EngineCancelTest = EngineTestBase;

exec::Options& OptionsOf(plan::Task& task) {
  return std::get<plan::ProcessAction>(task.action).options;
}

// ---- Cancel ----

TEST_F(EngineCancelTest, CancelBeforeStartAndAfterTheEndDoNothing) {
  engine_.emplace(Services{&loop_, &runner_, &client_}, &plan_,
                  Engine::Options{});
  Cancel();
  engine_.reset();
  Start(absl::ZeroDuration());
  ASSERT_EQ(done_calls_, 1);
  Cancel();
  Hurry();
  EXPECT_EQ(done_calls_, 1);
  EXPECT_EQ(outcome_.kind, Outcome::Kind::kSuccess);
}

TEST_F(EngineCancelTest, CancelInTheWindowRunsPostAtOnce) {
  FillAllStages();
  Start(absl::Hours(1));
  Advance(absl::Seconds(1));
  Cancel();
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "start", "post"));
  ExpectCancelled();
}

TEST_F(EngineCancelTest, CancelEndsTheTaskAtHandAndSkipsToPost) {
  Tasks(Stage::kPre) = {Exec("slow"), Exec("next")};
  Tasks(Stage::kPost) = {Exec("post")};
  Tasks(Stage::kPre)[0].retry.retries = 9;
  runner_.On("slow", RunsOn());
  Start();
  Cancel();
  EXPECT_EQ(runner_.records()[0].stops, 1);
  EXPECT_THAT(runner_.lines(), ElementsAre("slow", "post"));
  ExpectCancelled();
}

TEST_F(EngineCancelTest, PostWaitsForTheTaskAtHandToEnd) {
  Tasks(Stage::kPre) = {Exec("slow")};
  Tasks(Stage::kPost) = {Exec("post")};
  runner_.On("slow", Stubborn());
  Start();
  Cancel();
  Advance(absl::Milliseconds(499));
  EXPECT_THAT(runner_.lines(), ElementsAre("slow"));
  Advance(absl::Milliseconds(1));
  EXPECT_THAT(runner_.lines(), ElementsAre("slow", "post"));
}

TEST_F(EngineCancelTest, RepeatedCancelsAreHarmless) {
  FillAllStages();
  runner_.On("post", RunsFor(absl::Seconds(5)));
  Start();
  for (int i = 0; i < 5; ++i) Cancel();
  Advance(absl::Seconds(1));
  for (int i = 0; i < 5; ++i) Cancel(SIGTERM);
  Advance(absl::Seconds(4));
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "start", "post"));
  EXPECT_EQ(runner_.records()[2].stops, 0);
  ExpectCancelled();
}

TEST_F(EngineCancelTest, CancelDuringPostLetsItRunToItsEndAndCountsAsCancel) {
  Tasks(Stage::kPost) = {Exec("post"), Exec("last")};
  runner_.On("post", RunsFor(absl::Seconds(5)));
  Start(absl::ZeroDuration());
  Cancel();
  Advance(absl::Seconds(5));
  EXPECT_THAT(runner_.lines(), ElementsAre("post", "last"));
  ExpectCancelled();
}

TEST_F(EngineCancelTest, AFailureBeforeTheCancelStaysTheOutcome) {
  FillAllStages();
  runner_.On("pre", Exits(1));
  runner_.On("post", RunsFor(absl::Seconds(5)));
  Start();
  Cancel();
  Advance(absl::Seconds(5));
  ExpectFailed("pre", Cause::kExitCode);
}

TEST_F(EngineCancelTest, StopIsNotRunAfterACancelByDefault) {
  FillAllStages();
  Start();
  Cancel();
  EXPECT_THAT(runner_.lines(), Not(Contains("stop")));
}

TEST_F(EngineCancelTest, StopOnCancelRunsStopOnceStartHasBegun) {
  plan_.stop_on_cancel = true;
  FillAllStages();
  runner_.On("start", RunsOn());
  Start();
  Cancel();
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "start", "stop", "post"));
  ExpectCancelled();
}

TEST_F(EngineCancelTest, StopOnCancelInTheWindow) {
  plan_.stop_on_cancel = true;
  FillAllStages();
  Start();
  Cancel();
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "start", "stop", "post"));
}

TEST_F(EngineCancelTest, StopOnCancelBeforeStartSkipsStop) {
  plan_.stop_on_cancel = true;
  FillAllStages();
  runner_.On("pre", RunsOn());
  Start();
  Cancel();
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "post"));
}

// With and without stop_on_cancel: the load that `stop` ends must not stay on.
class EngineCancelInStopTest : public EngineTestBase,
                               public ::testing::WithParamInterface<bool> {
 protected:
  EngineCancelInStopTest() {
    plan_.stop_on_cancel = GetParam();
    FillAllStages();
    Tasks(Stage::kStop).push_back(Exec("more"));
  }
};

INSTANTIATE_TEST_SUITE_P(StopOnCancel, EngineCancelInStopTest,
                         ::testing::Bool());

TEST_P(EngineCancelInStopTest, ARunningStopRunsToItsEnd) {
  runner_.On("stop", RunsFor(absl::Seconds(5)));
  Start(absl::ZeroDuration());
  Cancel();
  EXPECT_EQ(runner_.records()[2].stops, 0);
  Advance(absl::Seconds(5));
  EXPECT_THAT(runner_.lines(),
              ElementsAre("pre", "start", "stop", "more", "post"));
  ExpectCancelled();
}

TEST_P(EngineCancelInStopTest, ItsRetriesGoOn) {
  Tasks(Stage::kStop)[0].retry = {.retries = 1, .delay = absl::Seconds(2)};
  runner_.On("stop", {Exits(1), Exits(0)});
  Start(absl::ZeroDuration());
  Cancel();
  Advance(absl::Seconds(2));
  EXPECT_THAT(runner_.lines(),
              ElementsAre("pre", "start", "stop", "stop", "more", "post"));
  ExpectCancelled();
}

TEST_P(EngineCancelInStopTest, ItIsBoundedAndLeavesTimeForPost) {
  Tasks(Stage::kStop)[0].retry.retries = 9;
  runner_.On("stop", RunsOn());
  runner_.On("post", RunsFor(absl::Seconds(9)));
  Start(absl::ZeroDuration());
  Cancel();
  Advance(absl::Milliseconds(49'999));
  EXPECT_TRUE(runner_.records()[2].running());
  Advance(absl::Milliseconds(1));
  EXPECT_THAT(listener_.events, Contains("cleanup timeout 50s, post follows"));
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "start", "stop", "post"));
  Advance(absl::Seconds(9));
  EXPECT_THAT(listener_.events, Not(Contains("cleanup timeout 1m")));
  ExpectCancelled();
}

TEST_P(EngineCancelInStopTest, PostIsBoundedByTheCleanupTimeout) {
  plan_.cleanup_timeout = absl::Seconds(4);
  runner_.On("stop", Stubborn());
  runner_.On("post", Stubborn());
  Start(absl::ZeroDuration());
  Cancel();
  Advance(absl::Seconds(3));
  EXPECT_THAT(runner_.lines(), Contains("post"));
  EXPECT_EQ(done_calls_, 0);
  Advance(absl::Seconds(1));
  EXPECT_THAT(listener_.events, Contains("cleanup timeout 4s"));
  ExpectCancelled();
}

TEST_P(EngineCancelInStopTest, WithoutPostItHasAllOfTheTime) {
  Tasks(Stage::kPost).clear();
  runner_.On("stop", Stubborn());
  Start(absl::ZeroDuration());
  Cancel();
  Advance(absl::Seconds(59));
  EXPECT_EQ(done_calls_, 0);
  Advance(absl::Seconds(1));
  EXPECT_THAT(listener_.events, Contains("cleanup timeout 1m"));
  ExpectCancelled();
}

TEST_P(EngineCancelInStopTest, AFailureOfARunningStopLeadsToPost) {
  runner_.On("stop", RunsFor(absl::Seconds(5), 1));
  Start(absl::ZeroDuration());
  Cancel();
  Advance(absl::Seconds(5));
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "start", "stop", "post"));
  EXPECT_THAT(listener_.Those("failed"),
              ElementsAre("stop failed: ends the stage"));
  ExpectCancelled();
}

TEST_F(EngineCancelTest, AFailingStopAfterACancelStillLeadsToPost) {
  plan_.stop_on_cancel = true;
  FillAllStages();
  Tasks(Stage::kStop).push_back(Exec("more"));
  runner_.On("stop", Exits(1));
  Start();
  Cancel();
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "start", "stop", "post"));
  EXPECT_THAT(listener_.Those("failed"),
              ElementsAre("stop failed: ends the stage"));
  ExpectCancelled();
}

TEST_F(EngineCancelTest, StopOnCancelDoesNotApplyToFailures) {
  plan_.stop_on_cancel = true;
  FillAllStages();
  runner_.On("start", Exits(1));
  Start();
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "start", "post"));
}

TEST_F(EngineCancelTest, TheCleanupAfterACancelIsBounded) {
  plan_.cleanup_timeout = absl::Seconds(60);
  FillAllStages();
  runner_.On("post", Stubborn());
  Start();
  Cancel();
  Advance(absl::Seconds(59));
  EXPECT_EQ(done_calls_, 0);
  Advance(absl::Seconds(1));
  ExpectCancelled();
  EXPECT_THAT(listener_.events, Contains("cleanup timeout 1m"));
}

// Whatever keeps `post` waiting: here tasks that have long to obey.
TEST_F(EngineCancelTest, ATaskThatEndsSlowlyLeavesTimeForPost) {
  plan_.stop_on_cancel = true;
  FillAllStages();
  OptionsOf(Tasks(Stage::kStart)[0]).kill_timeout = absl::Minutes(5);
  runner_.On("start", Stubborn());
  Start();
  Cancel();
  Advance(absl::Seconds(50));
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "start", "post"));
  ExpectCancelled();
}

TEST_F(EngineCancelTest, ALoadThatEndsSlowlyLeavesTimeForPost) {
  plan_.stop_on_cancel = true;
  FillAllStages();
  Tasks(Stage::kStart) = {Background("load"), Background("tunnel")};
  OptionsOf(Tasks(Stage::kStart)[0]).kill_timeout = absl::Minutes(5);
  Tasks(Stage::kStart)[0].end_after = plan::EndAfter::kWindow;
  runner_.On("load", Stubborn());
  runner_.On("tunnel", RunsOn());
  runner_.On("post", RunsFor(absl::Seconds(1)));
  Start();
  Cancel();
  Advance(absl::Seconds(50));
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "load", "tunnel", "post"));
  EXPECT_FALSE(runner_.records()[1].running());
  EXPECT_TRUE(runner_.records()[2].running());  // `post` may need it
  Advance(absl::Seconds(2));
  ExpectCancelled();
}

TEST_F(EngineCancelTest, TheCleanupOfAFailureIsBoundedOnceItIsCancelled) {
  FillAllStages();
  runner_.On("pre", Exits(1));
  runner_.On("post", Stubborn());
  Start();
  Advance(absl::Hours(1));
  EXPECT_EQ(done_calls_, 0);
  Cancel();
  Advance(absl::Seconds(60));
  ExpectFailed("pre", Cause::kExitCode);
}

// ---- Hurry ----

TEST_F(EngineCancelTest, HurryKillsWhatRunsAndSkipsTheRest) {
  FillAllStages();
  Tasks(Stage::kPost).push_back(Exec("last"));
  Tasks(Stage::kStart).insert(Tasks(Stage::kStart).begin(), Background("load"));
  runner_.On("load", Stubborn());
  runner_.On("post", Stubborn());
  Start();
  Cancel(SIGTERM);
  EXPECT_EQ(done_calls_, 0);
  Hurry();
  EXPECT_THAT(runner_.lines(), Not(Contains("last")));
  ExpectCancelled(SIGTERM);
}

TEST_F(EngineCancelTest, HurryWithoutACancelCancelsToo) {
  FillAllStages();
  Start();
  Hurry();
  ExpectCancelled(SIGTERM);
}

TEST_F(EngineCancelTest, HurryWhileBackgroundTasksAreBeingEnded) {
  Tasks(Stage::kStart) = {Background("load")};
  runner_.On("load", Stubborn());
  Start(absl::ZeroDuration());
  EXPECT_EQ(done_calls_, 0);
  Hurry();
  ASSERT_EQ(done_calls_, 1);
  EXPECT_FALSE(runner_.records()[0].running());
}

TEST_F(EngineCancelTest, HurryDuringARequestOfPost) {
  Tasks(Stage::kPost) = {Get("api")};
  client_.Answer(http::FakeResponse(200), absl::InfiniteDuration());
  Start(absl::ZeroDuration());
  Hurry();
  EXPECT_TRUE(client_.records()[0].dropped);
  ExpectCancelled(SIGTERM);
}

}  // namespace
}  // namespace servo::stages
