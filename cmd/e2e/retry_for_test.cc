// Waiting for a server with `retry_for`, and tasks that only some runs have.

#include <string>

#include "absl/strings/str_cat.h"
#include "cmd/e2e/driver_process.h"
#include "cmd/e2e/scenario.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/testing/loopback_server.h"

namespace servo::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class RetryForTest : public ScenarioTest {
 protected:
  http::LoopbackServer server_{&loop_};
};

TEST_F(RetryForTest, WaitsUntilTheServerIsReady) {
  for (int i = 0; i < 3; ++i) server_.Answer(http::Reply::Of(503));
  Configure(absl::StrCat("exec: {pre: [{request: {url: \"", server_.Url("/"),
                         "\"}, retry_for: 60, retry_delay: 0.01}]}\n"));
  EXPECT_EQ(RunMeasure().answer()["status"], "ok");
  EXPECT_THAT(server_.requests(), SizeIs(4));
}

TEST_F(RetryForTest, TellsTheLastWholeAttempt) {
  server_.Answer(http::Reply::Of(503, "warming up"));
  server_.AnswerAlways("/", http::Reply().Stall());
  Configure(absl::StrCat("exec: {pre: [{name: up, request: {url: \"",
                         server_.Url("/"),
                         "\"}, retry_for: 1, retry_delay: 0.01}]}\n"));
  const auto answer = RunMeasure().answer();
  EXPECT_EQ(answer["status"], "failed");
  EXPECT_THAT(answer["message"].get<std::string>(),
              AllOf(HasSubstr("Task up failed with result 503"),
                    HasSubstr("; given up after 1"),
                    HasSubstr("s and 2 attempts; response: warming up")));
}

TEST_F(RetryForTest, TellsThatTheServerAsksForALongerWait) {
  server_.AnswerAlways("/",
                       http::Reply::Of(202, "busy", {{"Retry-After", "100"}}));
  Configure(absl::StrCat("exec: {pre: [{name: up, request: {url: \"",
                         server_.Url("/"),
                         "\"}, expect: [{from: status, equals: 200}], "
                         "retry_for: 60}]}\n"));
  EXPECT_THAT(RunMeasure().answer()["message"].get<std::string>(),
              AllOf(HasSubstr(" and 1 attempt: the server asks to wait 1m40s, "
                              "and 59."),
                    HasSubstr("s of retry_for are left; response: busy")));
  EXPECT_THAT(server_.requests(), SizeIs(1));
}

TEST_F(RetryForTest, TheEndOfRetryForEndsAProcess) {
  Configure(
      "exec: {pre: [{name: up, exec: [sleep, '1000'], retry_for: 0.2}]}\n");
  const auto answer = RunMeasure().answer();
  EXPECT_THAT(
      answer["message"].get<std::string>(),
      AllOf(HasSubstr("Task up timed out."), HasSubstr("; given up after"),
            HasSubstr(" and 1 attempt")));
}

TEST_F(RetryForTest, PostRunsWhatTheResultAsksFor) {
  Configure(R"(
exec:
  start:
    - {name: submit, exec: "false"}
    - {name: never, exec: "true"}
  post:
    - {shell_exec: echo good > $EVENTS, when: success}
    - {shell_exec: echo never > $EVENTS, if_ran: never}
    - {shell_exec: echo withdraw > $EVENTS, when: [failed, cancelled], if_ran: submit}
)");
  EXPECT_EQ(RunMeasure().answer()["status"], "failed");
  EXPECT_THAT(events(), testing::ElementsAre("withdraw"));
}

}  // namespace
}  // namespace servo::e2e
