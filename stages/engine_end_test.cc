// The end of a run, its progress and what it is doing.

#include "absl/time/time.h"
#include "exec/fake_runner.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "plan/plan.h"
#include "stages/activity.h"
#include "stages/engine.h"
#include "stages/testing/engine_test_base.h"
#include "stages/testing/tasks.h"

namespace servo::stages {
namespace {

using plan::Stage;

using EngineEndTest = EngineTestBase;

// ---- The end ----

TEST_F(EngineEndTest, OrphansAreEndedBeforeTheAnswer) {
  runner_.set_orphans_take(absl::Seconds(2));
  Start(absl::ZeroDuration());
  EXPECT_EQ(done_calls_, 0);
  EXPECT_EQ(engine_->CurrentActivity().kind, Activity::Kind::kEnding);
  Advance(absl::Seconds(2));
  EXPECT_EQ(done_calls_, 1);
}

TEST_F(EngineEndTest, TheReserveIsForTheCleanup) {
  FillAllStages();
  runner_.On("stop", RunsFor(absl::Seconds(5)));
  Start(absl::ZeroDuration());
  EXPECT_EQ(runner_.reserve_releases(), 0);
  Advance(absl::Seconds(5));
  EXPECT_EQ(runner_.lines().back(), "post");
  EXPECT_EQ(runner_.reserve_releases(), 1);
}

TEST_F(EngineEndTest, UnkillableProcessesAreReported) {
  runner_.set_unkillable({{12, "dd"}, {3456, "a"}});
  Start(absl::ZeroDuration());
  EXPECT_EQ(listener_.events.back(), "run ends: 2 unkillable");
  EXPECT_EQ(done_calls_, 1);
}

TEST_F(EngineEndTest, DestructionDropsWhatRuns) {
  Tasks(Stage::kPre) = {Background("load"), Exec("slow")};
  runner_.On("load", RunsOn());
  runner_.On("slow", RunsOn());
  Start();
  engine_.reset();
  EXPECT_TRUE(runner_.records()[0].dropped);
  EXPECT_TRUE(runner_.records()[1].dropped);
  Advance(absl::Hours(1));
  EXPECT_EQ(done_calls_, 0);
}

// ---- Progress ----

TEST_F(EngineEndTest, ProgressIsTheWindowsElapsedShare) {
  FillAllStages();
  runner_.On("pre", RunsFor(absl::Seconds(5)));
  runner_.On("stop", RunsFor(absl::Seconds(5)));
  Start(absl::Seconds(200));
  EXPECT_EQ(engine_->Progress(), 0);
  Advance(absl::Seconds(5));
  EXPECT_EQ(engine_->Progress(), 0);
  Advance(absl::Seconds(1));
  EXPECT_EQ(engine_->Progress(), 0);
  Advance(absl::Seconds(1));
  EXPECT_EQ(engine_->Progress(), 1);
  Advance(absl::Seconds(197));
  EXPECT_EQ(engine_->Progress(), 99);
  Advance(absl::Seconds(1));
  EXPECT_EQ(engine_->Progress(), 100);
  Advance(absl::Seconds(5));
  EXPECT_EQ(engine_->Progress(), 100);
}

TEST_F(EngineEndTest, ProgressStaysWhereACancelCameUpon) {
  Tasks(Stage::kPost) = {Exec("post")};
  runner_.On("post", RunsOn());
  Start(absl::Seconds(100));
  Advance(absl::Seconds(40));
  Cancel();
  EXPECT_EQ(engine_->Progress(), 40);
}

TEST_F(EngineEndTest, ActivityNamesWhatGoesOn) {
  FillAllStages();
  runner_.On("pre", RunsFor(absl::Seconds(5)));
  Start(absl::Seconds(100));
  EXPECT_EQ(engine_->CurrentActivity().kind, Activity::Kind::kTask);
  EXPECT_EQ(engine_->CurrentActivity().task, &Tasks(Stage::kPre)[0]);
  Advance(absl::Seconds(47));
  EXPECT_EQ(engine_->CurrentActivity().kind, Activity::Kind::kWindow);
  EXPECT_EQ(engine_->CurrentActivity().elapsed, absl::Seconds(42));
  EXPECT_EQ(engine_->CurrentActivity().window, absl::Seconds(100));
}

}  // namespace
}  // namespace servo::stages
