// Background tasks that end before they are told to, with real processes.

#include <utility>

#include "cmd/e2e/driver_process.h"
#include "cmd/e2e/scenario.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace servo::e2e {
namespace {

using ::nlohmann::json;
using ::testing::ElementsAre;

// Longer than any of these tests takes.
constexpr double kLongWindow = 3600;

using OnExitTest = ScenarioTest;

TEST_F(OnExitTest, FailEndsTheRunInTheWindow) {
  Configure(R"(
exec:
  start:
    - name: tunnel
      async: true
      on_exit: fail
      shell_exec: echo up > $EVENTS; read go < $GATE; echo AUTH_FAILED >&2; exit 3
  stop: [{shell_exec: echo stop > $EVENTS}]
  post: [{shell_exec: 'echo "post $SERVO_EXEC_FAILED_TASK" > $EVENTS'}]
)");
  DriverProcess& driver = Start(MeasureCommand(kLongWindow));
  ASSERT_TRUE(AwaitEvent("up"));
  OpenGate();
  AwaitEnd(driver);
  constexpr char kLine[] =
      "Async task 'tunnel' ended: exit code 3; stderr: AUTH_FAILED";
  EXPECT_TRUE(FailedWith(driver.answer(), {kLine}));
  EXPECT_EQ(driver.answer()["reason"], "task-failed");
  EXPECT_TRUE(driver.Said(kLine));
  EXPECT_THAT(events(), ElementsAre("up", "post tunnel"));
}

TEST_F(OnExitTest, FailEndsTheAttemptAtHandAndStopRunsIfItIsToDoSo) {
  Configure(R"(
exec:
  stop_on_cancel: true
  start:
    - {name: tunnel, async: true, on_exit: fail, shell_exec: read go < $GATE}
    - {name: slow, retries: 9, shell_exec: echo slow > $EVENTS; exec sleep 1000}
  stop: [{shell_exec: echo stop > $EVENTS}]
  post: [{shell_exec: echo post > $EVENTS}]
)");
  DriverProcess& driver = Start(MeasureCommand(kLongWindow));
  ASSERT_TRUE(AwaitEvent("slow"));
  OpenGate();
  AwaitEnd(driver);
  EXPECT_TRUE(
      FailedWith(driver.answer(), {"Async task 'tunnel' ended: exit code 0"}));
  EXPECT_THAT(events(), ElementsAre("slow", "stop", "post"));
}

TEST_F(OnExitTest, EndWindowEndsItWithTheTasksMetrics) {
  Configure(R"(
exec:
  start:
    - name: load
      async: true
      on_exit: end_window
      success_exitcodes: 99
      shell_exec: 'echo up > $EVENTS; read go < $GATE; echo "rate: 12.5"; exit 99'
      metrics: {rate: {regex: 'rate: (\S+)'}}
  stop: [{shell_exec: echo stop > $EVENTS}]
)");
  DriverProcess& driver = Start(MeasureCommand(kLongWindow));
  ASSERT_TRUE(AwaitEvent("up"));
  OpenGate();
  AwaitEnd(driver);
  EXPECT_EQ(driver.answer()["metrics"],
            json::parse(R"({"rate": {"value": 12.5}})"))
      << driver.answer();
  EXPECT_EQ(driver.exit_code(), 0);
  EXPECT_FALSE(driver.Said("Async task"));
  EXPECT_THAT(events(), ElementsAre("up", "stop"));
}

TEST_F(OnExitTest, ATaskMayBeginWhenTheWarmUpIsOver) {
  Configure(R"(
exec:
  start:
    - name: load
      async: true
      begin: window
      on_exit: end_window
      shell_exec: echo load > $EVENTS
    - {name: early, async: true, on_exit: ignore, shell_exec: echo early > $EVENTS}
    - shell_exec: echo start > $EVENTS
  stop: [{shell_exec: echo stop > $EVENTS}]
)");
  DriverCommand command = MeasureCommand();
  command.input =
      R"({"control": {"duration": 3600, "warmup": 0.1, "delay": 0.1}})";
  DriverProcess& driver = Start(std::move(command));
  AwaitEnd(driver);
  EXPECT_EQ(driver.answer(), OkAnswer());
  EXPECT_THAT(events().back(), "stop");
  EXPECT_THAT(events()[2], "load");
}

TEST_F(OnExitTest, WhatCannotBeginInTheWindowFailsTheRun) {
  Configure(R"(
exec:
  start: [{name: load, async: true, begin: window, exec: /nowhere/load}]
  stop: [{shell_exec: echo stop > $EVENTS}]
  post: [{shell_exec: echo post > $EVENTS}]
)");
  DriverProcess& driver = RunMeasure(kLongWindow);
  EXPECT_TRUE(FailedWith(driver.answer(),
                         {"start: Task load failed: ", "/nowhere/load"}));
  EXPECT_THAT(events(), ElementsAre("post"));
}

TEST_F(OnExitTest, AnAwaitedTaskIsWaitedForAndItsMetricsAreTaken) {
  Configure(R"(
exec:
  start:
    - name: load
      async: true
      on_exit: fail
      success_exitcodes: 99
      shell_exec: 'read go < $GATE; echo "rate: 12.5"; exit 99'
      metrics: {rate: {regex: 'rate: (\S+)'}}
  stop:
    - shell_exec: echo before > $EVENTS
    - await: load
    - shell_exec: echo after > $EVENTS
)");
  DriverProcess& driver = Start(MeasureCommand());
  ASSERT_TRUE(AwaitEvent("before"));
  EXPECT_THAT(events(), ElementsAre("before"));
  OpenGate();
  AwaitEnd(driver);
  EXPECT_EQ(driver.answer()["metrics"],
            json::parse(R"({"rate": {"value": 12.5}})"))
      << driver.answer();
  EXPECT_FALSE(driver.Said("Async task"));
  EXPECT_THAT(events(), ElementsAre("before", "after"));
}

TEST_F(OnExitTest, AnAwaitJudgesTheCodeOfTheTaskThatHasEnded) {
  Configure(R"(
exec:
  start:
    - {name: load, async: true, on_exit: ignore, shell_exec: 'echo no target >&2; exit 3'}
  stop: [{name: wait, await: load}, {shell_exec: echo after > $EVENTS}]
)");
  DriverProcess& driver = RunMeasure();
  EXPECT_TRUE(FailedWith(driver.answer(),
                         {"stop: Task wait failed with result 3: exit code 3; "
                          "stderr: no target"}));
  EXPECT_TRUE(events().empty());
}

TEST_F(OnExitTest, AfterItsTimeoutAnAwaitEndsTheTask) {
  Configure(R"(
exec:
  start: [{name: load, async: true, shell_exec: 'echo up > $EVENTS; exec sleep 1000'}]
  stop: [{name: wait, await: load, timeout: 0.1}]
)");
  DriverProcess& driver = Start(MeasureCommand());
  ASSERT_TRUE(AwaitEvent("up"));
  AwaitEnd(driver);
  EXPECT_TRUE(FailedWith(driver.answer(), {"stop: Task wait timed out. "}));
}

TEST_F(OnExitTest, ATasksOwnTimeoutIsAnEarlyEnd) {
  Configure(R"(
exec:
  start:
    - name: load
      async: true
      on_exit: fail
      timeout: 0.1
      exec: [sleep, "1000"]
)");
  DriverProcess& driver = RunMeasure(kLongWindow);
  EXPECT_TRUE(FailedWith(driver.answer(),
                         {"Async task 'load' ended: killed by SIGTERM"}));
  EXPECT_TRUE(driver.Said("Task 'load' terminated due to timeout"));
}

}  // namespace
}  // namespace servo::e2e
