// Metrics that are made of samples: samplers, and processes whose output is
// read as it arrives.

#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "exec/fake_runner.h"
#include "exec/output_tap.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/fake_client.h"
#include "jsonpath/path.h"
#include "plan/lookup.h"
#include "plan/metric.h"
#include "plan/on_exit.h"
#include "plan/plan.h"
#include "stages/engine.h"
#include "stages/extraction.h"
#include "stages/judge.h"
#include "stages/run_listener.h"
#include "stages/testing/engine_test_base.h"
#include "stages/testing/tasks.h"

namespace servo::stages {
namespace {

using plan::Stage;
using Kind = plan::Reduction::Kind;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

exec::FakeRunner::Script Prints(const std::string& text) {
  exec::FakeRunner::Script script = Exits(0);
  script.out = text;
  return script;
}

plan::Metric Value(Kind over) {
  plan::Metric metric;
  metric.name = "v";
  metric.lookup.finder = plan::CompileRegex("v=(\\S+)").value();
  metric.over = {.kind = over};
  return metric;
}

class EngineSamplesTest : public EngineTestBase {
 protected:
  plan::Task& AddSampler(absl::Duration every, Kind over = Kind::kMean) {
    plan::Task task = Exec("sampler");
    task.every = every;
    task.timeout = absl::Seconds(10);
    task.metrics = {Value(over)};
    Tasks(Stage::kStart).push_back(std::move(task));
    return Tasks(Stage::kStart).back();
  }

  // A background process, whose output is read.
  plan::Task& AddReader(Kind over = Kind::kMean) {
    plan::Task task = Background("reader");
    task.sample = true;
    task.end_after = plan::EndAfter::kWindow;
    task.metrics = {Value(over)};
    Tasks(Stage::kStart).push_back(std::move(task));
    runner_.On("reader", RunsOn());
    return Tasks(Stage::kStart).back();
  }

  void Emit(const std::string& text) {
    runner_.Emit(0, exec::Stream::kStdout, text);
  }

  // The value of the only metric, "-" if there is none.
  std::string Measured() const {
    if (outcome_.measured.metrics.size() != 1) return "-";
    return std::visit([](auto number) { return absl::StrCat(number); },
                      outcome_.measured.metrics[0].value);
  }

  std::vector<absl::Duration> StartTimes() const {
    std::vector<absl::Duration> times;
    for (const auto& record : runner_.records()) {
      times.push_back(record.started_at - runner_.records()[0].started_at);
    }
    return times;
  }
};

// ---- Samplers ----

TEST_F(EngineSamplesTest, ASamplerRunsUntilTheWindowIsOver) {
  AddSampler(absl::Seconds(4));
  runner_.On("sampler", {Prints("v=1"), Prints("v=2"), Prints("v=6")});
  Start(absl::Seconds(10));
  Advance(absl::Seconds(10));
  ExpectSuccess();
  EXPECT_THAT(StartTimes(), ElementsAre(absl::ZeroDuration(), absl::Seconds(4),
                                        absl::Seconds(8)));
  // The first round was over before the window began.
  EXPECT_EQ(Measured(), "4");
}

TEST_F(EngineSamplesTest, RoundsNeverOverlapAndMissedBeatsAreNotMadeUp) {
  AddSampler(absl::Seconds(2));
  exec::FakeRunner::Script slow = RunsFor(absl::Seconds(5));
  slow.out = "v=1";
  runner_.On("sampler", slow);
  Start(absl::Seconds(13));
  Advance(absl::Seconds(13));
  ExpectSuccess();
  EXPECT_THAT(StartTimes(), ElementsAre(absl::ZeroDuration(), absl::Seconds(6),
                                        absl::Seconds(12)));
}

TEST_F(EngineSamplesTest, RequestsCanBeSamplers) {
  plan::Task task = Get("server");
  task.every = absl::Seconds(4);
  task.metrics = {Value(Kind::kMax)};
  task.metrics[0].lookup.source = plan::Source::kBody;
  Tasks(Stage::kPre).push_back(std::move(task));
  client_.AnswerOthers(http::FakeResponse(200, "v=5"));
  Start(absl::Seconds(10));
  Advance(absl::Seconds(10));
  ExpectSuccess();
  EXPECT_THAT(client_.records(), SizeIs(3));
  EXPECT_EQ(Measured(), "5");
}

TEST_F(EngineSamplesTest, OnlyWhatArrivesAfterTheLeadCounts) {
  options_.delay = absl::Seconds(5);
  AddSampler(absl::Seconds(4), Kind::kCount);
  runner_.On("sampler", Prints("v=1"));
  Start(absl::Seconds(10));
  Advance(absl::Seconds(10));
  ExpectSuccess();
  // At 0, 4 and 8 s.
  EXPECT_EQ(Measured(), "1");
}

TEST_F(EngineSamplesTest, AFailedRoundIsNoSample) {
  AddSampler(absl::Seconds(4), Kind::kCount);
  runner_.On("sampler", {Exits(1), Prints("v=1"), Prints("nothing")});
  Start(absl::Seconds(10));
  Advance(absl::Seconds(10));
  ExpectSuccess();
  EXPECT_EQ(Measured(), "1");
  EXPECT_THAT(listener_.Those("sampler ends"),
              ElementsAre("sampler ends 1: exit code",
                          "sampler ends 2: success", "sampler ends 3: metric"));
}

TEST_F(EngineSamplesTest, ARoundUnderWayIsEndedWithTheWindow) {
  AddSampler(absl::Seconds(4)).metrics[0].absent = {
      .kind = plan::AbsentValue::Kind::kNumber, .number = int64_t{7}};
  runner_.On("sampler", RunsOn());
  Start(absl::Seconds(10));
  Advance(absl::Seconds(10));
  ExpectSuccess();
  EXPECT_EQ(runner_.records()[0].stops, 1);
  EXPECT_EQ(Measured(), "7");
}

TEST_F(EngineSamplesTest, NoSampleFailsTheRun) {
  FillAllStages();
  AddSampler(absl::Seconds(4));
  runner_.On("sampler", Prints("nothing"));
  Start(absl::Seconds(10));
  Advance(absl::Seconds(10));
  EXPECT_EQ(outcome_.kind, Outcome::Kind::kFailed);
  ASSERT_THAT(outcome_.measured.missing, SizeIs(1));
  EXPECT_EQ(outcome_.measured.missing[0].why,
            "no sample of task sampler came while the measurement was on; all "
            "its rounds failed");
  EXPECT_EQ(runner_.lines().back(), "post");
}

TEST_F(EngineSamplesTest, ACancelEndsSamplers) {
  AddSampler(absl::Seconds(4));
  runner_.On("sampler", RunsOn());
  Start(absl::Seconds(10));
  Cancel();
  Advance(absl::Seconds(1));
  ExpectCancelled();
}

// ---- Output that is read as it arrives ----

TEST_F(EngineSamplesTest, EachMatchInTheOutputIsASample) {
  AddReader(Kind::kSum);
  Start(absl::Seconds(10));
  Emit("v=1\nx\nv=2 v=3\n");
  Advance(absl::Seconds(1));
  Emit("v=");
  Emit("40\rv=no");
  Emit("ne\n");
  Advance(absl::Seconds(9));
  ExpectSuccess();
  EXPECT_EQ(Measured(), "46");
  EXPECT_THAT(listener_.Those("reader rejects"),
              ElementsAre(HasSubstr("\"none\"")));
}

TEST_F(EngineSamplesTest, EscapeSequencesOfBothFormsAreLookedThrough) {
  AddReader(Kind::kSum);
  Start(absl::Seconds(10));
  Emit("v\x1b[1m=1\n");
  Emit("v\u009b1m=2\n");
  Advance(absl::Seconds(10));
  ExpectSuccess();
  EXPECT_EQ(Measured(), "3");
}

TEST_F(EngineSamplesTest, JsonLinesAreSamples) {
  plan::Task& task = AddReader(Kind::kLast);
  task.metrics[0].lookup.finder = std::make_shared<const jsonpath::Path>(
      jsonpath::Path::Parse("$.rate").value());
  Start(absl::Seconds(10));
  Emit("{\"rate\": 1.5}\nnoise\n{\"rate\": 2.5}\n{\"other\": 3}\n");
  Advance(absl::Seconds(10));
  ExpectSuccess();
  EXPECT_EQ(Measured(), "2.5");
}

// As the values of a round are.
TEST_F(EngineSamplesTest, TheValuesOfAJsonLineAreOneSample) {
  const std::pair<Kind, const char*> kExpected[] = {{Kind::kFirst, "1 5"},
                                                    {Kind::kLast, "3 6"},
                                                    {Kind::kSum, "6 11"},
                                                    {Kind::kMax, "3 6"},
                                                    {Kind::kCount, "3 2 0"}};
  plan::Task& task = AddReader(Kind::kSum);
  task.metrics.clear();
  for (const auto& [take, samples] : kExpected) {
    plan::Metric metric;
    metric.name = samples;
    metric.lookup.finder = std::make_shared<const jsonpath::Path>(
        jsonpath::Path::Parse("$[*]").value());
    metric.take = {.kind = take};
    metric.series = plan::SampleSeries();
    task.metrics.push_back(std::move(metric));
  }
  Start(absl::Seconds(10));
  Emit("[1, null, 2, 3]\nnoise\n\n[5, 6]\n[]\n");
  Advance(absl::Seconds(10));
  ExpectSuccess();
  ASSERT_THAT(outcome_.measured.series, SizeIs(std::size(kExpected)));
  for (const MetricSeries& series : outcome_.measured.series) {
    std::vector<std::string> samples;
    for (const Series::Point& point : series.series[0].points) {
      samples.push_back(std::visit(
          [](auto number) { return absl::StrCat(number); }, point.value));
    }
    EXPECT_EQ(absl::StrJoin(samples, " "), series.metric->name);
  }
}

TEST_F(EngineSamplesTest, AWrongValueOfAJsonLineIsRejected) {
  plan::Task& task = AddReader(Kind::kSum);
  task.metrics[0].lookup.finder = std::make_shared<const jsonpath::Path>(
      jsonpath::Path::Parse("$[*]").value());
  task.metrics[0].take = {.kind = Kind::kMax};
  Start(absl::Seconds(10));
  Emit("[1, \"x\", \"y\"]\n[1, 2]\n");
  Advance(absl::Seconds(10));
  ExpectSuccess();
  EXPECT_EQ(Measured(), "2");
  EXPECT_THAT(listener_.Those("reader rejects"),
              ElementsAre(HasSubstr("\"x\"")));
}

// As `take: count` does.
TEST_F(EngineSamplesTest, WhatIsOnlyCountedNeedNotBeANumber) {
  AddReader(Kind::kCount);
  Start(absl::Seconds(10));
  Emit("v=ERROR\nx\nv=5\nv=NaN v=ERROR\n");
  Advance(absl::Seconds(10));
  ExpectSuccess();
  EXPECT_EQ(Measured(), "3");
  EXPECT_THAT(listener_.Those("reader rejects"), IsEmpty());
}

TEST_F(EngineSamplesTest, RoundsThatFindATextAreCounted) {
  AddSampler(absl::Seconds(4), Kind::kCount).metrics[0].absent.kind =
      plan::AbsentValue::Kind::kSkip;
  runner_.On("sampler", {Prints("v=x"), Prints("v=ERROR"), Prints("fine")});
  Start(absl::Seconds(10));
  Advance(absl::Seconds(10));
  ExpectSuccess();
  EXPECT_EQ(Measured(), "1");  // the first was before the window
}

TEST_F(EngineSamplesTest, WhatComesAfterATaskEndedTheWindowDoesNotCount) {
  AddReader(Kind::kSum).end_after = plan::EndAfter::kStop;
  Tasks(Stage::kStart).push_back(Background("load"));
  Tasks(Stage::kStart).back().on_exit = plan::OnExit::kEndWindow;
  Tasks(Stage::kStop) = {Exec("slow")};
  runner_.On("load", RunsFor(absl::Seconds(2)));
  runner_.On("slow", RunsFor(absl::Seconds(3)));
  Start(absl::Seconds(10));
  Emit("v=1\n");
  Advance(absl::Seconds(3));
  Emit("v=10\n");
  Advance(absl::Seconds(2));
  ExpectSuccess();
  EXPECT_EQ(Measured(), "1");
}

TEST_F(EngineSamplesTest, NoOutputSaysThatItMayBeHeldBack) {
  AddReader();
  Start(absl::Seconds(10));
  Advance(absl::Seconds(10));
  EXPECT_EQ(outcome_.kind, Outcome::Kind::kFailed);
  ASSERT_THAT(outcome_.measured.missing, SizeIs(1));
  EXPECT_THAT(outcome_.measured.missing[0].why,
              AllOf(HasSubstr("no sample of task reader came"),
                    HasSubstr("stdbuf -oL")));
}

TEST_F(EngineSamplesTest, ValuesThatAreNoNumbersWereNotHeldBack) {
  AddReader();
  Start(absl::Seconds(10));
  Emit("v=fast\nv=slow\n");
  Advance(absl::Seconds(10));
  ASSERT_THAT(outcome_.measured.missing, SizeIs(1));
  EXPECT_EQ(outcome_.measured.missing[0].why,
            "no sample of task reader came while the measurement was on; 2 "
            "values were no numbers");
}

TEST_F(EngineSamplesTest, WhatCameTooEarlyWasNotHeldBack) {
  options_.warmup = absl::Seconds(5);
  AddReader();
  Start(absl::Seconds(10));
  Emit("v=1\n");
  Advance(absl::Seconds(10));
  ASSERT_THAT(outcome_.measured.missing, SizeIs(1));
  EXPECT_EQ(outcome_.measured.missing[0].why,
            "no sample of task reader came while the measurement was on; 1 "
            "came before");
}

TEST_F(EngineSamplesTest, SamplesThatMakeNoGrowthAreTold) {
  AddReader(Kind::kRate);
  Start(absl::Seconds(10));
  Emit("v=1\n");
  Emit("v=2\n");
  Advance(absl::Seconds(10));
  ASSERT_THAT(outcome_.measured.missing, SizeIs(1));
  EXPECT_EQ(outcome_.measured.missing[0].why,
            "all 2 samples of task reader came at once");
}

TEST_F(EngineSamplesTest, AReaderThatCannotStartHasAbsentMetrics) {
  AddReader().ignore_exitcode = true;
  runner_.On("reader", CannotStart());
  Start(absl::Seconds(10));
  Advance(absl::Seconds(10));
  ExpectSuccess();
  ASSERT_THAT(outcome_.measured.skipped, SizeIs(1));
  EXPECT_EQ(outcome_.measured.skipped[0].why, "task reader failed");
}

// An offset would make a restart of what is none, and hide one.
TEST_F(EngineSamplesTest, AGrowthIsScaledAsAWhole) {
  plan::Metric& metric = AddReader(Kind::kIncrease).metrics[0];
  metric.scale = 0.001;
  metric.offset = -1'000'000'000'001;
  Start(absl::Seconds(10));
  Emit("v=1000000000000\n");
  Emit("v=1000000000005\n");
  Emit("v=2\n");
  Advance(absl::Seconds(10));
  ExpectSuccess();
  EXPECT_EQ(Measured(), "0.007");
}

TEST_F(EngineSamplesTest, ASamplersGrowthIsScaledAsAWhole) {
  plan::Metric& metric =
      AddSampler(absl::Seconds(4), Kind::kIncrease).metrics[0];
  metric.scale = 10;
  metric.offset = 5;
  runner_.On("sampler",
             {Prints("v=1"), Prints("v=2"), Prints("v=4"), Prints("v=1")});
  Start(absl::Seconds(13));
  Advance(absl::Seconds(13));
  ExpectSuccess();
  EXPECT_EQ(Measured(), "30");
}

TEST_F(EngineSamplesTest, AMatchDoesNotGoBeyondItsLine) {
  AddReader(Kind::kCount).metrics[0].lookup.finder =
      plan::CompileRegex("a\\s+(\\d)").value();
  Start(absl::Seconds(10));
  Emit("a\n1\na 2\na\n3\n");
  Advance(absl::Seconds(10));
  ExpectSuccess();
  EXPECT_EQ(Measured(), "1");
}

TEST_F(EngineSamplesTest, SamplesCanBeReturnedAsASeries) {
  AddReader().metrics[0].series = plan::SampleSeries();
  Start(absl::Seconds(10));
  Emit("v=1\n");
  Advance(absl::Seconds(4));
  Emit("v=2\n");
  Advance(absl::Seconds(6));
  ExpectSuccess();
  EXPECT_THAT(outcome_.measured.metrics, IsEmpty());
  ASSERT_THAT(outcome_.measured.series, SizeIs(1));
  ASSERT_THAT(outcome_.measured.series[0].series, SizeIs(1));
  const Series& series = outcome_.measured.series[0].series[0];
  EXPECT_EQ(series.id, "v");
  ASSERT_THAT(series.points, SizeIs(2));
  EXPECT_EQ(series.points[1].at - series.points[0].at, absl::Seconds(4));
  EXPECT_EQ(series.points[1].value, plan::Number(int64_t{2}));
}

TEST_F(EngineSamplesTest, PostIsToldOfASamplerWithoutSamples) {
  options_.failure_words = [](const Outcome& outcome) {
    return Engine::FailureWords{
        .reason = "task-failed",
        .failure = outcome.measured.missing.front().metric->name};
  };
  AddSampler(absl::Seconds(5));
  runner_.On("sampler", Prints("nothing"));
  Tasks(Stage::kPost) = {Exec("after")};
  Start();
  Advance(absl::Seconds(10));
  const auto& env = runner_.records().back().command.env;
  EXPECT_THAT(env, Contains(Pair("SERVO_EXEC_FAILURE", "v")));
  EXPECT_THAT(env, Contains(Pair("SERVO_EXEC_FAILED_TASK", "sampler")));
}

}  // namespace
}  // namespace servo::stages
