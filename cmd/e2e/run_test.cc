// Whole runs of the program, as the core sees them: contract.md section 2.

#include <csignal>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "cmd/e2e/driver_process.h"
#include "cmd/e2e/scenario.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/testing/loopback_server.h"
#include "nlohmann/json.hpp"

namespace servo::e2e {
namespace {

using ::nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class RunTest : public ScenarioTest {
 protected:
  http::LoopbackServer server_{&loop_};

  std::vector<std::string> Targets() const {
    std::vector<std::string> targets;
    for (const auto& request : server_.requests())
      targets.push_back(absl::StrCat(request.method, " ", request.target));
    return targets;
  }
};

// --- what ends well ---

TEST_F(RunTest, AllStagesInOrderWithAllKindsOfTask) {
  Configure(absl::StrCat(R"(
web: {port: 80}
exec:
  pre:
    - name: reachable
      request: {url: ")",
                         server_.Url("/ready"), R"("}
    - exec: ["/bin/sh", "-c", "echo pre > $EVENTS"]
  start:
    - shell_exec: echo start > $EVENTS
    - name: load
      async: true
      shell_exec: echo load > $EVENTS; exec sleep 1000
  stop:
    - name: stop load
      request:
        method: POST
        url: ")",
                         server_.Url("/stop"), R"("
        data: '{"now": true}'
    - shell_exec: echo stop > $EVENTS
  post:
    - shell_exec: echo post > $EVENTS
)"));
  DriverProcess& driver = RunMeasure(0.2);
  EXPECT_EQ(driver.answer(), OkAnswer());
  EXPECT_EQ(driver.exit_code(), 0);
  EXPECT_EQ(driver.errors(), "");
  // `load` begins some time after it was started.
  std::vector<std::string> order;
  for (const std::string& event : events()) {
    if (event != "load") order.push_back(event);
  }
  EXPECT_THAT(order, ElementsAre("pre", "start", "stop", "post"));
  EXPECT_THAT(Targets(), ElementsAre("GET /ready", "POST /stop"));
  EXPECT_EQ(server_.requests()[1].body, "{\"now\": true}");
}

TEST_F(RunTest, ProgressIsZeroBeforeTheWindowAndAHundredAfterIt) {
  Configure(R"(
exec:
  pre: [{exec: [sleep, "1.1"]}]
  start: [{exec: [sleep, "1.1"]}]
  stop: [{exec: [sleep, "1.1"]}]
  post: [{exec: [sleep, "1.1"]}]
)");
  // Each stage lasts longer than a line has to wait for the one before it.
  DriverProcess& driver = RunMeasure(1.1);
  ASSERT_GE(driver.progress().size(), 3u);
  EXPECT_EQ(driver.progress().front()["progress"], 0);
  EXPECT_EQ(driver.progress().back()["progress"], 100);
  for (const char* text :
       {"Stage pre", "Stage start", "Measuring", "Stage stop", "Stage post"}) {
    EXPECT_TRUE(driver.Said(text)) << text;
  }
}

TEST_F(RunTest, TheWindowIsDelayWarmupAndDurationFromTheEndOfStart) {
  Configure(R"(
exec:
  start: [{shell_exec: "sleep 0.2; echo started > $EVENTS"}]
  stop: [{shell_exec: "echo stopping > $EVENTS"}]
)");
  DriverCommand command = MeasureCommand();
  command.input =
      R"({"control": {"delay": 0.1, "warmup": 0.1, "duration": 0.1}})";
  DriverProcess& driver = Start(command);
  ASSERT_TRUE(AwaitEvent("started"));
  const absl::Duration started = loop_.Now();
  ASSERT_TRUE(AwaitEvent("stopping"));
  const absl::Duration window = loop_.Now() - started;
  AwaitEnd(driver);
  // Later by what it takes to end one process and to start the next.
  EXPECT_GE(window, absl::Milliseconds(290));
  EXPECT_LE(window, absl::Seconds(20));
}

TEST_F(RunTest, EveryWriteIsOneLine) {
  Configure(R"(
exec:
  pre: [{shell_exec: "head -c 5000 /dev/zero", notify: true}]
)");
  DriverCommand command = MeasureCommand();
  command.stdout_keeps_writes = true;
  DriverProcess& driver = Start(command);
  AwaitEnd(driver);
  EXPECT_EQ(driver.answer(), OkAnswer());
}

TEST_F(RunTest, NothingThatATaskPrintsReachesTheDriversStreams) {
  Configure(R"(
exec:
  pre: [{shell_exec: "echo loud; echo louder >&2"}]
  start: [{async: true, shell_exec: "echo loud; echo louder >&2; exec sleep 1000"}]
)");
  DriverProcess& driver = RunMeasure();
  EXPECT_EQ(driver.answer(), OkAnswer());
  EXPECT_EQ(driver.errors(), "");
  EXPECT_FALSE(driver.Said("loud"));
}

TEST_F(RunTest, TasksInheritNoDescriptor) {
  Configure(R"(
exec:
  pre:
    # ls has one of its own open, the directory that it reads.
    - shell_exec: echo "pre" $(ls /proc/self/fd) > $EVENTS
    - shell_exec: for fd in 0 1 2; do link=$(readlink /proc/$$/fd/$fd); echo $link > $EVENTS; done
  start:
    - async: true
      shell_exec: echo "start" $(ls /proc/self/fd) > $EVENTS
  stop:
    - shell_exec: read go < $GATE
)");
  DriverProcess& driver = Start(MeasureCommand());
  Await([&] { return events().size() == 5; }, "the descriptors");
  OpenGate();
  AwaitEnd(driver);
  EXPECT_EQ(events()[0], "pre 0 1 2 3");
  EXPECT_EQ(events()[1], "/dev/null");
  for (int i : {2, 3}) {
    EXPECT_THAT(events()[i], testing::StartsWith("pipe:["));
    EXPECT_NE(events()[i], driver.stdout_pipe());
  }
  EXPECT_EQ(events()[4], "start 0 1 2 3");
}

TEST_F(RunTest, NotifySendsWhatATaskPrintedWhateverTheBytes) {
  Configure(R"(
exec:
  pre: [{name: talk, notify: true, shell_exec: "printf 'a\\377b'; echo oh >&2"}]
)");
  DriverProcess& driver = RunMeasure();
  EXPECT_TRUE(
      driver.Said("Task talk completed. stdout: a\xef\xbf\xbd"
                  "b, stderr: oh"))
      << json(driver.progress()).dump();
}

TEST_F(RunTest, NotifyOfARequestSendsStatusAndBody) {
  server_.Answer(http::Reply::Of(201, "made it"));
  Configure(
      absl::StrCat("exec: {pre: [{name: get, notify: true, request: {url: \"",
                   server_.Url("/"), "\"}}]}"));
  DriverProcess& driver = RunMeasure();
  EXPECT_TRUE(driver.Said(
      "Task get completed. status: HTTP/1.1 201 Reason, response: made it"))
      << json(driver.progress()).dump();
}

TEST_F(RunTest, NotifyOfABackgroundTaskSendsWhatItPrintedUntilTheEnd) {
  Configure(R"(
exec:
  start:
    - name: load
      async: true
      notify: true
      shell_exec: echo working; echo up > $EVENTS; exec sleep 1000
  stop: [{shell_exec: read go < $GATE}]
)");
  DriverProcess& driver = Start(MeasureCommand());
  AwaitEvent("up");
  OpenGate();
  AwaitEnd(driver);
  EXPECT_EQ(driver.answer(), OkAnswer());
  EXPECT_TRUE(driver.Said("Async task 'load' status: stdout working"))
      << json(driver.progress()).dump();
}

TEST_F(RunTest, RetriesUntilItWorks) {
  server_.Answer(http::Reply::Of(503));
  server_.Answer(http::Reply::Of(503));
  Configure(absl::StrCat(R"(
exec:
  pre:
    - retries: 2
      shell_exec: echo try > $EVENTS; test -e $DIR/second || { touch $DIR/second; exit 1; }
    - retries: 2
      request: {url: ")",
                         server_.Url("/flaky"), R"("}
)"));
  DriverProcess& driver = RunMeasure();
  EXPECT_EQ(driver.answer(), OkAnswer());
  EXPECT_THAT(events(), ElementsAre("try", "try"));
  EXPECT_EQ(server_.requests().size(), 3u);
}

TEST_F(RunTest, IgnoredFailuresFailNothing) {
  Configure(R"(
exec:
  pre:
    - {ignore_exitcode: true, exec: "false"}
    - {ignore_exitcode: true, exec: /does/not/exist}
    - {ignore_exitcode: true, timeout: 0.05, exec: [sleep, "1000"]}
    - {ignore_exitcode: true, request: {url: "http://127.0.0.1:1/"}}
    - shell_exec: echo next > $EVENTS
)");
  DriverProcess& driver = RunMeasure();
  EXPECT_EQ(driver.answer(), OkAnswer());
  EXPECT_THAT(events(), ElementsAre("next"));
}

TEST_F(RunTest, FailuresInPostAreIgnoredAndTheRestOfItRuns) {
  Configure(R"(
exec:
  post:
    - {name: broken, exec: "false"}
    - shell_exec: echo post > $EVENTS
)");
  DriverProcess& driver = RunMeasure();
  EXPECT_EQ(driver.answer(), OkAnswer());
  EXPECT_EQ(driver.exit_code(), 0);
  EXPECT_THAT(events(), ElementsAre("post"));
}

TEST_F(RunTest, ArgumentsStayAsWritten) {
  Configure(R"(
exec:
  pre:
    - exec: [sh, -c, 'printf "%s|" "$@" > $DIR/arguments', $0, 010, yes, 1.50, "a  b", '*', $HOME]
    - shell_exec: ['printf "%s|" "$0" "$@" >> $DIR/arguments', first, second one]
)");
  RunMeasure();
  std::ifstream file(dir() + "/arguments");
  std::string arguments;
  std::getline(file, arguments);
  EXPECT_EQ(arguments, "010|yes|1.50|a  b|*|$HOME|first|second one|");
}

TEST_F(RunTest, TasksKnowTheirStageAndPostKnowsTheResult) {
  Configure(R"(
exec:
  pre:
    - shell_exec: echo "$SERVO_APP_ID $SERVO_EXEC_STAGE $SERVO_EXEC_TASK" > $EVENTS
    - {name: broken, exec: "false"}
  post:
    - shell_exec: echo "$SERVO_EXEC_RESULT $SERVO_EXEC_FAILED_TASK" > $EVENTS
)");
  RunMeasure();
  EXPECT_THAT(events(), ElementsAre("app pre pre[0]", "failed broken"));
}

TEST_F(RunTest, WhatADetachedGrandchildHoldsOpenDelaysNothingAndItIsEnded) {
  Configure(R"(
exec:
  pre:
    - shell_exec: (setsid sleep 1000 &) ; echo done > $EVENTS
)");
  DriverProcess& driver = RunMeasure();  // checks that no process is left
  EXPECT_EQ(driver.answer(), OkAnswer());
}

TEST_F(RunTest, BackgroundTasksLiveUntilPostIsOver) {
  Configure(R"(
exec:
  start:
    - async: true
      shell_exec: trap 'echo load ended > $EVENTS; exit' TERM; echo load > $EVENTS; while :; do sleep 0.01; done
  stop: [{shell_exec: read go < $GATE}]
  post:
    - shell_exec: echo post > $EVENTS
)");
  DriverProcess& driver = Start(MeasureCommand());
  AwaitEvent("load");
  OpenGate();
  AwaitEnd(driver);
  EXPECT_THAT(events(), ElementsAre("load", "post", "load ended"));
}

TEST_F(RunTest, ABackgroundTaskThatDiesEarlyIsToldAndFailsNothing) {
  Configure(R"(
exec:
  start:
    - {name: load, async: true, shell_exec: "echo AUTH_FAILED >&2; exit 7"}
  stop: [{shell_exec: read go < $GATE}]
)");
  DriverProcess& driver = Start(MeasureCommand());
  const char* const told =
      "Async task 'load' ended: exit code 7; stderr: AUTH_FAILED";
  Await([&] { return driver.Said(told); }, "the end to be told");
  OpenGate();
  AwaitEnd(driver);
  EXPECT_THAT(driver.errors(), HasSubstr(told));
  EXPECT_EQ(driver.answer(), OkAnswer());
}

TEST_F(RunTest, ABackgroundTaskIsEndedAtItsTimeout) {
  Configure(R"(
exec:
  start:
    - {name: load, async: true, timeout: 0.1, exec: [sleep, "1000"]}
  stop: [{shell_exec: read go < $GATE}]
)");
  DriverProcess& driver = Start(MeasureCommand());
  Await([&] { return driver.Said("Task 'load' terminated due to timeout"); },
        "the timeout to be told");
  OpenGate();
  AwaitEnd(driver);
  EXPECT_EQ(driver.answer(), OkAnswer());
}

TEST_F(RunTest, AnEmptySectionRunsNothingAndWarns) {
  Configure("web: {}\n");
  DriverProcess& driver = RunMeasure();
  EXPECT_EQ(driver.answer(), OkAnswer());
  EXPECT_THAT(driver.errors(), HasSubstr("exec"));
  // The core drops stderr on success.
  EXPECT_TRUE(driver.Said("the file has no section exec"))
      << json(driver.progress()).dump();
}

// --- what fails ---

// A stage in which a task fails, and the events that then come.
struct FailingStage {
  const char* stage;
  std::vector<std::string> events;
};

class FailureIn : public RunTest,
                  public testing::WithParamInterface<FailingStage> {};

INSTANTIATE_TEST_SUITE_P(
    EachStage, FailureIn,
    testing::Values(FailingStage{"pre", {"pre", "post"}},
                    FailingStage{"start", {"pre", "start", "post"}},
                    FailingStage{"stop", {"pre", "start", "stop", "post"}}),
    [](const auto& test) { return test.param.stage; });

TEST_P(FailureIn, EndsTheStageSkipsTheRestAndRunsPostOnce) {
  std::string yaml = "exec:\n";
  for (const std::string stage : {"pre", "start", "stop", "post"}) {
    absl::StrAppend(&yaml, "  ", stage, ":\n    - shell_exec: echo ", stage,
                    " > $EVENTS\n");
    if (stage == GetParam().stage) {
      absl::StrAppend(&yaml,
                      "    - name: broken\n"
                      "      shell_exec: echo reason >&2; exit 3\n"
                      "    - shell_exec: echo not reached > $EVENTS\n");
    }
  }
  Configure(yaml);
  DriverProcess& driver = RunMeasure();
  EXPECT_TRUE(FailedWith(driver.answer(),
                         {GetParam().stage, "Task broken failed with result 3",
                          "exit code 3", "stderr: reason"}));
  EXPECT_EQ(driver.answer()["reason"], "task-failed");
  EXPECT_EQ(driver.exit_code(), 1);
  EXPECT_EQ(events(), GetParam().events);
}

// A task that fails, and what the answer says of it.
struct Failing {
  const char* name;
  std::string task;  // keys, one a line
  std::vector<std::string> parts;
};

class FailureOf : public RunTest,
                  public testing::WithParamInterface<Failing> {};

INSTANTIATE_TEST_SUITE_P(
    EachKind, FailureOf,
    testing::ValuesIn<Failing>({
        {"AnExitCode",
         "exec: [sh, -c, 'echo tail >&2; exit 9']",
         {"failed with result 9", "tail"}},
        {"ASignal",
         "shell_exec: kill -KILL $$",
         {"failed with result -9", "SIGKILL"}},
        {"NoSuchProgram",
         "exec: /does/not/exist",
         {"/does/not/exist", "no such file"}},
        {"NotExecutable",
         "exec: /etc/passwd",
         {"/etc/passwd", "not executable"}},
        {"ATimeout",
         "timeout: 0.1\n      exec: [sleep, '1000']",
         {"timed out"}},
        {"ATimeoutThatTermDoesNotEnd",
         "timeout: 0.1\n      kill_timeout: 0.1\n      shell_exec: trap '' "
         "TERM; while :; "
         "do sleep 1000; done",
         {"timed out"}},
        {"ATimeoutThatEndsWithExitCode0",
         "timeout: 0.1\n      shell_exec: trap 'exit 0' TERM; while :; do "
         "sleep "
         "0.01; done",
         {"timed out"}},
        {"AStatus",
         "request: {url: 'SERVER/teapot'}",
         {"failed with result 418", "GET", "/teapot", "418",
          "short and stout"}},
        {"NobodyListens",
         "request: {url: 'http://127.0.0.1:1/x'}",
         {"http://127.0.0.1:1/x", "onnect"}},
        {"ASilentServer",
         "request: {url: 'SERVER/stall', http_timeout: 0.1}",
         {"/stall"}},
        {"ARequestsTimeout",
         "timeout: 0.1\n      request: {url: 'SERVER/stall'}",
         {"timed out"}},
    }),
    [](const auto& test) { return test.param.name; });

TEST_P(FailureOf, IsToldWithItsReason) {
  server_.AnswerAlways("/teapot", http::Reply::Of(418, "short and stout"));
  server_.AnswerAlways("/stall", http::Reply().Stall());
  std::string server = server_.Url("");
  std::string task = GetParam().task;
  if (size_t at = task.find("SERVER"); at != task.npos)
    task.replace(at, 6, server);
  Configure(absl::StrCat("exec:\n  pre:\n    - name: broken\n      ", task,
                         "\n  post:\n    - shell_exec: echo post > $EVENTS\n"));
  DriverProcess& driver = RunMeasure();
  std::vector<std::string> parts = {"pre", "Task broken"};
  parts.insert(parts.end(), GetParam().parts.begin(), GetParam().parts.end());
  EXPECT_TRUE(FailedWith(driver.answer(), parts));
  EXPECT_EQ(driver.exit_code(), 1);
  EXPECT_THAT(events(), ElementsAre("post"));
}

TEST_F(RunTest, EachAttemptIsToldWithNotify) {
  Configure(R"(
exec:
  pre: [{name: broken, notify: true, retries: 2, shell_exec: "echo no; exit 1"}]
)");
  DriverProcess& driver = RunMeasure();
  // They share a line.
  std::string told;
  for (const json& line : driver.progress())
    absl::StrAppend(&told, line["message"].get<std::string>(), "\n");
  EXPECT_THAT(std::vector<std::string>(absl::StrSplit(
                  told, "Task broken completed. stdout: no\n, stderr: ")),
              SizeIs(4))
      << told;
  EXPECT_EQ(driver.exit_code(), 1);
}

TEST_F(RunTest, NoSecretOfAUrlIsTold) {
  Configure(
      "exec: {pre: [{request: {url: "
      "'http://user:hunter2@127.0.0.1:1/'}}]}");
  DriverCommand command = MeasureCommand();
  command.argv.insert(command.argv.begin() + 1, "--verbose");
  DriverProcess& driver = Start(command);
  AwaitEnd(driver);
  EXPECT_EQ(driver.exit_code(), 1);
  const std::string everything = absl::StrCat(
      driver.answer().dump(), driver.errors(), json(driver.progress()).dump());
  EXPECT_EQ(everything.find("hunter2"), std::string::npos) << everything;
  EXPECT_THAT(everything, HasSubstr("127.0.0.1:1"));
}

}  // namespace
}  // namespace servo::e2e
