// `measure` beside another driver under the aggregator: contract.md section 1.

#include "cmd/e2e/aggregator.h"

#include <algorithm>
#include <csignal>
#include <list>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/loop.h"
#include "cmd/e2e/core.h"
#include "cmd/e2e/driver_process.h"
#include "cmd/e2e/runfiles.h"
#include "cmd/e2e/scenario.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace servo::e2e {
namespace {

using ::nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class AggregatorTest : public ScenarioTest {
 protected:
  static DriverCommand Counting(std::vector<std::string> args) {
    args.insert(args.begin(), RunfilePath("cmd/e2e/metrics_driver"));
    return {.argv = args, .input = Request(0.2)};
  }

  // Until both drivers are over; checks them.
  Aggregated RunBoth(DriverProcess& measure, DriverProcess& counter) {
    Aggregator aggregator(&loop_,
                          {{"measure-exec", &measure}, {"count", &counter}});
    Await([&] { return aggregator.Step(); }, "all drivers");
    AwaitEnd(measure);
    AwaitEnd(counter);
    return aggregator.Result();
  }
};

TEST_F(AggregatorTest, AsksEachDriverWhatItIs) {
  // Without an APP_ID, as the aggregator does.
  DriverProcess& measure =
      Start({.argv = {RunfilePath("cmd/measure"), "--info"}});
  DriverProcess& counter = Start(Counting({"--info"}));
  RunBoth(measure, counter);
  for (DriverProcess* driver : {&measure, &counter}) {
    EXPECT_EQ(driver->answer()["has_cancel"], true);
    EXPECT_TRUE(driver->answer()["version"].is_string());
  }
}

TEST_F(AggregatorTest, MergesDescriptions) {
  Configure("exec: {pre: [{exec: x, metrics: {p99: {unit: ms}}}]}");
  DriverProcess& measure =
      Start({.argv = {RunfilePath("cmd/measure"), "--config",
                      dir() + "/config.yaml", "--describe", "app"}});
  DriverProcess& counter = Start(Counting({"--describe", "app"}));
  Aggregator aggregator(&loop_,
                        {{"measure-exec", &measure}, {"count", &counter}});
  Await([&] { return aggregator.Step(); }, "all drivers");
  json metrics = measure.answer()["metrics"];
  metrics.update(counter.answer()["metrics"]);
  EXPECT_EQ(metrics, json::parse(R"({"requests": {"unit": "1"},
                                     "rate": {"unit": "1/s"},
                                     "p99": {"unit": "ms"}})"));
}

TEST_F(AggregatorTest, MergesMetricsAndAnnotations) {
  Configure(R"(
exec:
  start: [{async: true, exec: [sleep, "1000"]}]
  stop: [{exec: [echo, "12.5 ms"], metrics: {p99: {as: duration, unit: ms}}}]
  post: [{shell_exec: echo post > $EVENTS}]
)");
  DriverProcess& measure = Start(MeasureCommand(0.2));
  DriverProcess& counter = Start(Counting({"app"}));
  Aggregated result = RunBoth(measure, counter);
  EXPECT_TRUE(result.ok);
  EXPECT_EQ(result.metrics,
            json::parse(R"({"requests": {"value": 200, "unit": "1"},
                            "rate": {"value": 1000, "unit": "1/s"},
                            "p99": {"value": 12.5, "unit": "ms"}})"));
  EXPECT_EQ(result.annotations, json::parse(R"({"counter": "exact"})"));
  EXPECT_THAT(events(), ElementsAre("post"));
}

TEST_F(AggregatorTest, TheMetricsOfAnotherDriverSatisfyTheCore) {
  Configure("exec: {pre: [{exec: 'true'}]}");
  DriverProcess& measure = Start(MeasureCommand(0));
  DriverProcess& counter = Start(Counting({"app"}));
  const Aggregated result = RunBoth(measure, counter);
  EXPECT_FALSE(JudgeAsTheCore(measure).ok);
  EXPECT_TRUE(JudgeAsTheCore(result.metrics).ok) << result.metrics;
}

TEST_F(AggregatorTest, TheFailureOfAnotherDriverCancelsThisOneCleanly) {
  Configure(R"(
exec:
  start: [{async: true, exec: [sleep, "1000"]}]
  post: [{shell_exec: 'echo "post $SERVO_EXEC_RESULT" > $EVENTS'}]
)");
  DriverProcess& measure = Start(MeasureCommand(1000));
  Await([&] { return measure.Said("Measuring"); }, "the window");
  DriverProcess& counter = Start(Counting({"app", "--fail"}));
  Aggregated result = RunBoth(measure, counter);
  EXPECT_FALSE(result.ok);
  ASSERT_THAT(result.errors, SizeIs(2));
  EXPECT_THAT(result.errors[0], HasSubstr("the counter broke"));
  EXPECT_THAT(result.errors[1],
              HasSubstr("exited with status code 3. Stdout: {\"message\":"
                        "\"Exiting due to signal: SIGUSR1\""));
  EXPECT_THAT(events(), ElementsAre("post cancelled"));
}

TEST_F(AggregatorTest, TheFailureOfThisDriverCancelsTheOthers) {
  Configure("exec: {pre: [{name: check, exec: 'false'}]}");
  DriverCommand counting = Counting({"app"});
  counting.input = Request(1000);
  DriverProcess& counter = Start(counting);
  Await([&] { return counter.Said("counting"); }, "the other driver");
  DriverProcess& measure = Start(MeasureCommand(0));
  Aggregated result = RunBoth(measure, counter);
  EXPECT_FALSE(result.ok);
  ASSERT_THAT(result.errors, SizeIs(2));
  EXPECT_THAT(result.errors[0], HasSubstr("Exiting due to signal: SIGUSR1"));
  EXPECT_THAT(result.errors[1], HasSubstr("Task check failed with result 1"));
}

// --- the core cancels ---

TEST_F(AggregatorTest, TheStandInDiesOfLinesThatComeCloseTogether) {
  // What its handler costs a driver that does not keep the pace.
  DriverProcess& hasty =
      Start({.argv = {"/bin/sh", "-c",
                      "trap '' USR1\n"
                      "echo '{\"progress\": 0, \"message\": \"a\"}'\n"
                      "echo '{\"progress\": 0, \"message\": \"b\"}'\n"
                      "read go < $GATE"}});
  Aggregator aggregator(&loop_, {{"hasty", &hasty}});
  aggregator.CancelByCore();
  Await([&] { return aggregator.Step(); }, "the aggregator's end");
  EXPECT_TRUE(aggregator.died());
  EXPECT_FALSE(hasty.exited());
  OpenGate();
  Await([&] { return hasty.over(); }, "the script's end");
}

// Several bursts of notifications a second, and a cleanup that takes a while.
constexpr char kTalkative[] = R"(
exec:
  pre:
    - &word {notify: true, exec: "true"}
    - *word
    - *word
    - &pause {exec: [sleep, "0.05"]}
    - *word
    - *word
    - *pause
    - *word
    - *word
    - *word
  start:
    - {async: true, exec: [sleep, "1000"]}
    - *word
    - *word
    - {notify: true, retries: 1000000, retry_delay: 0.02, exec: "false"}
  post:
    - *word
    - *word
    - {exec: [sleep, "0.3"]}
    - *word
    - {shell_exec: echo post > $EVENTS}
)";

TEST_F(AggregatorTest, ACancelAtAnyMomentIsOverBeforeTheNextMeasurement) {
  constexpr int kRuns = 20;
  constexpr int kAtOnce = 5;
  Configure(kTalkative);
  std::mt19937 random(18);
  for (int batch = 0; batch < kRuns / kAtOnce; ++batch) {
    struct Run {
      DriverProcess* driver;
      std::unique_ptr<Aggregator> aggregator;
      base::Loop::Registration cancel;
      bool over = false;
    };
    std::list<Run> runs;
    for (int i = 0; i < kAtOnce; ++i) {
      Run& run = runs.emplace_back();
      run.driver = &Start(MeasureCommand(1000));
      run.aggregator = std::make_unique<Aggregator>(
          &loop_,
          std::map<std::string, DriverProcess*>{{"measure-exec", run.driver}});
      run.cancel = loop_.After(absl::Milliseconds(random() % 1500),
                               [&run] { run.aggregator->CancelByCore(); });
    }
    const auto step = [](Run& run) {
      if (run.over || !run.aggregator->Step()) return run.over;
      // Here the core begins the next measurement.
      EXPECT_FALSE(run.aggregator->died());
      EXPECT_TRUE(run.driver->exited());
      return run.over = true;
    };
    Await(
        [&] {
          return std::count_if(runs.begin(), runs.end(), step) == kAtOnce;
        },
        "all aggregators");
    for (Run& run : runs) {
      AwaitEnd(*run.driver);
      EXPECT_EQ(run.driver->answer(), CancelledBy("SIGUSR1"));
    }
  }
  EXPECT_THAT(events(), SizeIs(kRuns));
}

TEST_F(AggregatorTest, ManyWordsInTheCleanupDoNotBlockIt) {
  // Between its cancel and the drivers' end the aggregator reads nothing; what
  // a pipe holds without a reader is 64 KiB.
  Configure(R"(
exec:
  post:
    - {notify: true, shell_exec: head -c 3000 /dev/zero}
    - {notify: true, shell_exec: head -c 3000 /dev/zero}
    - {shell_exec: echo post > $EVENTS}
)");
  DriverProcess& measure = Start(MeasureCommand(1000));
  Await([&] { return measure.Said("Measuring"); }, "the window");
  DriverProcess& counter = Start(Counting({"app", "--fail"}));
  RunBoth(measure, counter);
  EXPECT_EQ(measure.answer(), CancelledBy("SIGUSR1"));
  EXPECT_THAT(events(), ElementsAre("post"));
}

}  // namespace
}  // namespace servo::e2e
