// `measure` beside another driver under the aggregator: contract.md section 1.

#include "cmd/e2e/aggregator.h"

#include <csignal>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
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
    Aggregator aggregator({{"measure-exec", &measure}, {"count", &counter}});
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
  DriverProcess& measure =
      Start({.argv = {RunfilePath("cmd/measure"), "--describe", "app"}});
  DriverProcess& counter = Start(Counting({"--describe", "app"}));
  Aggregator aggregator({{"measure-exec", &measure}, {"count", &counter}});
  Await([&] { return aggregator.Step(); }, "all drivers");
  json metrics = measure.answer()["metrics"];
  metrics.update(counter.answer()["metrics"]);
  EXPECT_EQ(metrics, json::parse(R"({"requests": {"unit": "1"},
                                     "rate": {"unit": "1/s"}})"));
}

TEST_F(AggregatorTest, MergesMetricsAndAnnotations) {
  Configure(R"(
exec:
  start: [{async: true, exec: [sleep, "1000"]}]
  post: [{shell_exec: echo post > $EVENTS}]
)");
  DriverProcess& measure = Start(MeasureCommand(0.2));
  DriverProcess& counter = Start(Counting({"app"}));
  Aggregated result = RunBoth(measure, counter);
  EXPECT_TRUE(result.ok);
  EXPECT_EQ(result.metrics,
            json::parse(R"({"requests": {"value": 200, "unit": "1"},
                            "rate": {"value": 1000, "unit": "1/s"}})"));
  EXPECT_EQ(result.annotations, json::parse(R"({"counter": "exact"})"));
  EXPECT_THAT(events(), ElementsAre("post"));
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
