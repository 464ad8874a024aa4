// Background tasks that end before they are told to, and what comes of it.

#include <string>

#include "absl/time/time.h"
#include "exec/fake_runner.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
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
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

class EngineOnExitTest : public EngineTestBase {
 protected:
  // Begins `stage` with a background task that ends with `code` after `time`.
  plan::Task& AddLoad(OnExit on_exit, absl::Duration time, int code,
                      Stage stage = Stage::kStart) {
    runner_.On("load", RunsFor(time, code));
    Tasks(stage).insert(Tasks(stage).begin(), Background("load"));
    Tasks(stage)[0].on_exit = on_exit;
    return Tasks(stage)[0];
  }

  void ExpectFailedByLoad() {
    ASSERT_EQ(done_calls_, 1);
    EXPECT_EQ(outcome_.kind, Outcome::Kind::kFailed);
    EXPECT_FALSE(outcome_.failure.has_value());
    ASSERT_TRUE(outcome_.background_failure.has_value());
    EXPECT_EQ(outcome_.background_failure->task->name, "load");
  }
};

// ---- Without the key ----

TEST_F(EngineOnExitTest, AnEarlyEndChangesNothingUnlessToldTo) {
  FillAllStages();
  for (const OnExit on_exit : {OnExit::kIgnore, OnExit::kWarn}) {
    Tasks(Stage::kStart) = {Exec("start")};
    AddLoad(on_exit, absl::Seconds(2), 3);
    done_calls_ = 0;
    Start();
    Advance(absl::Seconds(9));
    EXPECT_EQ(done_calls_, 0);
    Advance(absl::Seconds(1));
    ExpectSuccess();
    EXPECT_FALSE(outcome_.background_failure.has_value());
  }
}

// ---- fail ----

TEST_F(EngineOnExitTest, FailCutsTheWindowShort) {
  FillAllStages();
  AddLoad(OnExit::kFail, absl::Seconds(2), 0);
  Start();
  Advance(absl::Seconds(2));
  ExpectFailedByLoad();
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "load", "start", "post"));
  EXPECT_EQ(engine_->Progress(), 20);
  EXPECT_THAT(runner_.records()[3].command.env,
              AllOf(Contains(Pair("SERVO_EXEC_RESULT", "failed")),
                    Contains(Pair("SERVO_EXEC_FAILED_TASK", "load"))));
}

TEST_F(EngineOnExitTest, FailRunsStopWholeIfACancelWould) {
  FillAllStages();
  plan_.stop_on_cancel = true;
  Tasks(Stage::kStop).push_back(Exec("stop 2"));
  AddLoad(OnExit::kFail, absl::Seconds(2), 1);
  Start();
  Advance(absl::Seconds(2));
  ExpectFailedByLoad();
  EXPECT_THAT(runner_.lines(),
              ElementsAre("pre", "load", "start", "stop", "stop 2", "post"));
}

TEST_F(EngineOnExitTest, FailInPreOwesNoStop) {
  FillAllStages();
  plan_.stop_on_cancel = true;
  AddLoad(OnExit::kFail, absl::Seconds(2), 1, Stage::kPre);
  runner_.On("pre", RunsOn());
  Start();
  Advance(absl::Seconds(2));
  ExpectFailedByLoad();
  EXPECT_THAT(runner_.lines(), ElementsAre("load", "pre", "post"));
}

TEST_F(EngineOnExitTest, FailEndsTheAttemptAtHand) {
  Tasks(Stage::kStart) = {Exec("slow"), Exec("next")};
  Tasks(Stage::kStart)[0].retry.retries = 5;
  AddLoad(OnExit::kFail, absl::Seconds(2), 1);
  runner_.On("slow", RunsOn());
  Start();
  Advance(absl::Seconds(2));
  ExpectFailedByLoad();
  EXPECT_THAT(listener_.Those("slow"),
              ElementsAre("slow begins 1", "slow ends 1: stopped",
                          "slow was interrupted"));
  EXPECT_THAT(listener_.Those("next"), IsEmpty());
}

TEST_F(EngineOnExitTest, FailEndsTheWaitForARetry) {
  Tasks(Stage::kStart) = {Exec("flaky")};
  Tasks(Stage::kStart)[0].retry = {.retries = 5, .delay = absl::Seconds(60)};
  AddLoad(OnExit::kFail, absl::Seconds(2), 1);
  runner_.On("flaky", Exits(1));
  Start();
  Advance(absl::Seconds(2));
  ExpectFailedByLoad();
  EXPECT_EQ(listener_.Those("flaky begins").size(), 1u);
}

TEST_F(EngineOnExitTest, FailInStopOnlyMarksTheRun) {
  FillAllStages();
  Tasks(Stage::kStop).push_back(Exec("stop 2"));
  AddLoad(OnExit::kFail, absl::Seconds(12), 1);
  runner_.On("stop", RunsFor(absl::Seconds(5)));
  Start();
  Advance(absl::Seconds(14));
  EXPECT_EQ(done_calls_, 0);
  EXPECT_TRUE(runner_.records().back().running());
  Advance(absl::Seconds(1));
  ExpectFailedByLoad();
  EXPECT_THAT(runner_.lines(),
              ElementsAre("pre", "load", "start", "stop", "stop 2", "post"));
}

TEST_F(EngineOnExitTest, FailWhileOthersAreEndedAfterTheWindowLeavesStopOut) {
  FillAllStages();
  AddLoad(OnExit::kFail, absl::Seconds(11), 1);
  Tasks(Stage::kStart).push_back(Background("stubborn"));
  auto& stubborn = Tasks(Stage::kStart).back();
  stubborn.end_after = plan::EndAfter::kWindow;
  std::get<plan::ProcessAction>(stubborn.action).options.kill_timeout =
      absl::Seconds(5);
  runner_.On("stubborn", Stubborn());
  Start();
  Advance(absl::Seconds(14));
  EXPECT_EQ(done_calls_, 0);
  Advance(absl::Seconds(1));
  ExpectFailedByLoad();
  EXPECT_THAT(listener_.Those("stop begins"), IsEmpty());
}

TEST_F(EngineOnExitTest, PostFailsNothing) {
  FillAllStages();
  AddLoad(OnExit::kFail, absl::Seconds(12), 1);
  runner_.On("post", RunsFor(absl::Seconds(5)));
  Start();
  Advance(absl::Seconds(15));
  ExpectSuccess();
  EXPECT_THAT(listener_.Those("load ended"),
              ElementsAre("load ended early: 1"));
}

TEST_F(EngineOnExitTest, BeingToldToEndIsNoEarlyEnd) {
  AddLoad(OnExit::kFail, absl::InfiniteDuration(), 0).end_after =
      plan::EndAfter::kWindow;
  exec::FakeRunner::Script obeys = RunsOn();
  obeys.obeys_with = 7;
  runner_.On("load", obeys);
  Start();
  Advance(absl::Seconds(10));
  ExpectSuccess();
}

TEST_F(EngineOnExitTest, ItsOwnTimeoutIsAnEarlyEnd) {
  AddLoad(OnExit::kFail, absl::InfiniteDuration(), 0).timeout =
      absl::Seconds(3);
  Start();
  Advance(absl::Seconds(3));
  ExpectFailedByLoad();
}

TEST_F(EngineOnExitTest, TheFirstCauseStays) {
  FillAllStages();
  plan_.stop_on_cancel = true;
  AddLoad(OnExit::kFail, absl::Seconds(4), 1);
  runner_.On("stop", RunsFor(absl::Seconds(5)));
  Start();
  Advance(absl::Seconds(2));
  Cancel();
  Advance(absl::Seconds(5));
  ExpectCancelled();
  EXPECT_FALSE(outcome_.background_failure.has_value());
}

TEST_F(EngineOnExitTest, ACancelAfterItOnlyBoundsTheCleanup) {
  FillAllStages();
  plan_.stop_on_cancel = true;
  AddLoad(OnExit::kFail, absl::Seconds(2), 1);
  runner_.On("stop", RunsFor(absl::Seconds(5)));
  Start();
  Advance(absl::Seconds(3));
  Cancel();
  Advance(absl::Seconds(4));
  ExpectFailedByLoad();
  EXPECT_EQ(runner_.lines().back(), "post");
}

// ---- fail_on_error ----

TEST_F(EngineOnExitTest, FailOnErrorAsksForTheCode) {
  AddLoad(OnExit::kFailOnError, absl::Seconds(2), 0);
  Start();
  Advance(absl::Seconds(10));
  ExpectSuccess();
}

TEST_F(EngineOnExitTest, FailOnErrorFailsAtOnce) {
  AddLoad(OnExit::kFailOnError, absl::Seconds(2), 1);
  Start();
  Advance(absl::Seconds(2));
  ExpectFailedByLoad();
}

// ---- end_window ----

TEST_F(EngineOnExitTest, EndWindowGoesOnWithStop) {
  FillAllStages();
  AddLoad(OnExit::kEndWindow, absl::Seconds(2), 0);
  Start();
  Advance(absl::Seconds(2));
  ExpectSuccess();
  EXPECT_EQ(engine_->Progress(), 100);
  EXPECT_THAT(runner_.lines(),
              ElementsAre("pre", "load", "start", "stop", "post"));
}

TEST_F(EngineOnExitTest, EndWindowFailsByACodeThatIsNoSuccess) {
  FillAllStages();
  AddLoad(OnExit::kEndWindow, absl::Seconds(2), 1);
  Start();
  Advance(absl::Seconds(2));
  ExpectFailedByLoad();
  EXPECT_THAT(listener_.Those("stop begins"), IsEmpty());
}

TEST_F(EngineOnExitTest, TheDurationIsTheMostThatTheWindowTakes) {
  AddLoad(OnExit::kEndWindow, absl::InfiniteDuration(), 0).end_after =
      plan::EndAfter::kWindow;
  Start();
  Advance(absl::Seconds(9));
  EXPECT_EQ(done_calls_, 0);
  Advance(absl::Seconds(1));
  ExpectSuccess();
}

TEST_F(EngineOnExitTest, AnEndBeforeTheWindowLeavesNoneOfIt) {
  Tasks(Stage::kStart) = {Exec("slow")};
  Tasks(Stage::kStop) = {Exec("stop")};
  AddLoad(OnExit::kEndWindow, absl::Seconds(2), 0);
  runner_.On("slow", RunsFor(absl::Seconds(5)));
  Start();
  Advance(absl::Seconds(5));
  ExpectSuccess();
  EXPECT_THAT(listener_.Those("window"), ElementsAre("window 0"));
  EXPECT_EQ(runner_.lines().back(), "stop");
}

TEST_F(EngineOnExitTest, AnEndAfterTheWindowEndsNothing) {
  Tasks(Stage::kStop) = {Exec("stop")};
  AddLoad(OnExit::kEndWindow, absl::Seconds(12), 0);
  runner_.On("stop", RunsFor(absl::Seconds(5)));
  Start();
  Advance(absl::Seconds(14));
  EXPECT_EQ(done_calls_, 0);
  Advance(absl::Seconds(1));
  ExpectSuccess();
}

}  // namespace
}  // namespace servo::stages
