// The order in which a run does things, what a failure changes, and what tasks
// are told.

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "exec/fake_runner.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "plan/plan.h"
#include "stages/engine.h"
#include "stages/judge.h"
#include "stages/run_listener.h"
#include "stages/testing/engine_test_base.h"
#include "stages/testing/tasks.h"

namespace servo::stages {
namespace {

using plan::Stage;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Pair;

using EngineOrderTest = EngineTestBase;

// ---- The order of things ----

TEST_F(EngineOrderTest, AnEmptyPlanMeasuresTheWindow) {
  Start(absl::Seconds(3));
  EXPECT_EQ(done_calls_, 0);
  Advance(absl::Milliseconds(2999));
  EXPECT_EQ(done_calls_, 0);
  Advance(absl::Milliseconds(1));
  ExpectSuccess();
  EXPECT_THAT(
      listener_.events,
      ElementsAre("stage pre: 0 tasks", "stage start: 0 tasks", "window 3s",
                  "stage stop: 0 tasks", "stage post: 0 tasks", "run ends"));
}

TEST_F(EngineOrderTest, StagesRunInOrderAroundTheWindow) {
  FillAllStages();
  Start(absl::Seconds(10));
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "start"));
  Advance(absl::Seconds(10));
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "start", "stop", "post"));
  ExpectSuccess();
}

TEST_F(EngineOrderTest, WindowIsCountedFromTheEndOfStart) {
  FillAllStages();
  runner_.On("pre", RunsFor(absl::Seconds(100)));
  runner_.On("start", RunsFor(absl::Seconds(7)));
  Start(absl::Seconds(10));
  Advance(absl::Seconds(116));
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "start"));
  Advance(absl::Seconds(1));
  EXPECT_THAT(runner_.lines(), Contains("stop"));
}

TEST_F(EngineOrderTest, AZeroWindowIsNoWait) {
  FillAllStages();
  Start(absl::ZeroDuration());
  ExpectSuccess();
}

TEST_F(EngineOrderTest, TasksOfAStageRunOneAfterAnother) {
  Tasks(Stage::kPre) = {Exec("a"), Exec("b")};
  runner_.On("a", RunsFor(absl::Seconds(5)));
  Start();
  Advance(absl::Seconds(4));
  EXPECT_THAT(runner_.lines(), ElementsAre("a"));
  Advance(absl::Seconds(1));
  EXPECT_THAT(runner_.lines(), ElementsAre("a", "b"));
}

TEST_F(EngineOrderTest, TenThousandTasksNeedNoStack) {
  for (int i = 0; i < 10000; ++i) {
    Tasks(Stage::kPre).push_back(Exec("t"));
    Tasks(Stage::kPre).back().ignore_exitcode = true;
  }
  runner_.On("t", CannotStart());
  Start(absl::ZeroDuration());
  EXPECT_EQ(runner_.lines().size(), 10000u);
  ExpectSuccess();
}

// ---- Failures ----

struct FailureCase {
  Stage stage;
  std::vector<std::string> executed;
};

class EngineFailureTest : public EngineTestBase,
                          public ::testing::WithParamInterface<FailureCase> {};

TEST_P(EngineFailureTest, AFailureSkipsLaterStagesButPost) {
  FillAllStages();
  const std::string name = plan::StageName(GetParam().stage);
  runner_.On(name, Exits(7));
  Start(absl::Seconds(1));
  Advance(absl::Seconds(1));
  ExpectFailed(name, Cause::kExitCode);
  EXPECT_EQ(outcome_.failure->id, (TaskId{GetParam().stage, 0}));
  EXPECT_EQ(ResultCode(outcome_.failure->result), 7);
  EXPECT_THAT(listener_.Those("failed"),
              ElementsAre(absl::StrCat(name, " failed: fails the run")));
  EXPECT_EQ(runner_.lines(), GetParam().executed);
}

INSTANTIATE_TEST_SUITE_P(
    Stages, EngineFailureTest,
    ::testing::Values(FailureCase{Stage::kPre, {"pre", "post"}},
                      FailureCase{Stage::kStart, {"pre", "start", "post"}},
                      FailureCase{Stage::kStop,
                                  {"pre", "start", "stop", "post"}}));

// ---- Tasks that not every run has ----

class EngineWhenTest : public EngineTestBase {
 protected:
  EngineWhenTest() {
    FillAllStages();
    Tasks(Stage::kPost) = {Exec("always"), Exec("good"), Exec("bad"),
                           Exec("cancelled")};
    Tasks(Stage::kPost)[1].when = {.failed = false, .cancelled = false};
    Tasks(Stage::kPost)[2].when = {.success = false, .cancelled = false};
    Tasks(Stage::kPost)[3].when = {.success = false, .failed = false};
  }
};

TEST_F(EngineWhenTest, AfterSuccess) {
  Start(absl::ZeroDuration());
  EXPECT_THAT(runner_.lines(),
              ElementsAre("pre", "start", "stop", "always", "good"));
  ExpectSuccess();
}

TEST_F(EngineWhenTest, AfterAFailure) {
  runner_.On("start", Exits(1));
  Start();
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "start", "always", "bad"));
  ExpectFailed("start", Cause::kExitCode);
}

TEST_F(EngineWhenTest, AfterACancel) {
  Start();
  Cancel();
  EXPECT_THAT(runner_.lines(),
              ElementsAre("pre", "start", "always", "cancelled"));
  ExpectCancelled();
}

TEST_F(EngineOrderTest, IfRanAsksWhetherTheFirstAttemptWasBegun) {
  FillAllStages();
  Tasks(Stage::kStart) = {Exec("a"), Exec("b")};
  Tasks(Stage::kPost) = {Exec("undo a"), Exec("undo b"), Exec("undo stop")};
  Tasks(Stage::kPost)[0].if_ran = {.name = "a", .stage = Stage::kStart};
  Tasks(Stage::kPost)[1].if_ran = {
      .name = "b", .stage = Stage::kStart, .index = 1};
  Tasks(Stage::kPost)[2].if_ran = {.name = "stop", .stage = Stage::kStop};
  runner_.On("a", CannotStart());
  Start();
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "a", "undo a"));
}

TEST_F(EngineOrderTest, ATaskThatWasLeftOutHasNotRun) {
  FillAllStages();
  Tasks(Stage::kStop) = {Exec("x"), Exec("y")};
  Tasks(Stage::kStop)[0].if_ran = {
      .name = "none", .stage = Stage::kStart, .index = 7};
  Tasks(Stage::kStop)[1].if_ran = {.name = "x", .stage = Stage::kStop};
  Start(absl::ZeroDuration());
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "start", "post"));
  ExpectSuccess();
}

TEST_F(EngineOrderTest, AFailureEndsItsStage) {
  Tasks(Stage::kStart) = {Exec("bad"), Exec("next")};
  runner_.On("bad", Exits(1));
  Start();
  EXPECT_THAT(runner_.lines(), ElementsAre("bad"));
}

TEST_F(EngineOrderTest, FailuresInPostAreIgnoredAndItsLaterTasksRun) {
  Tasks(Stage::kPost) = {Exec("bad"), Exec("missing"), Exec("next")};
  runner_.On("bad", Exits(1));
  runner_.On("missing", CannotStart());
  Start(absl::ZeroDuration());
  EXPECT_THAT(runner_.lines(), ElementsAre("bad", "missing", "next"));
  EXPECT_THAT(listener_.Those("failed"),
              ElementsAre("bad failed: ignored", "missing failed: ignored"));
  ExpectSuccess();
}

TEST_F(EngineOrderTest, IgnoredFailuresOfEveryKindLetTheRunGoOn) {
  Tasks(Stage::kStart) = {Exec("code"), Exec("slow"), Exec("missing"),
                          Get("api"), Exec("next")};
  for (auto& task : Tasks(Stage::kStart)) {
    task.ignore_exitcode = true;
    task.timeout = absl::Seconds(1);
  }
  runner_.On("code", Exits(1));
  runner_.On("slow", RunsOn());
  runner_.On("missing", CannotStart());
  client_.Answer(absl::UnavailableError("no route"));
  Start();
  Advance(absl::Seconds(1));
  EXPECT_THAT(runner_.lines(), ElementsAre("code", "slow", "missing", "next"));
  EXPECT_EQ(listener_.Those("failed: ignored").size(), 4u);
  Advance(absl::Seconds(10));
  ExpectSuccess();
}

TEST_F(EngineOrderTest, ATimeoutFailsTheRun) {
  Tasks(Stage::kPre) = {Exec("slow")};
  Tasks(Stage::kPre)[0].timeout = absl::Seconds(5);
  runner_.On("slow", RunsOn());
  Start();
  Advance(absl::Seconds(5));
  ExpectFailed("slow", Cause::kTimedOut);
}

// ---- What tasks are given ----

TEST_F(EngineOrderTest, TasksAreToldWhereTheyAre) {
  FillAllStages();
  Tasks(Stage::kStart)[0] = Background("load");
  Start(absl::ZeroDuration());
  EXPECT_THAT(runner_.records()[0].command.env,
              AllOf(Contains(Pair("SERVO_APP_ID", "app")),
                    Contains(Pair("SERVO_EXEC_STAGE", "pre")),
                    Contains(Pair("SERVO_EXEC_TASK", "pre"))));
  EXPECT_THAT(runner_.records()[1].command.env,
              Contains(Pair("SERVO_EXEC_TASK", "load")));
  EXPECT_THAT(runner_.records()[3].command.env,
              AllOf(Contains(Pair("SERVO_EXEC_RESULT", "success")),
                    Contains(Pair("SERVO_EXEC_FAILED_TASK", ""))));
}

TEST_F(EngineOrderTest, PostIsToldOfAFailure) {
  FillAllStages();
  runner_.On("start", Exits(1));
  Start();
  EXPECT_THAT(runner_.records().back().command.env,
              AllOf(Contains(Pair("SERVO_EXEC_RESULT", "failed")),
                    Contains(Pair("SERVO_EXEC_FAILED_TASK", "start"))));
}

TEST_F(EngineOrderTest, PostIsToldOfACancel) {
  FillAllStages();
  Start();
  Cancel();
  EXPECT_THAT(runner_.records().back().command.env,
              Contains(Pair("SERVO_EXEC_RESULT", "cancelled")));
}

TEST_F(EngineOrderTest, TheConfigurationsEnvironmentComesLastAndSoWins) {
  Tasks(Stage::kPre) = {Exec("t")};
  std::get<plan::ProcessAction>(Tasks(Stage::kPre)[0].action).command.env = {
      {"SERVO_APP_ID", "mine"}};
  Start();
  EXPECT_THAT(runner_.records()[0].command.env.back(),
              Pair("SERVO_APP_ID", "mine"));
}

}  // namespace
}  // namespace servo::stages
