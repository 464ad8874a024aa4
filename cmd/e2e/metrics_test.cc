// Metrics of real processes and requests, as the core sees them: language.md
// sections 2 and 9.

#include <unistd.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "cmd/e2e/core.h"
#include "cmd/e2e/driver_process.h"
#include "cmd/e2e/runfiles.h"
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

class MetricsTest : public ScenarioTest {
 protected:
  json Metrics(double duration = 0) {
    DriverProcess& driver = RunMeasure(duration);
    EXPECT_EQ(driver.answer()["status"], "ok") << driver.answer();
    return driver.answer()["metrics"];
  }

  DriverProcess& Describe() {
    DriverProcess& driver =
        Start({.argv = {RunfilePath("cmd/measure"), "--config",
                        dir() + "/config.yaml", "--describe", "app"}});
    AwaitEnd(driver);
    return driver;
  }
};

TEST_F(MetricsTest, OfAReportOnStdout) {
  Configure(R"(
exec:
  stop:
    - name: ab
      shell_exec: |
        printf 'Requests per second:    4711.25 [#/sec] (mean)\r\n'
        printf ' 50%%      2\n 99%%     17\n'
      metrics:
        throughput: {regex: 'Requests per second:\s+([\d.]+)', unit: requests/second}
        p99:        {regex: '^\s*99%\s+(\d+)', unit: ms, at_most: 300}
        errors:     {regex: 'Non-2xx responses:\s+(\d+)', absent: 0}
)");
  EXPECT_EQ(Metrics(), json::parse(R"({
    "throughput": {"value": 4711.25, "unit": "requests/second"},
    "p99": {"value": 17, "unit": "ms"},
    "errors": {"value": 0}})"));
}

TEST_F(MetricsTest, OfAResponseAFileAndTheTime) {
  http::LoopbackServer server(&loop_);
  server.Answer(http::Reply::Of(200, R"({"data": [{"v": "1"}, {"v": "2.5"}]})",
                                {{"X-Size", "2 KiB"}}));
  Configure(absl::StrCat(R"(
exec:
  stop:
    - request: {url: ")",
                         server.Url("/query"), R"("}
      metrics:
        sum: {jsonpath: '$.data[*].v', take: sum}
        code: {from: status}
        size: {from: 'header:X-Size', as: bytes, unit: B}
    - shell_exec: echo '{"mean":0.25}' > result.json; echo warned >&2; exit 3
      success_exitcodes: 3
      cwd: )",
                         dir(), R"(
      metrics:
        mean: {from: 'file:result.json', jsonpath: $.mean, scale: 1000, unit: ms}
        exit code: {from: exit_code}
        warnings: {from: stderr, regex: warned, take: count}
)"));
  EXPECT_EQ(Metrics(), json::parse(R"({
    "sum": {"value": 3.5}, "code": {"value": 200},
    "size": {"value": 2048, "unit": "B"},
    "mean": {"value": 250.0, "unit": "ms"},
    "exit code": {"value": 3}, "warnings": {"value": 1}})"));
}

TEST_F(MetricsTest, OfALoadThatReportsWhenItIsToldToEnd) {
  Configure(R"(
exec:
  start:
    - name: load
      async: true
      kill_signal: INT
      shell_exec: |
        trap 'echo "rate: 12.5"; echo ended > $EVENTS; exit 1' INT
        echo up > $EVENTS
        while :; do read go < $GATE; done
      metrics: {rate: {regex: 'rate: (\S+)'}}
  stop: [{shell_exec: echo stop > $EVENTS}]
)");
  DriverProcess& driver = Start(MeasureCommand(0.5));
  AwaitEvent("up");
  AwaitEnd(driver);
  EXPECT_EQ(driver.answer()["metrics"],
            json::parse(R"({"rate": {"value": 12.5}})"));
  EXPECT_THAT(events(), ElementsAre("up", "ended", "stop"));
}

TEST_F(MetricsTest, AMissingMetricIsTold) {
  Configure(R"(
exec:
  stop:
    - {name: ab, shell_exec: echo refused >&2, metrics: {rps: {regex: 'rps (\d+)'}}}
  post: [{shell_exec: echo "post $SERVO_EXEC_RESULT" > $EVENTS}]
)");
  DriverProcess& driver = RunMeasure();
  EXPECT_TRUE(FailedWith(
      driver.answer(),
      {"stop: Task ab failed: metric \"rps\": stdout has no match of the regex",
       "; stderr: refused"}));
  EXPECT_EQ(driver.answer()["reason"], "task-failed");
  EXPECT_FALSE(driver.answer().contains("metrics"));
  EXPECT_THAT(events(), ElementsAre("post failed"));
}

TEST_F(MetricsTest, ASkippedMetricIsAWarning) {
  Configure(R"(
exec:
  stop: [{exec: 'true', metrics: {rps: {regex: 'rps (\d+)', absent: skip}}}]
)");
  DriverProcess& driver = RunMeasure();
  EXPECT_EQ(driver.answer(), OkAnswer());
  EXPECT_THAT(driver.errors(), HasSubstr("metric \"rps\" is left out: stdout"));
}

TEST_F(MetricsTest, AnIgnoredFailureWithoutAResultHasAbsentMetrics) {
  Configure(R"(
exec:
  start:
    - name: gone
      exec: [no-such-program]
      ignore_exitcode: true
      metrics: {zero: {absent: 0}, count: {regex: x, take: count}, rps: {}}
)");
  EXPECT_EQ(Metrics(),
            json::parse(R"({"zero": {"value": 0}, "count": {"value": 0}})"));
}

TEST_F(MetricsTest, AProgressBarThatWasCutHasAFirstAndALastStep) {
  Configure(R"(
exec:
  stop:
    - shell_exec: i=0; while [ $i -lt 1000 ]; do printf 'p=%d\r' $i; i=$((i+1)); done
      max_output: 1000
      metrics:
        first: {regex: 'p=(\d+)'}
        last: {regex: 'p=(\d+)', take: last}
)");
  EXPECT_EQ(Metrics(),
            json::parse(R"({"first": {"value": 0}, "last": {"value": 999}})"));
}

TEST_F(MetricsTest, BrokenLimitsFailTheRunAndKeepTheMetrics) {
  Configure(R"(
exec:
  pre: [{exec: [echo, "412.5"], metrics: {p99: {unit: ms, at_most: 300}}}]
  stop: [{exec: [echo, "3"], metrics: {rps: {at_least: 10}}}]
  post: [{shell_exec: echo "post $SERVO_EXEC_RESULT" > $EVENTS}]
)");
  DriverProcess& driver = RunMeasure();
  EXPECT_TRUE(FailedWith(driver.answer(),
                         {"metric \"p99\" is 412.5 ms, at most 300 allowed; "
                          "metric \"rps\" is 3, at least 10 required"}));
  EXPECT_EQ(driver.answer()["reason"], "slo-violation");
  EXPECT_EQ(driver.answer()["metrics"],
            json::parse(R"({"p99": {"value": 412.5, "unit": "ms"},
                            "rps": {"value": 3}})"));
  EXPECT_EQ(driver.exit_code(), 1);
  EXPECT_THAT(events(), ElementsAre("post failed"));
}

// ---- Samples ----

TEST_F(MetricsTest, SamplersAndOutputThatIsReadAsItArrives) {
  Configure(R"yaml(
exec:
  start:
    - name: counter
      every: 0.1
      shell_exec: 'echo x >> $DIR/rounds; echo "total $(wc -l < $DIR/rounds)"'
      metrics: {rounds: {regex: 'total\s+(\d+)', over: increase}}
    - name: lines
      async: true
      sample: true
      shell_exec: 'read go < $GATE; printf "v=1\nv=3\nv="; exec sleep 1000'
      metrics:
        mean: {regex: 'v=(\d+)', unit: B}
        all: {regex: 'v=(\d+)', unit: B, series: true}
)yaml");
  DriverProcess& driver = Start(MeasureCommand(1));
  Await([&] { return driver.Said("measurement started"); }, "the beginning");
  OpenGate();
  AwaitEnd(driver);
  json metrics = driver.answer()["metrics"];
  EXPECT_GE(metrics["rounds"]["value"], 2) << driver.answer();
  EXPECT_EQ(metrics["mean"], json::parse(R"({"value": 2.0, "unit": "B"})"));
  EXPECT_EQ(metrics["all"]["unit"], "B");
  ASSERT_EQ(metrics["all"]["values"].size(), 1u);
  EXPECT_EQ(metrics["all"]["values"][0]["id"], "all");
  const json& data = metrics["all"]["values"][0]["data"];
  ASSERT_EQ(data.size(), 2u);
  EXPECT_EQ(data[0][1].dump(), "1");
}

// ---- --describe ----

TEST_F(MetricsTest, DescribeListsTheMetrics) {
  Configure(R"(
exec:
  pre: [{exec: x, metrics: {a: {unit: ms, description: the slowest}}}]
  stop: [{exec: y, metrics: {b: {}}}]
)");
  DriverProcess& driver = Describe();
  EXPECT_EQ(driver.answer(), json::parse(R"({"status": "ok", "metrics": {
    "a": {"unit": "ms", "description": "the slowest"}, "b": {}}})"));
  EXPECT_EQ(driver.exit_code(), 0);
}

TEST_F(MetricsTest, DescribeWithoutASectionHasNoMetrics) {
  Configure("other: {}");
  EXPECT_EQ(Describe().answer(),
            json::parse(R"({"status": "ok", "metrics": {}})"));
}

TEST_F(MetricsTest, DescribeTellsAllProblems) {
  Configure("exec:\n  psot: []\n  pre: [{}]\n");
  DriverProcess& driver = Describe();
  EXPECT_EQ(driver.answer()["status"], "failed");
  EXPECT_THAT(driver.answer()["message"].get<std::string>(),
              testing::AllOf(HasSubstr("exec.psot"), HasSubstr("exec.pre[0]")));
  EXPECT_EQ(driver.exit_code(), 1);
}

// ---- Under the core ----

TEST_F(MetricsTest, TheCoreTakesWhatItWasDescribed) {
  Configure(R"yaml(
exec:
  start:
    - name: load
      async: true
      sample: true
      shell_exec: 'read go < $GATE; echo "v=2"; exec sleep 1000'
      metrics: {rates: {regex: 'v=(\d+)', series: true}}
  stop:
    - exec: [echo, "12.5"]
      metrics: {p99: {unit: ms}}
    - {exec: [echo, "3"], metrics: {unwanted: {}}}
)yaml");
  const json described = Describe().answer()["metrics"];
  ASSERT_TRUE(described.contains("p99") && described.contains("rates"));
  DriverCommand command = MeasureCommand();
  command.input =
      R"({"control": {"duration": 0.5}, "metrics": ["p99", "rates"]})";
  DriverProcess& driver = Start(command);
  Await([&] { return driver.Said("measurement started"); }, "the beginning");
  OpenGate();
  AwaitEnd(driver);
  const Judgement judgement = JudgeAsTheCore(driver);
  ASSERT_TRUE(judgement.ok) << judgement.message;
  EXPECT_EQ(judgement.metrics.size(), 2u) << judgement.metrics;
  EXPECT_EQ(judgement.metrics["p99"],
            json::parse(R"({"value": 12.5, "unit": "ms"})"));
  EXPECT_TRUE(judgement.metrics.contains("rates"));
}

TEST_F(MetricsTest, TheCoreRefusesARunWithoutMetrics) {
  Configure("exec: {stop: [{exec: 'true'}]}");
  DriverProcess& driver = RunMeasure();
  EXPECT_EQ(driver.answer(), OkAnswer());
  EXPECT_EQ(driver.exit_code(), 0);
  const Judgement judgement = JudgeAsTheCore(driver);
  EXPECT_FALSE(judgement.ok);
  EXPECT_EQ(judgement.message, "Measurement driver returned no metrics");
}

TEST_F(MetricsTest, TheCoreRefusesARunWhoseOnlyMetricIsLeftOut) {
  Configure(R"(
exec: {stop: [{exec: 'true', metrics: {rps: {regex: 'rps', absent: skip}}}]}
)");
  const Judgement judgement = JudgeAsTheCore(RunMeasure());
  EXPECT_FALSE(judgement.ok);
  EXPECT_EQ(judgement.message, "Measurement driver returned no metrics");
}

TEST_F(MetricsTest, TheCoreTellsWhyARunFailed) {
  Configure("exec: {pre: [{name: check, exec: 'false'}]}");
  const Judgement judgement = JudgeAsTheCore(RunMeasure());
  EXPECT_FALSE(judgement.ok);
  EXPECT_THAT(judgement.message, HasSubstr("Task check failed with result 1"));
}

// ---- Several in one servo ----

TEST_F(MetricsTest, TheSectionIsCalledLikeTheExecutable) {
  Configure(R"(
exec: {pre: [{exec: 'false'}]}
measure-exec-b:
  stop: [{exec: [echo, "7"], metrics: {m: {}}}]
)");
  const std::string link = dir() + "/measure-exec-b";
  ASSERT_EQ(symlink(RunfilePath("cmd/measure").c_str(), link.c_str()), 0);
  DriverCommand command = MeasureCommand();
  command.argv[0] = link;
  command.environment = {{"EXEC_USE_DRIVER_NAME", "1"}};
  DriverProcess& driver = Start(command);
  AwaitEnd(driver);
  EXPECT_EQ(driver.answer()["metrics"], json::parse(R"({"m": {"value": 7}})"));

  Configure("measure-exec-b: {pre: [{}]}");
  DriverProcess& broken = Start(command);
  AwaitEnd(broken);
  EXPECT_THAT(broken.answer()["message"].get<std::string>(),
              HasSubstr("measure-exec-b.pre[0]"));
}

}  // namespace
}  // namespace servo::e2e
