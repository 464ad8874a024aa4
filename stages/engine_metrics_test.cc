// Metrics of a run: when they are taken, what fails it, and background tasks
// that end before the last stage.

#include <csignal>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "exec/fake_runner.h"
#include "exec/runner.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/fake_client.h"
#include "jsonpath/path.h"
#include "plan/lookup.h"
#include "plan/metric.h"
#include "plan/on_exit.h"
#include "plan/plan.h"
#include "stages/activity.h"
#include "stages/engine.h"
#include "stages/extraction.h"
#include "stages/judge.h"
#include "stages/run_listener.h"
#include "stages/testing/engine_test_base.h"
#include "stages/testing/tasks.h"

namespace servo::stages {
namespace {

using plan::Stage;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

exec::FakeRunner::Script Prints(const std::string& text, int code = 0) {
  exec::FakeRunner::Script script = Exits(code);
  script.out = text;
  return script;
}

class EngineMetricsTest : public EngineTestBase {
 protected:
  // A metric of this name whose value follows "NAME=".
  static plan::Metric MetricCalled(const std::string& name) {
    plan::Metric metric;
    metric.name = name;
    metric.lookup.finder =
        plan::CompileRegex(absl::StrCat(name, "=(\\S+)")).value();
    return metric;
  }

  // Adds `task` with the metric "rps".
  plan::Task& AddTask(Stage stage, plan::Task task) {
    task.metrics = {MetricCalled("rps")};
    Tasks(stage).push_back(std::move(task));
    return Tasks(stage).back();
  }

  // A background task with a metric that ends after `end_after`.
  plan::Task& AddLoad(plan::EndAfter end_after) {
    plan::Task& task = AddTask(Stage::kStart, Background("load"));
    task.end_after = end_after;
    return task;
  }

  exec::FakeRunner::Script RunsOnAndPrints(const std::string& text) {
    exec::FakeRunner::Script script = RunsOn();
    script.out = text;
    return script;
  }

  // "rps=12" for each metric.
  std::vector<std::string> Measured() const {
    std::vector<std::string> metrics;
    for (const plan::MetricValue& value : outcome_.measured.metrics) {
      metrics.push_back(absl::StrCat(
          value.metric->name, "=",
          std::visit([](auto number) { return absl::StrCat(number); },
                     value.value)));
    }
    return metrics;
  }
};

TEST_F(EngineMetricsTest, TheOutcomeHasTheMetricsOfAllTasks) {
  AddTask(Stage::kPre, Exec("a"));
  AddTask(Stage::kStop, Get("b")).metrics = {MetricCalled("errors")};
  Tasks(Stage::kStop)[0].metrics[0].lookup.source = plan::Source::kBody;
  runner_.On("a", Prints("rps=12"));
  client_.Answer(http::FakeResponse(200, "errors=3"));
  Start();
  Advance(absl::Seconds(10));
  ExpectSuccess();
  EXPECT_THAT(Measured(), ElementsAre("rps=12", "errors=3"));
}

TEST_F(EngineMetricsTest, AMissingMetricFailsTheAttemptAndIsRetried) {
  AddTask(Stage::kPre, Exec("a")).retry.retries = 1;
  runner_.On("a", {Prints("nothing"), Prints("rps=12")});
  Start();
  Advance(absl::Seconds(10));
  ExpectSuccess();
  EXPECT_THAT(Measured(), ElementsAre("rps=12"));
}

TEST_F(EngineMetricsTest, AMetricThatStaysMissingFailsTheRun) {
  AddTask(Stage::kPre, Exec("a")).retry.retries = 1;
  runner_.On("a", Prints("nothing"));
  Start();
  ExpectFailed("a", Cause::kMetric);
  ASSERT_EQ(outcome_.failure->extraction.problems.size(), 1u);
  EXPECT_THAT(outcome_.failure->extraction.problems[0].why,
              HasSubstr("stdout has no match"));
  EXPECT_EQ(outcome_.failure->attempt, 2);
}

TEST_F(EngineMetricsTest, MetricsOfAFailedAttemptDoNotCount) {
  AddTask(Stage::kPre, Exec("a")).retry.retries = 1;
  runner_.On("a", {Prints("rps=1", 7), Prints("rps=2")});
  Start();
  Advance(absl::Seconds(10));
  ExpectSuccess();
  EXPECT_THAT(Measured(), ElementsAre("rps=2"));
}

TEST_F(EngineMetricsTest, AFailureThatIsIgnoredHasMetrics) {
  AddTask(Stage::kPre, Exec("a")).ignore_exitcode = true;
  AddTask(Stage::kPre, Exec("b")).ignore_exitcode = true;
  runner_.On("a", Prints("rps=1", 7));
  runner_.On("b", Prints("nothing"));
  Start();
  Advance(absl::Seconds(10));
  ExpectSuccess();
  EXPECT_THAT(Measured(), ElementsAre("rps=1"));
  ASSERT_EQ(outcome_.measured.skipped.size(), 1u);
  EXPECT_EQ(outcome_.measured.skipped[0].metric,
            &Tasks(Stage::kPre)[1].metrics[0]);
}

// ---- Tasks without a result ----

// A metric of each rule for what is absent.
std::vector<plan::Metric> MetricsOfEachRule() {
  using Kind = plan::AbsentValue::Kind;
  plan::Metric number = {.name = "number"};
  number.absent = {.kind = Kind::kNumber, .number = int64_t{7}};
  plan::Metric count = {.name = "count", .offset = 3};
  count.take = {.kind = plan::Reduction::Kind::kCount};
  return {number, count, {.name = "needed"}};
}

TEST_F(EngineMetricsTest, AnIgnoredFailureWithoutAResultHasAbsentMetrics) {
  plan::Task& task = AddTask(Stage::kPre, Exec("a"));
  task.ignore_exitcode = true;
  task.metrics = MetricsOfEachRule();
  runner_.On("a", CannotStart());
  Start();
  Advance(absl::Seconds(10));
  ExpectSuccess();
  EXPECT_THAT(Measured(), ElementsAre("number=7", "count=3"));
  ASSERT_EQ(outcome_.measured.skipped.size(), 1u);
  EXPECT_EQ(outcome_.measured.skipped[0].metric, &task.metrics[2]);
  EXPECT_EQ(outcome_.measured.skipped[0].why, "task a failed");
}

TEST_F(EngineMetricsTest, ABackgroundTaskThatCannotStartHasAbsentMetrics) {
  plan::Task& task = AddLoad(plan::EndAfter::kWindow);
  task.ignore_exitcode = true;
  task.metrics = MetricsOfEachRule();
  task.metrics[0].at_least = 8;
  runner_.On("load", CannotStart());
  Start();
  Advance(absl::Seconds(10));
  EXPECT_EQ(outcome_.kind, Outcome::Kind::kFailed);
  EXPECT_THAT(Measured(), ElementsAre("number=7", "count=3"));
  EXPECT_EQ(outcome_.measured.beyond_limits.size(), 1u);
  EXPECT_EQ(outcome_.measured.skipped.size(), 1u);
}

TEST_F(EngineMetricsTest, ARequestWithoutAnAnswerHasAbsentMetrics) {
  plan::Task& task = AddTask(Stage::kStop, Get("a"));
  task.ignore_exitcode = true;
  task.metrics = MetricsOfEachRule();
  client_.Answer(absl::UnavailableError("cannot connect"));
  Start();
  Advance(absl::Seconds(10));
  ExpectSuccess();
  EXPECT_THAT(Measured(), ElementsAre("number=7", "count=3"));
  EXPECT_EQ(outcome_.measured.skipped.size(), 1u);
}

// ---- Tasks that never begin ----

class EngineLateTaskTest : public EngineMetricsTest {
 protected:
  // A task that is to begin in a window that is over before.
  plan::Task& AddLateTask() {
    options_.warmup = absl::Seconds(5);
    Tasks(Stage::kStart).reserve(2);
    plan::Task& late = AddLoad(plan::EndAfter::kWindow);
    late.begins_in_window = true;
    Tasks(Stage::kStart).push_back(Background("ender"));
    Tasks(Stage::kStart).back().on_exit = plan::OnExit::kEndWindow;
    runner_.On("ender", RunsFor(absl::Seconds(2)));
    return late;
  }
};

TEST_F(EngineLateTaskTest, ItsMetricIsMissed) {
  FillAllStages();
  AddLateTask();
  Start();
  Advance(absl::Seconds(2));
  EXPECT_EQ(outcome_.kind, Outcome::Kind::kFailed);
  EXPECT_EQ(runner_.lines().back(), "post");
  ASSERT_EQ(outcome_.measured.missing.size(), 1u);
  EXPECT_EQ(outcome_.measured.missing[0].why,
            "task load did not begin: the window was over before its turn");
}

TEST_F(EngineLateTaskTest, ItsMetricIsAbsent) {
  plan::Task& late = AddLateTask();
  late.metrics = MetricsOfEachRule();
  late.ignore_exitcode = true;
  Start();
  Advance(absl::Seconds(2));
  ExpectSuccess();
  // Nothing was counted.
  EXPECT_THAT(Measured(), ElementsAre("number=7"));
  EXPECT_EQ(outcome_.measured.skipped.size(), 2u);
}

TEST_F(EngineLateTaskTest, WhatDependsOnItIsNotMissed) {
  AddLateTask().metrics.clear();
  AddTask(Stage::kStop, Exec("result")).if_ran =
      plan::IfRan{.name = "load", .stage = Stage::kStart, .index = 0};
  Start();
  Advance(absl::Seconds(2));
  ExpectSuccess();
  EXPECT_THAT(Measured(), IsEmpty());
  ASSERT_EQ(outcome_.measured.skipped.size(), 1u);
  EXPECT_EQ(outcome_.measured.skipped[0].why, "task result did not begin");
}

// ---- Series ----

TEST_F(EngineMetricsTest, ASeriesOfAJsonIsThinned) {
  plan::Metric& metric = AddTask(Stage::kStop, Exec("a")).metrics[0];
  const auto path = [](const char* text) {
    return jsonpath::Path::Parse(text).value();
  };
  metric.lookup.finder = plan::Lookup::Whole();
  metric.series = plan::JsonSeries{
      .items = path("$[*]"), .id = path("$.id"), .points = path("$.p")};
  std::string points = "[0,0]";
  for (int i = 1; i < 25'000; ++i) {
    absl::StrAppend(&points, ",[", i, ",", i, "]");
  }
  std::get<plan::ProcessAction>(Tasks(Stage::kStop)[0].action)
      .options.output_limit = 4 << 20;
  runner_.On("a", Prints(absl::StrCat(
                      "[{\"id\": \"long\", \"p\": [", points,
                      "]}, {\"id\": \"short\", \"p\": ", "[[1, 2]]}]")));
  Start();
  Advance(absl::Seconds(10));
  ExpectSuccess();
  ASSERT_EQ(outcome_.measured.series.size(), 1u);
  const std::vector<Series>& series = outcome_.measured.series[0].series;
  ASSERT_EQ(series.size(), 2u);
  ASSERT_EQ(series[0].points.size(), 10'000u);
  EXPECT_EQ(series[0].points[2].value, plan::Number(int64_t{5}));
  EXPECT_EQ(series[1].points.size(), 1u);
  EXPECT_THAT(outcome_.measured.thinned, ElementsAre(&metric));
}

// ---- Limits ----

TEST_F(EngineMetricsTest, LimitsAreJudgedOnceStopIsOver) {
  FillAllStages();
  plan::Task& task = AddTask(Stage::kPre, Exec("a"));
  task.metrics[0].at_most = 10;
  task.metrics.push_back(MetricCalled("errors"));
  task.metrics[1].at_least = 1;
  runner_.On("a", Prints("rps=11 errors=0"));
  Start();
  Advance(absl::Seconds(10));
  EXPECT_THAT(runner_.lines(),
              ElementsAre("pre", "a", "start", "stop", "post"));
  EXPECT_EQ(outcome_.kind, Outcome::Kind::kFailed);
  EXPECT_FALSE(outcome_.failure.has_value());
  EXPECT_EQ(outcome_.measured.beyond_limits.size(), 2u);
  EXPECT_EQ(outcome_.measured.metrics.size(), 2u);
}

TEST_F(EngineMetricsTest, AValueAtItsLimitIsAllowed) {
  plan::Task& task = AddTask(Stage::kPre, Exec("a"));
  task.metrics[0].at_most = 10;
  task.metrics[0].at_least = 10;
  runner_.On("a", Prints("rps=10"));
  Start();
  Advance(absl::Seconds(10));
  ExpectSuccess();
}

// ---- Background tasks ----

TEST_F(EngineMetricsTest, ABackgroundTaskEndsAfterTheWindow) {
  FillAllStages();
  AddLoad(plan::EndAfter::kWindow);
  runner_.On("load", RunsOnAndPrints("rps=5"));
  Start();
  Advance(absl::Seconds(9));
  EXPECT_EQ(runner_.records().size(), 3u);
  EXPECT_EQ(runner_.records()[2].stops, 0);
  Advance(absl::Seconds(1));
  ExpectSuccess();
  EXPECT_THAT(Measured(), ElementsAre("rps=5"));
  EXPECT_EQ(listener_.Those("load ended").size(), 1u);
  EXPECT_THAT(listener_.Those("early"), IsEmpty());
}

TEST_F(EngineMetricsTest, StopWaitsForWhatEndsAfterTheWindow) {
  FillAllStages();
  AddLoad(plan::EndAfter::kWindow);
  std::get<plan::ProcessAction>(Tasks(Stage::kStart).back().action)
      .options.kill_timeout = absl::Seconds(10);
  exec::FakeRunner::Script script = Stubborn();
  script.out = "rps=5";
  runner_.On("load", script);
  Start();
  Advance(absl::Seconds(19));
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "start", "load"));
  EXPECT_EQ(engine_->CurrentActivity().kind, Activity::Kind::kEnding);
  Advance(absl::Seconds(1));
  EXPECT_THAT(runner_.lines(),
              ElementsAre("pre", "start", "load", "stop", "post"));
  ExpectSuccess();
  EXPECT_THAT(Measured(), ElementsAre("rps=5"));
}

TEST_F(EngineMetricsTest, ABackgroundTaskEndsAfterStop) {
  FillAllStages();
  AddLoad(plan::EndAfter::kStop);
  runner_.On("load", RunsOnAndPrints("rps=5"));
  runner_.On("stop", RunsFor(absl::Seconds(3)));
  Start();
  Advance(absl::Seconds(12));
  EXPECT_EQ(runner_.records()[2].stops, 0);
  Advance(absl::Seconds(1));
  ExpectSuccess();
  EXPECT_THAT(Measured(), ElementsAre("rps=5"));
}

TEST_F(EngineMetricsTest, AMissingMetricOfABackgroundTaskFailsTheRun) {
  FillAllStages();
  AddLoad(plan::EndAfter::kWindow);
  runner_.On("load", RunsOnAndPrints("nothing"));
  Start();
  Advance(absl::Seconds(10));
  EXPECT_THAT(runner_.lines(),
              ElementsAre("pre", "start", "load", "stop", "post"));
  EXPECT_EQ(outcome_.kind, Outcome::Kind::kFailed);
  ASSERT_EQ(outcome_.measured.failed_background.size(), 1u);
  EXPECT_EQ(outcome_.measured.failed_background[0].cause, Cause::kMetric);
}

TEST_F(EngineMetricsTest, AnExitCodeCountsWhereItIsGiven) {
  plan::Task& load = AddLoad(plan::EndAfter::kWindow);
  exec::FakeRunner::Script script = RunsOnAndPrints("rps=5");
  script.obeys_with = 3;
  runner_.On("load", script);
  std::get<plan::ProcessAction>(load.action).exitcode_counts = true;
  Start();
  Advance(absl::Seconds(10));
  EXPECT_EQ(outcome_.kind, Outcome::Kind::kFailed);
  ASSERT_EQ(outcome_.measured.failed_background.size(), 1u);
  EXPECT_EQ(outcome_.measured.failed_background[0].cause, Cause::kExitCode);
}

TEST_F(EngineMetricsTest, AnExitCodeDoesNotCountOtherwise) {
  AddLoad(plan::EndAfter::kWindow);
  exec::FakeRunner::Script script = RunsOnAndPrints("rps=5");
  script.obeys_with = 3;
  runner_.On("load", script);
  Start();
  Advance(absl::Seconds(10));
  ExpectSuccess();
  EXPECT_THAT(Measured(), ElementsAre("rps=5"));
}

TEST_F(EngineMetricsTest, AfterACancelAllEndsBeforePost) {
  FillAllStages();
  AddLoad(plan::EndAfter::kStop);
  std::get<plan::ProcessAction>(Tasks(Stage::kStart).back().action)
      .options.kill_timeout = absl::Seconds(5);
  runner_.On("load", Stubborn());
  Start();
  Cancel();
  Advance(absl::Seconds(4));
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "start", "load"));
  Advance(absl::Seconds(1));
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "start", "load", "post"));
  ExpectCancelled();
}

TEST_F(EngineMetricsTest, ACancelWhileATaskEndsSkipsStop) {
  FillAllStages();
  AddLoad(plan::EndAfter::kWindow);
  std::get<plan::ProcessAction>(Tasks(Stage::kStart).back().action)
      .options.kill_timeout = absl::Seconds(5);
  runner_.On("load", Stubborn());
  Start();
  Advance(absl::Seconds(12));
  Cancel();
  Advance(absl::Seconds(3));
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "start", "load", "post"));
  ExpectCancelled();
}

TEST_F(EngineMetricsTest, HurryKillsWhatIsEnding) {
  AddLoad(plan::EndAfter::kWindow);
  std::get<plan::ProcessAction>(Tasks(Stage::kStart).back().action)
      .options.kill_timeout = absl::Seconds(5);
  runner_.On("load", Stubborn());
  Start();
  Advance(absl::Seconds(12));
  Hurry();
  Advance(absl::ZeroDuration());
  ExpectCancelled(SIGTERM);
}

// Of a run that metrics alone fail.
TEST_F(EngineMetricsTest, PostIsToldWhatWasMeasured) {
  options_.failure_words = [](const Outcome& outcome) {
    const stages::Measured& measured = outcome.measured;
    return Engine::FailureWords{
        .reason = measured.failed_background.empty() ? "limits" : "background",
        .failure = absl::StrCat(measured.beyond_limits.size(), " beyond")};
  };
  AddTask(Stage::kPre, Exec("a")).metrics[0].at_least = 13;
  runner_.On("a", Prints("rps=12"));
  Tasks(Stage::kPost) = {Exec("after")};
  Start();
  Advance(absl::Seconds(10));
  EXPECT_THAT(runner_.records().back().command.env,
              AllOf(Contains(Pair("SERVO_EXEC_REASON", "limits")),
                    Contains(Pair("SERVO_EXEC_FAILURE", "1 beyond")),
                    Contains(Pair("SERVO_EXEC_FAILED_TASK", ""))));
}

TEST_F(EngineMetricsTest, PostIsToldOfABackgroundTaskWithoutItsMetric) {
  options_.failure_words = [](const Outcome& outcome) {
    return Engine::FailureWords{
        .reason = "task-failed",
        .failure = outcome.measured.failed_background.front().task->name};
  };
  AddLoad(plan::EndAfter::kWindow);
  runner_.On("load", Prints("nothing"));
  Tasks(Stage::kPost) = {Exec("after")};
  Start();
  Advance(absl::Seconds(10));
  EXPECT_THAT(runner_.records().back().command.env,
              AllOf(Contains(Pair("SERVO_EXEC_FAILURE", "load")),
                    Contains(Pair("SERVO_EXEC_FAILED_TASK", "load"))));
}

}  // namespace
}  // namespace servo::stages
