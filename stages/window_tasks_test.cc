// Tasks that begin within the window, in a run.
#include "stages/window_tasks.h"

#include <string>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "exec/output_tap.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "plan/lookup.h"
#include "plan/on_exit.h"
#include "plan/plan.h"
#include "plan/readiness.h"
#include "stages/engine.h"
#include "stages/judge.h"
#include "stages/run_listener.h"
#include "stages/testing/engine_test_base.h"
#include "stages/testing/tasks.h"

namespace servo::stages {
namespace {

using plan::Stage;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The window has 2 s of delay and warm-up and 8 s of what is measured.
class WindowTasksTest : public EngineTestBase {
 protected:
  WindowTasksTest() {
    options_.delay = absl::Seconds(2);
    FillAllStages();
  }

  // Before the other task of `start`.
  plan::Task& Add(plan::Task task) {
    task.begins_in_window = true;
    auto& tasks = Tasks(Stage::kStart);
    return *tasks.insert(tasks.begin(), std::move(task));
  }

  plan::Task& AddLoad() {
    runner_.On("load", RunsOn());
    return Add(Background("load"));
  }

  void AddSign(plan::Task& task) {
    task.ready = plan::Readiness{
        .sign = plan::Readiness::Output{*plan::CompileRegex("ready")},
        .within = absl::Seconds(30),
        .interval = absl::Seconds(1)};
  }

  void ExpectFailedAtOnce(const std::string& task, Cause cause) {
    ExpectFailed(task, cause);
    EXPECT_EQ(runner_.lines().back(), "post");
    EXPECT_THAT(listener_.Those("stop begins"), IsEmpty());
  }
};

TEST_F(WindowTasksTest, BeginsWhenDelayAndWarmUpAreOver) {
  AddLoad();
  Start();
  Advance(absl::Milliseconds(1999));
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "start"));
  Advance(absl::Milliseconds(1));
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "start", "load"));
  Advance(absl::Milliseconds(7999));
  EXPECT_EQ(runner_.lines().size(), 3u);
  Advance(absl::Milliseconds(1));
  ExpectSuccess();
  EXPECT_THAT(runner_.lines(),
              ElementsAre("pre", "start", "load", "stop", "post"));
  EXPECT_THAT(listener_.Those("load"),
              ElementsAre("load begins 1", "load is up", "load succeeded",
                          "load ended: -15"));
}

TEST_F(WindowTasksTest, WithoutThemItBeginsWithTheWindow) {
  options_.delay = absl::ZeroDuration();
  AddLoad();
  Start();
  EXPECT_EQ(runner_.lines().back(), "load");
}

TEST_F(WindowTasksTest, IsToldToEndLikeOthers) {
  AddLoad().end_after = plan::EndAfter::kWindow;
  runner_.On("stop", RunsFor(absl::Seconds(5)));
  Start();
  Advance(absl::Seconds(11));
  EXPECT_THAT(listener_.Those("load ended"), ElementsAre("load ended: -15"));
}

TEST_F(WindowTasksTest, AnEarlyEndCountsAsOfOthers) {
  AddLoad().on_exit = plan::OnExit::kEndWindow;
  runner_.On("load", RunsFor(absl::Seconds(3)));
  Start();
  Advance(absl::Seconds(5));
  ExpectSuccess();
}

TEST_F(WindowTasksTest, ASamplerBeginsThenToo) {
  plan::Task sampler = Get("sampled");
  sampler.every = absl::Seconds(5);
  Add(std::move(sampler));
  Start();
  Advance(absl::Seconds(1));
  EXPECT_THAT(client_.records(), IsEmpty());
  Advance(absl::Seconds(9));
  ExpectSuccess();
  EXPECT_EQ(client_.records().size(), 2u);
}

// ---- What cannot start ----

TEST_F(WindowTasksTest, WhatCannotStartFailsTheRunAtOnce) {
  AddLoad();
  runner_.On("load", CannotStart());
  Start();
  Advance(absl::Seconds(2));
  ExpectFailedAtOnce("load", Cause::kNotStarted);
  EXPECT_EQ(engine_->Progress(), 20);
}

TEST_F(WindowTasksTest, ThenStopRunsIfACancelWouldRunIt) {
  plan_.stop_on_cancel = true;
  AddLoad();
  runner_.On("load", CannotStart());
  Start();
  Advance(absl::Seconds(2));
  ExpectFailed("load", Cause::kNotStarted);
  EXPECT_THAT(runner_.lines(),
              ElementsAre("pre", "start", "load", "stop", "post"));
}

TEST_F(WindowTasksTest, AnIgnoredFailureFailsNothing) {
  AddLoad().ignore_exitcode = true;
  runner_.On("load", CannotStart());
  Start();
  Advance(absl::Seconds(10));
  ExpectSuccess();
  EXPECT_THAT(listener_.Those("load failed"),
              ElementsAre("load failed: ignored"));
}

TEST_F(WindowTasksTest, ItIsRetriedWhileTheWindowGoesOn) {
  AddLoad().retry = {.retries = 5, .delay = absl::Seconds(3)};
  runner_.On("load", {CannotStart(), RunsOn()});
  Start();
  Advance(absl::Seconds(10));
  ExpectSuccess();
  EXPECT_THAT(listener_.Those("is up"), ElementsAre("load is up"));
}

TEST_F(WindowTasksTest, AnEndOfTheWindowBeforeItCouldStartFailsTheRun) {
  AddLoad().retry = {.retries = 5, .delay = absl::Seconds(30)};
  runner_.On("load", CannotStart());
  Start();
  Advance(absl::Seconds(10));
  ExpectFailedAtOnce("load", Cause::kNotStarted);
}

TEST_F(WindowTasksTest, TheWindowDoesNotWaitForReadiness) {
  AddSign(AddLoad());
  Start();
  Advance(absl::Milliseconds(9999));
  EXPECT_EQ(done_calls_, 0);
  Advance(absl::Milliseconds(1));
  ExpectFailedAtOnce("load", Cause::kStopped);
}

TEST_F(WindowTasksTest, WhatWasNotReadyHasItsLastLook) {
  plan::Task& load = AddLoad();
  AddSign(load);
  load.ready->sign = plan::Readiness::Tcp{"localhost", 80};
  client_.AnswerOthers(absl::UnavailableError("refused"));
  Start();
  Advance(absl::Seconds(10));
  ExpectFailedAtOnce("load", Cause::kStopped);
  EXPECT_EQ(outcome_.failure->last_look.message(), "refused");
}

TEST_F(WindowTasksTest, OneThatIsWaitedForHoldsUpNoOther) {
  AddSign(AddLoad());
  runner_.On("other", RunsOn());
  Add(Background("other"));
  AddSign(Add(Background("third")));
  runner_.On("third", RunsOn());
  Start();
  Advance(absl::Seconds(2));
  EXPECT_THAT(listener_.Those(" begins 1"),
              ElementsAre("pre begins 1", "start begins 1", "third begins 1",
                          "other begins 1", "load begins 1"));
  runner_.Emit(3, exec::Stream::kStdout, "ready\n");
  runner_.Emit(4, exec::Stream::kStdout, "ready\n");
  Advance(absl::Seconds(8));
  ExpectSuccess();
}

TEST_F(WindowTasksTest, OneThatFailsEndsTheOthers) {
  AddSign(AddLoad());
  Add(Background("bad")).retry = {.retries = 1, .delay = absl::Seconds(3)};
  runner_.On("bad", CannotStart());
  Start();
  Advance(absl::Seconds(5));
  ExpectFailedAtOnce("bad", Cause::kNotStarted);
  EXPECT_THAT(listener_.Those("load"),
              ElementsAre("load begins 1", "load ends 1: stopped",
                          "load was interrupted"));
}

// ---- Runs that end early ----

TEST_F(WindowTasksTest, ACancelBeforehandLeavesItOut) {
  AddLoad().name = "load";
  plan::Task cleaner = Exec("cleaner");
  cleaner.if_ran =
      plan::IfRan{.name = "load", .stage = Stage::kStart, .index = 0};
  Tasks(Stage::kPost).push_back(cleaner);
  Start();
  Advance(absl::Seconds(1));
  Cancel();
  Advance(absl::Seconds(10));
  ExpectCancelled();
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "start", "post"));
}

TEST_F(WindowTasksTest, ATaskThatCallsItRunsOnceItHasBegun) {
  AddLoad();
  plan::Task cleaner = Exec("cleaner");
  cleaner.if_ran =
      plan::IfRan{.name = "load", .stage = Stage::kStart, .index = 0};
  Tasks(Stage::kPost).push_back(cleaner);
  Start();
  Advance(absl::Seconds(10));
  ExpectSuccess();
  EXPECT_EQ(runner_.lines().back(), "cleaner");
}

TEST_F(WindowTasksTest, ACancelEndsTheWaitForReadiness) {
  AddSign(AddLoad());
  Start();
  Advance(absl::Seconds(3));
  Cancel();
  ExpectCancelled();
  EXPECT_THAT(listener_.Those("load was"), ElementsAre("load was interrupted"));
}

TEST_F(WindowTasksTest, HurryKillsWhatIsWaitedFor) {
  AddSign(AddLoad());
  runner_.On("load", Stubborn());
  Start();
  Advance(absl::Seconds(3));
  Hurry();
  ExpectCancelled(SIGTERM);
}

TEST_F(WindowTasksTest, AWindowThatIsOverBeforeItBeginsHasNone) {
  AddLoad();
  runner_.On("short", Exits(0));
  Tasks(Stage::kPre).push_back(Background("short"));
  Tasks(Stage::kPre).back().on_exit = plan::OnExit::kEndWindow;
  runner_.On("start", RunsFor(absl::Seconds(1)));
  Start();
  Advance(absl::Seconds(5));
  ExpectSuccess();
  EXPECT_THAT(listener_.Those("load"), IsEmpty());
}

}  // namespace
}  // namespace servo::stages
