// Metrics of a run: when they are taken, what fails it, and background tasks
// that end before the last stage.

#include <csignal>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "exec/fake_runner.h"
#include "exec/runner.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/fake_client.h"
#include "plan/lookup.h"
#include "plan/metric.h"
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
