// Requests, retries and background tasks in a run.

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "exec/fake_runner.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/fake_client.h"
#include "http/request.h"
#include "plan/plan.h"
#include "stages/activity.h"
#include "stages/engine.h"
#include "stages/judge.h"
#include "stages/testing/engine_test_base.h"
#include "stages/testing/tasks.h"

namespace servo::stages {
namespace {

using plan::Stage;
using ::testing::Contains;
using ::testing::ElementsAre;

using EngineAttemptsTest = EngineTestBase;

// ---- Requests ----

TEST_F(EngineAttemptsTest, ARequestsStatusDecides) {
  Tasks(Stage::kPre) = {Get("good"), Get("bad")};
  client_.Answer(http::FakeResponse(399));
  client_.Answer(http::FakeResponse(404));
  Start();
  ExpectFailed("bad", Cause::kStatus);
  EXPECT_EQ(ResultCode(outcome_.failure->result), 404);
}

TEST_F(EngineAttemptsTest, TheTasksTimeoutIsTheRequests) {
  Tasks(Stage::kPre) = {Get("api")};
  Tasks(Stage::kPre)[0].timeout = absl::Seconds(7);
  Start();
  EXPECT_EQ(client_.records()[0].request.timeout, absl::Seconds(7));
}

TEST_F(EngineAttemptsTest, CancelDropsTheTransferAtOnce) {
  Tasks(Stage::kPre) = {Get("api")};
  Tasks(Stage::kPre)[0].retry.retries = 3;
  client_.Answer(http::FakeResponse(200), absl::InfiniteDuration());
  Start();
  Cancel();
  EXPECT_TRUE(client_.records()[0].dropped);
  ExpectCancelled();
  EXPECT_EQ(client_.records().size(), 1u);
}

// ---- Retries ----

TEST_F(EngineAttemptsTest, RetriesUntilSuccess) {
  Tasks(Stage::kPre) = {Exec("flaky")};
  Tasks(Stage::kPre)[0].retry.retries = 5;
  runner_.On("flaky", {Exits(1), CannotStart(), Exits(0)});
  Start(absl::ZeroDuration());
  EXPECT_EQ(runner_.lines().size(), 3u);
  ExpectSuccess();
}

TEST_F(EngineAttemptsTest, FailsAfterTheLastRetry) {
  Tasks(Stage::kPre) = {Exec("bad")};
  Tasks(Stage::kPre)[0].retry.retries = 2;
  runner_.On("bad", Exits(3));
  Start();
  EXPECT_EQ(runner_.lines().size(), 3u);
  ExpectFailed("bad", Cause::kExitCode);
}

TEST_F(EngineAttemptsTest, EachAttemptHasAFreshTimeout) {
  Tasks(Stage::kPre) = {Exec("slow")};
  Tasks(Stage::kPre)[0].retry.retries = 1;
  Tasks(Stage::kPre)[0].timeout = absl::Seconds(5);
  runner_.On("slow", {RunsOn(), RunsFor(absl::Seconds(4))});
  Start(absl::ZeroDuration());
  Advance(absl::Seconds(9));
  ExpectSuccess();
}

TEST_F(EngineAttemptsTest, DelaysPaceTheRetries) {
  Tasks(Stage::kPre) = {Exec("bad")};
  Tasks(Stage::kPre)[0].retry = {
      .retries = 2, .delay = absl::Seconds(1), .backoff = 10};
  runner_.On("bad", Exits(3));
  Start();
  EXPECT_EQ(runner_.lines().size(), 1u);
  EXPECT_EQ(engine_->CurrentActivity().kind, Activity::Kind::kRetryWait);
  EXPECT_EQ(engine_->CurrentActivity().task, &Tasks(Stage::kPre)[0]);
  Advance(absl::Seconds(1));
  EXPECT_EQ(runner_.lines().size(), 2u);
  Advance(absl::Seconds(9));
  EXPECT_EQ(runner_.lines().size(), 2u);
  Advance(absl::Seconds(1));
  EXPECT_EQ(runner_.lines().size(), 3u);
}

TEST_F(EngineAttemptsTest, RequestsAreRetriedAndRetryAfterIsHonoured) {
  Tasks(Stage::kPre) = {Get("api")};
  Tasks(Stage::kPre)[0].retry.retries = 1;
  http::Response busy = http::FakeResponse(503);
  busy.headers.emplace_back("Retry-After", "20");
  client_.Answer(busy);
  Start();
  Advance(absl::Seconds(19));
  EXPECT_EQ(client_.records().size(), 1u);
  Advance(absl::Seconds(1));
  EXPECT_EQ(client_.records().size(), 2u);
}

TEST_F(EngineAttemptsTest, ABackgroundTaskIsRetriedWhenItCannotStart) {
  Tasks(Stage::kStart) = {Background("vpn")};
  Tasks(Stage::kStart)[0].retry.retries = 1;
  runner_.On("vpn", {CannotStart(), RunsOn()});
  Start();
  EXPECT_EQ(runner_.lines().size(), 2u);
  Advance(absl::Seconds(10));
  ExpectSuccess();
}

TEST_F(EngineAttemptsTest, CancelEndsTheWaitForARetry) {
  Tasks(Stage::kPre) = {Exec("bad")};
  Tasks(Stage::kPre)[0].retry = {.retries = 2, .delay = absl::Hours(1)};
  runner_.On("bad", Exits(3));
  Start();
  Cancel();
  ExpectCancelled();
  EXPECT_EQ(runner_.lines().size(), 1u);
}

// ---- Background tasks ----

TEST_F(EngineAttemptsTest, BackgroundTasksLiveUntilPostIsOver) {
  Tasks(Stage::kStart) = {Background("load")};
  Tasks(Stage::kPost) = {Exec("clean")};
  runner_.On("load", RunsOn());
  runner_.On("clean", RunsFor(absl::Seconds(1)));
  Start(absl::Seconds(10));
  Advance(absl::Seconds(10));
  EXPECT_TRUE(runner_.records()[0].running());
  Advance(absl::Seconds(1));
  ExpectSuccess();
}

TEST_F(EngineAttemptsTest,
       ABackgroundTaskThatEndsEarlyIsReportedAndFailsNothing) {
  Tasks(Stage::kStart) = {Background("load")};
  runner_.On("load", RunsFor(absl::Seconds(2), 3));
  Start(absl::Seconds(10));
  Advance(absl::Seconds(2));
  EXPECT_THAT(listener_.events, Contains("load ended early: 3"));
  Advance(absl::Seconds(8));
  ExpectSuccess();
}

TEST_F(EngineAttemptsTest, ABackgroundTimeoutIsReportedAndFailsNothing) {
  Tasks(Stage::kStart) = {Background("load")};
  Tasks(Stage::kStart)[0].timeout = absl::Seconds(2);
  runner_.On("load", RunsOn());
  Start(absl::Seconds(10));
  Advance(absl::Seconds(2));
  EXPECT_THAT(listener_.events, Contains("load ended early: -15"));
  Advance(absl::Seconds(8));
  ExpectSuccess();
}

TEST_F(EngineAttemptsTest, ABackgroundTaskThatTheRunEndsDoesNotEndEarly) {
  Tasks(Stage::kStart) = {Background("load")};
  runner_.On("load", RunsOn());
  Start(absl::Seconds(1));
  Advance(absl::Seconds(1));
  EXPECT_THAT(listener_.Those("load"),
              ElementsAre("load begins 1", "load is up", "load succeeded",
                          "load ended: -15"));
  EXPECT_EQ(listener_.events.back(), "run ends");
}

}  // namespace
}  // namespace servo::stages
