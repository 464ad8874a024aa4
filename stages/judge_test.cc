#include "stages/judge.h"

#include <csignal>
#include <optional>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/code_ranges.h"
#include "exec/runner.h"
#include "gtest/gtest.h"
#include "http/fake_client.h"
#include "http/request.h"
#include "plan/plan.h"
#include "stages/testing/tasks.h"

namespace servo::stages {
namespace {

exec::Result Ended(exec::Ending ending, int code) {
  exec::Result result;
  result.ending = ending;
  result.code = code;
  return result;
}

Judgement JudgeNow(const plan::Task& task, const AttemptResult& result) {
  return Judge(task, result, absl::UnixEpoch());
}

TEST(JudgeTest, ExitCodeZeroSucceeds) {
  const Judgement judgement =
      JudgeNow(Exec("a"), Ended(exec::Ending::kExited, 0));
  EXPECT_TRUE(judgement.success());
  EXPECT_EQ(judgement.cause, Cause::kNone);
}

TEST(JudgeTest, OnlyListedExitCodesSucceed) {
  plan::Task task = Exec("a");
  std::get<plan::ProcessAction>(task.action).success_exitcodes =
      base::CodeRanges(1, 3);
  for (int code = 0; code < 256; ++code) {
    const Judgement judgement =
        JudgeNow(task, Ended(exec::Ending::kExited, code));
    EXPECT_EQ(judgement.cause,
              1 <= code && code <= 3 ? Cause::kNone : Cause::kExitCode)
        << code;
  }
}

TEST(JudgeTest, ASignalIsAFailureEvenIfItsNumberLooksLikeSuccess) {
  EXPECT_EQ(JudgeNow(Exec("a"), Ended(exec::Ending::kSignaled, -SIGKILL)).cause,
            Cause::kSignal);
}

TEST(JudgeTest, TimeoutAndStopAreFailuresWhateverTheExitCode) {
  EXPECT_EQ(JudgeNow(Exec("a"), Ended(exec::Ending::kTimedOut, 0)).cause,
            Cause::kTimedOut);
  EXPECT_EQ(JudgeNow(Exec("a"), Ended(exec::Ending::kStopped, 0)).cause,
            Cause::kStopped);
}

TEST(JudgeTest, OnlyListedStatusesSucceed) {
  for (int status = 100; status < 1000; ++status) {
    const Judgement judgement = JudgeNow(Get("a"), http::FakeResponse(status));
    EXPECT_EQ(judgement.cause,
              200 <= status && status <= 399 ? Cause::kNone : Cause::kStatus)
        << status;
  }
}

TEST(JudgeTest, RetryAfterIsReadWhateverTheStatus) {
  const http::Headers headers = {{"retry-after", "17"}};
  EXPECT_EQ(
      JudgeNow(Get("a"), http::FakeResponse(503, "", headers)).retry_after,
      absl::Seconds(17));
  EXPECT_EQ(
      JudgeNow(Get("a"), http::FakeResponse(202, "", headers)).retry_after,
      absl::Seconds(17));
  plan::Task task = Get("a");
  task.expects_code = true;
  EXPECT_EQ(JudgeNow(task, http::FakeResponse(503, "", headers)).retry_after,
            absl::Seconds(17));
  EXPECT_EQ(JudgeNow(task, http::FakeResponse(503)).retry_after, std::nullopt);
}

TEST(JudgeTest, WithoutAnAnswerTheStatusTellsWhy) {
  EXPECT_EQ(JudgeNow(Get("a"), absl::UnavailableError("no route")).cause,
            Cause::kNoAnswer);
  EXPECT_EQ(JudgeNow(Get("a"), absl::DeadlineExceededError("5s over")).cause,
            Cause::kTimedOut);
  EXPECT_EQ(JudgeNow(Get("a"), absl::CancelledError("cancelled")).cause,
            Cause::kDropped);
}

TEST(ResultCodeTest, IsWhatTheAttemptBrought) {
  EXPECT_EQ(ResultCode(Ended(exec::Ending::kSignaled, -SIGKILL)), -9);
  EXPECT_EQ(ResultCode(http::FakeResponse(404)), 404);
  EXPECT_EQ(ResultCode(absl::NotFoundError("no such program")), std::nullopt);
}

}  // namespace
}  // namespace servo::stages
