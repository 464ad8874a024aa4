// Conditions of real answers and outputs: waiting for a remote job, and
// noticing its failure or end while the window lasts.

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cmd/e2e/driver_process.h"
#include "cmd/e2e/scenario.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/testing/loopback_server.h"

namespace servo::e2e {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class ConditionsTest : public ScenarioTest {
 protected:
  // The next request finds the job in this state.
  void Say(absl::string_view state, int times = 1) {
    for (int i = 0; i < times; ++i) {
      server_.Answer(
          http::Reply::Of(200, absl::StrCat("{\"state\": \"", state, "\"}")));
    }
  }

  // `stop` waits until the job is over.
  void ConfigurePolling(absl::string_view retry_for = "10m") {
    Configure(absl::StrCat(R"(
exec:
  stop:
    - name: job is over
      request: {url: ")",
                           server_.Url("/api/jobs/1"), R"("}
      expect:     [{jsonpath: $.state, equals: done}]
      give_up_if: [{jsonpath: $.state, matches: '^(failed|canceled)$'}]
      retry_delay: 0.01
      retry_for: )",
                           retry_for, R"(
  post: [{shell_exec: echo post > $EVENTS}]
)"));
  }

  // A sampler looks at the job every 0.1 s.
  void ConfigureSampler() {
    Configure(absl::StrCat(R"(
exec:
  start:
    - name: remote job
      request: {url: ")",
                           server_.Url("/api/jobs/1"), R"("}
      every: 0.1
      give_up_if:    [{jsonpath: $.state, equals: failed}]
      end_window_if: [{jsonpath: $.state, equals: done}]
  stop: [{shell_exec: echo stop > $EVENTS}]
  post: [{shell_exec: echo "post $SERVO_EXEC_RESULT" > $EVENTS}]
)"));
  }

  http::LoopbackServer server_{&loop_};
};

TEST_F(ConditionsTest, WaitsUntilTheJobIsOver) {
  Say("queued");
  Say("running", 2);
  Say("done");
  ConfigurePolling();
  EXPECT_EQ(RunMeasure().answer(), OkAnswer());
  EXPECT_THAT(server_.requests(), SizeIs(4));
}

TEST_F(ConditionsTest, GivesUpAJobThatFailed) {
  Say("running");
  Say("failed");
  ConfigurePolling();
  EXPECT_TRUE(FailedWith(
      RunMeasure().answer(),
      {"stop: Task job is over failed: expected that \"$.state\" in the "
       "response's body equals \"done\", found \"failed\"; given up after ",
       " and 2 attempts since \"$.state\" in the response's body matches "
       "\"^(failed|canceled)$\", found \"failed\""}));
  EXPECT_THAT(server_.requests(), SizeIs(2));
  EXPECT_THAT(events(), ElementsAre("post"));
}

TEST_F(ConditionsTest, TheEndOfTheTimeTellsWhatWasFoundLast) {
  server_.AnswerAlways("/api/jobs/1",
                       http::Reply::Of(200, "{\"state\": \"running\"}"));
  ConfigurePolling("0.3");
  EXPECT_TRUE(FailedWith(RunMeasure().answer(),
                         {"expected that \"$.state\"", "found \"running\"",
                          "; given up after ", " attempts"}));
}

TEST_F(ConditionsTest, AStatusThatIsExpectedIsNoFailure) {
  server_.Answer(http::Reply::Of(200));
  server_.Answer(http::Reply::Of(404));
  Configure(absl::StrCat("exec: {pre: [{name: gone, request: {url: \"",
                         server_.Url("/"),
                         "\"}, retries: 5, retry_delay: 0.01, "
                         "expect: [{from: status, equals: 404}]}]}\n"));
  EXPECT_EQ(RunMeasure().answer(), OkAnswer());
  EXPECT_THAT(server_.requests(), SizeIs(2));
}

TEST_F(ConditionsTest, AnExpectedSignalAndFileAreNoFailure) {
  Configure(absl::StrCat(R"(
exec:
  pre:
    - shell_exec: echo ready > result; kill -KILL $$
      cwd: )",
                         dir(), R"(
      expect:
        - {from: exit_code, equals: -9}
        - {from: 'file:result', equals: ready}
    - name: old
      exec: "true"
      cwd: )",
                         dir(), R"(
      expect: [{from: 'file:result', equals: ready}]
)"));
  EXPECT_TRUE(FailedWith(RunMeasure().answer(),
                         {"Task old failed: expected that the file \"result\" "
                          "equals \"ready\", but the file",
                          "has not changed since the attempt began"}));
}

TEST_F(ConditionsTest, ARemoteFailureEndsTheRunWithinTheWindow) {
  Say("running", 2);
  Say("failed");
  ConfigureSampler();
  const absl::Time begin = absl::Now();
  DriverProcess& driver = RunMeasure(1000);
  EXPECT_LT(absl::Now() - begin, absl::Seconds(30));
  EXPECT_TRUE(FailedWith(
      driver.answer(),
      {"start: Task remote job failed: given up since \"$.state\" in the "
       "response's body equals \"failed\", found \"failed\""}));
  EXPECT_EQ(driver.answer()["reason"], "task-failed");
  // The answer tells it, and no warning does.
  EXPECT_THAT(driver.errors(), Not(HasSubstr("round")));
  EXPECT_THAT(events(), ElementsAre("post failed"));
}

TEST_F(ConditionsTest, TheEndOfARemoteJobEndsTheWindow) {
  Say("running", 2);
  Say("done");
  ConfigureSampler();
  const absl::Time begin = absl::Now();
  EXPECT_EQ(RunMeasure(1000).answer(), OkAnswer());
  EXPECT_LT(absl::Now() - begin, absl::Seconds(30));
  EXPECT_THAT(events(), ElementsAre("stop", "post success"));
}

}  // namespace
}  // namespace servo::e2e
