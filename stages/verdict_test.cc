#include "stages/verdict.h"

#include <csignal>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/captured.h"
#include "base/code_ranges.h"
#include "exec/runner.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/request.h"
#include "plan/plan.h"

namespace servo::stages {
namespace {

using ::testing::HasSubstr;

exec::Result Ended(exec::Ending ending, int code, const std::string& out = "",
                   const std::string& err = "") {
  exec::Result result;
  result.ending = ending;
  result.code = code;
  result.out.Append(out);
  result.err.Append(err);
  return result;
}

plan::Task Named(const std::string& name) {
  plan::Task task;
  task.name = name;
  return task;
}

TEST(DescribeCodeTest, ExitCodesAndSignals) {
  EXPECT_EQ(DescribeCode(0), "exit code 0");
  EXPECT_EQ(DescribeCode(127), "exit code 127");
  EXPECT_EQ(DescribeCode(-SIGSEGV), "killed by SIGSEGV");
  EXPECT_EQ(DescribeCode(-SIGRTMAX), "killed by signal 64");
}

TEST(JudgeProcessTest, ExitCodeZeroSucceeds) {
  const Verdict verdict = JudgeProcess(
      plan::ProcessAction(), Ended(exec::Ending::kExited, 0, "o", "e"));
  EXPECT_TRUE(verdict.success);
  EXPECT_EQ(verdict.code, 0);
  EXPECT_EQ(verdict.output, "stdout: o, stderr: e");
}

TEST(JudgeProcessTest, OnlyListedExitCodesSucceed) {
  plan::ProcessAction action;
  action.success_exitcodes = base::CodeRanges(1, 3);
  for (int code = 0; code < 256; ++code) {
    const Verdict verdict =
        JudgeProcess(action, Ended(exec::Ending::kExited, code));
    EXPECT_EQ(verdict.success, 1 <= code && code <= 3) << code;
  }
  EXPECT_EQ(JudgeProcess(action, Ended(exec::Ending::kExited, 0)).why,
            "exit code 0 (expected 1-3)");
}

TEST(JudgeProcessTest, ASignalIsAFailureEvenIfItsNumberLooksLikeSuccess) {
  const Verdict verdict = JudgeProcess(
      plan::ProcessAction(), Ended(exec::Ending::kSignaled, -SIGKILL));
  EXPECT_FALSE(verdict.success);
  EXPECT_EQ(verdict.code, -9);
  EXPECT_EQ(FailureText(Named("load"), verdict),
            "Task load failed with result -9: killed by SIGKILL");
}

TEST(JudgeProcessTest, FailureShowsTheTailOfStderr) {
  const Verdict verdict =
      JudgeProcess(plan::ProcessAction(),
                   Ended(exec::Ending::kExited, 7, "progress\n", "no host\n"));
  EXPECT_EQ(FailureText(Named("ping"), verdict),
            "Task ping failed with result 7: exit code 7; stderr: no host");
}

TEST(JudgeProcessTest, FailureShowsStdoutWhereStderrIsEmpty) {
  const Verdict verdict = JudgeProcess(
      plan::ProcessAction(), Ended(exec::Ending::kExited, 1, "FAIL: 3 of 9\n"));
  EXPECT_EQ(verdict.why, "exit code 1; stdout: FAIL: 3 of 9");
}

TEST(JudgeProcessTest, FailureShowsALittleOfMuchOutput) {
  std::string much;
  for (int i = 0; i < 10000; ++i) much += "line\n";
  const Verdict verdict = JudgeProcess(
      plan::ProcessAction(), Ended(exec::Ending::kExited, 1, "", much));
  EXPECT_LT(verdict.why.size(), 1200u);
  EXPECT_THAT(verdict.output, HasSubstr(much));
}

TEST(JudgeProcessTest, TimeoutIsAFailureWhateverTheExitCode) {
  const Verdict verdict = JudgeProcess(
      plan::ProcessAction(), Ended(exec::Ending::kTimedOut, 0, "o", "e"));
  EXPECT_FALSE(verdict.success);
  EXPECT_EQ(FailureText(Named("slow"), verdict),
            "Task slow timed out. stdout o:, stderr: e");
  EXPECT_EQ(NotificationText(Named("slow"), verdict),
            "Task slow timed out. stdout o:, stderr: e");
}

TEST(JudgeProcessTest, StoppedIsAFailureWhateverTheExitCode) {
  const Verdict verdict =
      JudgeProcess(plan::ProcessAction(), Ended(exec::Ending::kStopped, 0));
  EXPECT_FALSE(verdict.success);
  EXPECT_EQ(verdict.why, "exit code 0 after it was told to end");
}

plan::RequestAction Get() {
  plan::RequestAction action;
  action.request.url = "http://api:8080/start";
  return action;
}

http::Response Answer(int status, const std::string& line,
                      const std::string& body = "") {
  http::Response response;
  response.status = status;
  response.status_line = line;
  response.url = "http://api:8080/start";
  response.body.Append(body);
  return response;
}

TEST(JudgeRequestTest, ListedStatusSucceeds) {
  const Verdict verdict = JudgeRequest(
      Get(), Answer(204, "HTTP/1.1 204 No Content"), absl::UnixEpoch());
  EXPECT_TRUE(verdict.success);
  EXPECT_EQ(verdict.code, 204);
  EXPECT_EQ(NotificationText(Named("api"), verdict),
            "Task api completed. status: HTTP/1.1 204 No Content, response: ");
}

TEST(JudgeRequestTest, UnlistedStatusFailsAndTellsWhy) {
  const Verdict verdict = JudgeRequest(
      Get(), Answer(503, "HTTP/1.1 503 Service Unavailable", "busy\n"),
      absl::UnixEpoch());
  EXPECT_EQ(FailureText(Named("api"), verdict),
            "Task api failed with result 503: GET http://api:8080/start: "
            "HTTP/1.1 503 Service Unavailable (expected 200-399); response: "
            "busy");
}

TEST(JudgeRequestTest, RetryAfterIsRead) {
  http::Response response = Answer(503, "HTTP/1.1 503 Service Unavailable");
  response.headers.emplace_back("retry-after", "17");
  EXPECT_EQ(JudgeRequest(Get(), response, absl::UnixEpoch()).retry_after,
            absl::Seconds(17));
}

TEST(JudgeRequestTest, NoAnswerHasNoResult) {
  const Verdict verdict = JudgeRequest(
      Get(), absl::UnavailableError("GET http://api:8080/start: no route"),
      absl::UnixEpoch());
  EXPECT_FALSE(verdict.success);
  EXPECT_EQ(FailureText(Named("api"), verdict),
            "Task api failed: GET http://api:8080/start: no route");
}

TEST(JudgeRequestTest, DeadlineIsATimeout) {
  const Verdict verdict = JudgeRequest(
      Get(), absl::DeadlineExceededError("GET http://api:8080/start: 5s over"),
      absl::UnixEpoch());
  EXPECT_EQ(FailureText(Named("api"), verdict),
            "Task api timed out. GET http://api:8080/start: 5s over");
}

TEST(CouldNotStartTest, HasTheReasonAndNoResult) {
  const Verdict verdict =
      CouldNotStart(absl::NotFoundError("no such program: foo"));
  EXPECT_FALSE(verdict.success);
  EXPECT_EQ(FailureText(Named("t"), verdict),
            "Task t failed: no such program: foo");
  EXPECT_EQ(NotificationText(Named("t"), verdict),
            "Task t completed. not started: no such program: foo");
}

}  // namespace
}  // namespace servo::stages
