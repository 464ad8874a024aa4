// `measure` beside a driver that returns metrics, examples/http_load, as the
// aggregator runs them: from one configuration file, at the same time.

#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "cmd/e2e/aggregator.h"
#include "cmd/e2e/driver_process.h"
#include "cmd/e2e/runfiles.h"
#include "cmd/e2e/scenario.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/request.h"
#include "http/testing/loopback_server.h"
#include "nlohmann/json.hpp"

namespace servo::e2e {
namespace {

using ::nlohmann::json;
using ::testing::ElementsAre;
using ::testing::SizeIs;

class HttpLoadTest : public ScenarioTest {
 protected:
  static std::string LoadProgram() {
    return RunfilePath("examples/http_load/measure");
  }

  // Both read the same file and get the same request.
  std::vector<DriverCommand> Commands(std::string request) {
    DriverCommand measure = MeasureCommand();
    measure.input = std::move(request);
    DriverCommand load = measure;
    load.argv[0] = LoadProgram();
    return {measure, load};
  }

  // 50 requests a second to the server, and a task in each stage.
  void ConfigureBoth() {
    Configure("http_load: {rate: 50, url: '" + server_.Url("/load") +
              "'}\n"
              R"(
exec:
  pre: [{shell_exec: echo pre > $EVENTS}]
  start:
    - {async: true, exec: [sleep, "1000"]}
    - {shell_exec: echo start > $EVENTS}
  stop: [{shell_exec: echo stop > $EVENTS}]
  post: [{shell_exec: 'echo "post $SERVO_EXEC_RESULT" > $EVENTS'}]
)");
  }

  int requests_to(absl::string_view target) const {
    return static_cast<int>(absl::c_count_if(
        server_.requests(),
        [target](const auto& request) { return request.target == target; }));
  }

  http::LoopbackServer server_{&loop_};
};

TEST_F(HttpLoadTest, TellsWhatItIsAndWhatItMeasures) {
  DriverProcess& info = Start({.argv = {LoadProgram(), "--info"}});
  AwaitEnd(info);
  EXPECT_EQ(info.answer()["has_cancel"], true);
  DriverProcess& describe =
      Start({.argv = {LoadProgram(), "--describe", "app"}});
  AwaitEnd(describe);
  const json& metrics = describe.answer()["metrics"];
  EXPECT_THAT(metrics, SizeIs(12));
  EXPECT_EQ(metrics["throughput"], json({{"unit", "rps"}}));
  EXPECT_EQ(metrics["latency_p99_over_time"], json({{"unit", "ms"}}));
}

TEST_F(HttpLoadTest, RunsBesideMeasure) {
  ConfigureBoth();
  for (int i = 0; i < 4; ++i) server_.Answer(http::Reply::Of(503));
  const std::vector<DriverCommand> commands =
      Commands(R"({"control": {"duration": 0.4}})");
  DriverProcess& measure = Start(commands[0]);
  DriverProcess& load = Start(commands[1]);
  Aggregator aggregator(&loop_,
                        {{"measure-exec", &measure}, {"http-load", &load}});
  Await([&] { return aggregator.Step(); }, "both drivers");
  AwaitEnd(measure);
  AwaitEnd(load);
  const Aggregated result = aggregator.Result();

  EXPECT_THAT(result.errors, ElementsAre());
  EXPECT_THAT(events(), ElementsAre("pre", "start", "stop", "post success"));

  ASSERT_THAT(result.metrics, SizeIs(12));
  EXPECT_EQ(result.annotations["requests"], 20);
  EXPECT_EQ(result.annotations["errors"], 4);
  EXPECT_EQ(result.annotations["errors_status_503"], 4);
  EXPECT_EQ(requests_to("/load"), 20);
  EXPECT_EQ(result.metrics["throughput"]["value"], 16 / 0.4);
  EXPECT_EQ(result.metrics["error_rate"]["value"], 20);
  const double median = result.metrics["latency_p50"]["value"];
  const double greatest = result.metrics["latency_max"]["value"];
  EXPECT_GT(median, 0);
  EXPECT_LE(median, greatest);
  const json values = result.metrics["latency_max_over_time"]["values"];
  ASSERT_THAT(values, SizeIs(1));
  EXPECT_EQ(values[0]["id"], "latency_max");
  ASSERT_THAT(values[0]["data"], SizeIs(1));
  EXPECT_EQ(values[0]["data"][0][1], greatest);
}

TEST_F(HttpLoadTest, TheWarmUpIsSentAndNotCounted) {
  ConfigureBoth();
  DriverProcess& load =
      Start(Commands(R"({"control": {"duration": 0.2, "warmup": 0.2}})")[1]);
  AwaitEnd(load);
  ASSERT_EQ(load.exit_code(), 0) << load.answer();
  EXPECT_EQ(load.answer()["annotations"]["requests"], 10);
  EXPECT_EQ(load.answer()["annotations"]["warmup_requests"], 10);
  EXPECT_EQ(requests_to("/load"), 20);
}

TEST_F(HttpLoadTest, BothAreCancelledWhenAThirdDriverFails) {
  ConfigureBoth();
  // So that requests are under way.
  server_.AnswerAlways("/load", http::Reply().Stall());
  const std::vector<DriverCommand> commands =
      Commands(R"({"control": {"duration": 1000}})");
  DriverProcess& measure = Start(commands[0]);
  DriverProcess& load = Start(commands[1]);
  Await([&] { return measure.Said("Measuring") && requests_to("/load") >= 3; },
        "the window of both");
  DriverProcess& third =
      Start({.argv = {RunfilePath("cmd/e2e/metrics_driver"), "--fail", "app"},
             .input = Request(0)});
  Aggregator aggregator(
      &loop_,
      {{"measure-exec", &measure}, {"http-load", &load}, {"count", &third}});
  Await([&] { return aggregator.Step(); }, "all drivers");
  AwaitEnd(measure);
  AwaitEnd(load);
  AwaitEnd(third);
  EXPECT_EQ(measure.answer(), CancelledBy("SIGUSR1"));
  EXPECT_EQ(load.answer(), CancelledBy("SIGUSR1"));
  EXPECT_EQ(measure.exit_code(), 3);
  EXPECT_EQ(load.exit_code(), 3);
  EXPECT_EQ(load.errors(), "");
  EXPECT_THAT(events(), ElementsAre("pre", "start", "post cancelled"));
  EXPECT_THAT(aggregator.Result().errors, SizeIs(3));
  Await([&] { return server_.open() == 0; }, "the end of all connections");
}

TEST_F(HttpLoadTest, ItsFailureCancelsMeasure) {
  ConfigureBoth();
  std::vector<DriverCommand> commands =
      Commands(R"({"control": {"duration": 1000}})");
  DriverProcess& measure = Start(commands[0]);
  Await([&] { return measure.Said("Measuring"); }, "the window");
  commands[1].argv[2] = dir() + "/none.yaml";
  DriverProcess& load = Start(commands[1]);
  Aggregator aggregator(&loop_,
                        {{"measure-exec", &measure}, {"http-load", &load}});
  Await([&] { return aggregator.Step(); }, "both drivers");
  AwaitEnd(measure);
  AwaitEnd(load);
  EXPECT_TRUE(FailedWith(load.answer(), {dir() + "/none.yaml"}));
  EXPECT_EQ(measure.answer(), CancelledBy("SIGUSR1"));
  EXPECT_THAT(events(), ElementsAre("pre", "start", "post cancelled"));
}

}  // namespace
}  // namespace servo::e2e
