#include "stages/task_execution.h"

#include <optional>
#include <utility>

#include "absl/time/time.h"
#include "base/fake_loop.h"
#include "exec/fake_runner.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/fake_client.h"
#include "plan/condition.h"
#include "plan/lookup.h"
#include "plan/plan.h"
#include "stages/background_tasks.h"
#include "stages/judge.h"
#include "stages/run_listener.h"
#include "stages/run_values.h"
#include "stages/services.h"
#include "stages/testing/recording_listener.h"
#include "stages/testing/tasks.h"

namespace servo::stages {
namespace {

using ::testing::ElementsAre;

class TaskExecutionTest : public ::testing::Test {
 protected:
  void Start() {
    execution_.emplace(
        TaskExecution::Context{services_, &values_, &background_, &listener_},
        TaskId{plan::Stage::kStart, 4}, task_,
        [this](std::optional<AttemptEnd> failure) {
          ++done_calls_;
          failure_ = std::move(failure);
        });
    execution_->Start();
    loop_.RunPending();
  }

  void ExpectSuccess() {
    EXPECT_EQ(done_calls_, 1);
    EXPECT_FALSE(failure_.has_value());
  }

  void ExpectFailure(int attempt, Cause cause) {
    EXPECT_EQ(done_calls_, 1);
    ASSERT_TRUE(failure_.has_value());
    EXPECT_EQ(failure_->id, (TaskId{plan::Stage::kStart, 4}));
    EXPECT_EQ(failure_->task, &task_);
    EXPECT_EQ(failure_->attempt, attempt);
    EXPECT_STREQ(Word(failure_->judgement.cause), Word(cause));
  }

  base::FakeLoop loop_;
  exec::FakeRunner runner_{&loop_};
  http::FakeClient client_{&loop_};
  const Services services_{&loop_, &runner_, &client_};
  RecordingListener listener_;
  const plan::Plan plan_;
  RunValues values_{&plan_, {}};
  BackgroundTasks background_{services_, &values_, &listener_};
  plan::Task task_ = Exec("a");
  std::optional<TaskExecution> execution_;
  std::optional<AttemptEnd> failure_;
  int done_calls_ = 0;
};

TEST_F(TaskExecutionTest, OneAttemptIsEnoughIfItSucceeds) {
  task_.retry.retries = 3;
  Start();
  ExpectSuccess();
  EXPECT_THAT(listener_.events, ElementsAre("a begins 1", "a ends 1: success"));
}

TEST_F(TaskExecutionTest, RetriesUntilAnAttemptSucceeds) {
  task_.retry.retries = 3;
  runner_.On("a", {Exits(1), CannotStart(), Exits(0)});
  Start();
  ExpectSuccess();
  EXPECT_THAT(
      listener_.events,
      ElementsAre("a begins 1", "a ends 1: exit code", "a waits 0 for 2",
                  "a begins 2", "a ends 2: not started", "a waits 0 for 3",
                  "a begins 3", "a ends 3: success"));
}

TEST_F(TaskExecutionTest, FailsWithTheLastAttempt) {
  task_.retry = {.retries = 1, .delay = absl::Seconds(2)};
  runner_.On("a", {Exits(3), Exits(4)});
  Start();
  EXPECT_TRUE(execution_->waiting());
  loop_.Advance(absl::Milliseconds(1999));
  EXPECT_EQ(done_calls_, 0);
  loop_.Advance(absl::Milliseconds(1));
  EXPECT_FALSE(execution_->waiting());
  ExpectFailure(2, Cause::kExitCode);
  EXPECT_EQ(ResultCode(failure_->result), 4);
}

TEST_F(TaskExecutionTest, AnAttemptKnowsWhenItBeganAndEnded) {
  runner_.On("a", RunsFor(absl::Seconds(2), 1));
  const absl::Duration begin = loop_.Now();
  Start();
  loop_.Advance(absl::Seconds(5));
  ExpectFailure(1, Cause::kExitCode);
  EXPECT_EQ(failure_->begin, begin);
  EXPECT_EQ(failure_->end, begin + absl::Seconds(2));
}

TEST_F(TaskExecutionTest, ABackgroundTaskHasSucceededOnceItIsStarted) {
  task_ = Background("a");
  runner_.On("a", RunsOn());
  Start();
  ExpectSuccess();
  EXPECT_THAT(listener_.events, ElementsAre("a begins 1", "a is up"));
  EXPECT_TRUE(runner_.records()[0].running());
}

TEST_F(TaskExecutionTest, ABackgroundTaskThatCannotStartIsRetried) {
  task_ = Background("a");
  task_.retry.retries = 1;
  runner_.On("a", {CannotStart(), RunsOn()});
  Start();
  ExpectSuccess();
  EXPECT_THAT(listener_.events,
              ElementsAre("a begins 1", "a ends 1: not started",
                          "a waits 0 for 2", "a begins 2", "a is up"));
}

// ---- retry_for ----

TEST_F(TaskExecutionTest, RetriesUntilRetryForIsOver) {
  task_.retry = {.delay = absl::Seconds(1),
                 .retry_for = absl::Milliseconds(2500),
                 .unlimited = true};
  runner_.On("a", {Exits(3), Exits(4), Exits(5)});
  Start();
  loop_.Advance(absl::Seconds(10));
  // The fourth would begin at 3 s.
  ExpectFailure(3, Cause::kExitCode);
  EXPECT_EQ(ResultCode(failure_->result), 5);
  ASSERT_TRUE(failure_->given_up.has_value());
  EXPECT_EQ(failure_->given_up->after, absl::Seconds(2));
  EXPECT_EQ(failure_->given_up->attempts, 3);
}

TEST_F(TaskExecutionTest, RetryForEndsWithSuccess) {
  task_.retry = {.delay = absl::Seconds(1),
                 .retry_for = absl::Seconds(10),
                 .unlimited = true};
  runner_.On("a", {Exits(3), Exits(4), Exits(0)});
  Start();
  loop_.Advance(absl::Seconds(2));
  ExpectSuccess();
}

TEST_F(TaskExecutionTest, AnAttemptThatRetryForCutsOffHidesNoWholeOne) {
  task_.retry = {.delay = absl::Seconds(1),
                 .retry_for = absl::Seconds(5),
                 .unlimited = true};
  runner_.On("a", {Exits(7), RunsOn()});
  Start();
  loop_.Advance(absl::Milliseconds(4999));
  EXPECT_EQ(done_calls_, 0);
  loop_.Advance(absl::Seconds(1));
  ExpectFailure(1, Cause::kExitCode);
  EXPECT_EQ(ResultCode(failure_->result), 7);
  ASSERT_TRUE(failure_->given_up.has_value());
  EXPECT_EQ(failure_->given_up->attempts, 2);
  EXPECT_THAT(listener_.Those("a ends 2"), ElementsAre("a ends 2: timed out"));
}

TEST_F(TaskExecutionTest, RetryForCutsOffTheOnlyAttempt) {
  task_.retry = {.retry_for = absl::Seconds(5), .unlimited = true};
  runner_.On("a", RunsOn());
  Start();
  loop_.Advance(absl::Seconds(6));
  ExpectFailure(1, Cause::kTimedOut);
  ASSERT_TRUE(failure_->given_up.has_value());
  EXPECT_EQ(failure_->given_up->attempts, 1);
}

TEST_F(TaskExecutionTest, RetriesLimitRetryForToo) {
  task_.retry = {
      .retries = 1, .delay = absl::Seconds(1), .retry_for = absl::Seconds(10)};
  runner_.On("a", Exits(3));
  Start();
  loop_.Advance(absl::Seconds(1));
  ExpectFailure(2, Cause::kExitCode);
  ASSERT_TRUE(failure_->given_up.has_value());
  EXPECT_EQ(failure_->given_up->after, absl::Seconds(1));
  EXPECT_EQ(failure_->given_up->attempts, 2);
}

TEST_F(TaskExecutionTest, WithoutRetryForNoTimeIsTold) {
  task_.retry.retries = 1;
  runner_.On("a", Exits(3));
  Start();
  ExpectFailure(2, Cause::kExitCode);
  EXPECT_FALSE(failure_->given_up.has_value());
}

TEST_F(TaskExecutionTest, ARetryAfterOfAnAnswerThatExpectRefusesCounts) {
  task_ = Get("a");
  task_.retry = {.delay = absl::Seconds(1),
                 .retry_for = absl::Seconds(60),
                 .unlimited = true};
  plan::Condition created = {.comparison = plan::Comparison::kEquals,
                             .operand = {.text = "201"}};
  created.lookup.source = plan::Source::kStatus;
  task_.expect = {created};
  task_.expects_code = true;
  http::Response accepted = http::FakeResponse(202);
  accepted.headers = {{"Retry-After", "17"}};
  client_.Answer(accepted);
  accepted.headers = {{"Retry-After", "61"}};
  client_.Answer(accepted);
  Start();
  EXPECT_THAT(listener_.Those("a waits"), ElementsAre("a waits 17s for 2"));
  loop_.Advance(absl::Seconds(17));
  ExpectFailure(2, Cause::kExpect);
  EXPECT_TRUE(failure_->given_up.has_value());
}

TEST_F(TaskExecutionTest, ARetryAfterIsComparedUncut) {
  task_ = Get("a");
  task_.retry = {.retry_for = absl::Minutes(90), .unlimited = true};
  http::Response busy = http::FakeResponse(503);
  busy.headers = {{"Retry-After", "7200"}};
  client_.Answer(busy);
  Start();
  ExpectFailure(1, Cause::kStatus);
}

TEST_F(TaskExecutionTest, ARetryAfterBeyondRetryForEndsTheRetriesAtOnce) {
  task_ = Get("a");
  // Not even a limit of the waits makes it worth trying again.
  task_.retry = {.delay = absl::Seconds(1),
                 .max_delay = absl::Seconds(1),
                 .retry_for = absl::Seconds(60),
                 .unlimited = true};
  http::Response busy = http::FakeResponse(503);
  busy.headers = {{"Retry-After", "61"}};
  client_.Answer(busy);
  Start();
  ExpectFailure(1, Cause::kStatus);
  EXPECT_TRUE(failure_->given_up.has_value());
}

TEST_F(TaskExecutionTest, StopDuringALaterAttemptTellsOfThatOne) {
  task_.retry = {.retry_for = absl::Seconds(60), .unlimited = true};
  runner_.On("a", {Exits(7), RunsOn()});
  Start();
  execution_->Stop();
  loop_.RunPending();
  ExpectFailure(2, Cause::kStopped);
  EXPECT_FALSE(failure_->given_up.has_value());
}

TEST_F(TaskExecutionTest, StopEndsTheAttemptAndTheRetries) {
  task_.retry.retries = 3;
  runner_.On("a", RunsOn());
  Start();
  execution_->Stop();
  loop_.RunPending();
  ExpectFailure(1, Cause::kStopped);
  EXPECT_THAT(listener_.events, ElementsAre("a begins 1", "a ends 1: stopped"));
}

TEST_F(TaskExecutionTest, StopEndsTheWaitWithTheAttemptBefore) {
  task_.retry = {.retries = 1, .delay = absl::Hours(1)};
  runner_.On("a", Exits(3));
  Start();
  execution_->Stop();
  ExpectFailure(1, Cause::kExitCode);
  loop_.Advance(absl::Hours(2));
  EXPECT_EQ(runner_.lines().size(), 1u);
  EXPECT_EQ(done_calls_, 1);
}

TEST_F(TaskExecutionTest, StopDropsARequest) {
  task_ = Get("a");
  task_.retry.retries = 3;
  client_.Answer(http::FakeResponse(200), absl::InfiniteDuration());
  Start();
  execution_->Stop();
  EXPECT_TRUE(client_.records()[0].dropped);
  ExpectFailure(1, Cause::kDropped);
  EXPECT_THAT(listener_.events, ElementsAre("a begins 1", "a ends 1: dropped"));
}

TEST_F(TaskExecutionTest, KillGivesNoTime) {
  runner_.On("a", Stubborn());
  Start();
  execution_->Stop();
  execution_->Kill();
  loop_.RunPending();
  ExpectFailure(1, Cause::kStopped);
}

TEST_F(TaskExecutionTest, StopAfterTheEndDoesNothing) {
  Start();
  execution_->Stop();
  execution_->Kill();
  loop_.RunPending();
  EXPECT_EQ(done_calls_, 1);
}

TEST_F(TaskExecutionTest, DestructionDropsTheAttemptWithoutTheCallback) {
  runner_.On("a", RunsOn());
  Start();
  execution_.reset();
  EXPECT_TRUE(runner_.records()[0].dropped);
  loop_.Advance(absl::Hours(1));
  EXPECT_EQ(done_calls_, 0);
}

}  // namespace
}  // namespace servo::stages
