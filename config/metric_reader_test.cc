#include "config/metric_reader.h"

#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "config/loader.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "jsonpath/path.h"
#include "plan/lookup.h"
#include "plan/metric.h"
#include "plan/plan.h"
#include "re2/re2.h"
#include "yaml/diagnostics.h"

namespace servo::config {
namespace {

using plan::Stage;
using ::testing::AllOf;
using ::testing::HasSubstr;

// The plan of a task with these keys in `stop`.
plan::Plan Load(const std::string& task, const std::string& stage = "stop") {
  yaml::Diagnostics diagnostics;
  absl::StatusOr<plan::Plan> plan =
      LoadPlan(absl::StrCat("exec:\n  ", stage, ":\n  - ", task, "\n"),
               "c.yaml", &diagnostics);
  EXPECT_TRUE(plan.ok()) << diagnostics.Render();
  EXPECT_EQ(diagnostics.Render(), "");
  return plan.ok() ? *plan : plan::Plan();
}

// What is told of a configuration that is right.
std::string Warnings(const std::string& task,
                     const std::string& stage = "stop") {
  yaml::Diagnostics diagnostics;
  EXPECT_TRUE(LoadPlan(absl::StrCat("exec:\n  ", stage, ":\n  - ", task, "\n"),
                       "c.yaml", &diagnostics)
                  .ok());
  return diagnostics.Render();
}

std::string Problems(const std::string& task,
                     const std::string& stage = "stop") {
  yaml::Diagnostics diagnostics;
  (void)LoadPlan(absl::StrCat("exec:\n  ", stage, ":\n  - ", task, "\n"),
                 "c.yaml", &diagnostics);
  return diagnostics.Message();
}

const plan::Task& OnlyTask(const plan::Plan& plan, Stage stage = Stage::kStop) {
  return plan.tasks(stage).at(0);
}

TEST(MetricReader, FillsInDefaults) {
  const plan::Plan plan = Load("{exec: ab, metrics: {rps: {regex: 'a(.)'}}}");
  const plan::Metric& metric = OnlyTask(plan).metrics.at(0);
  EXPECT_EQ(metric.name, "rps");
  EXPECT_EQ(metric.location, "c.yaml:3:26");
  EXPECT_EQ(metric.lookup.source, plan::Source::kStdout);
  EXPECT_EQ(
      plan::RegexText(*std::get<plan::Lookup::Regex>(metric.lookup.finder)),
      "a(.)");
  EXPECT_EQ(metric.unit, "");
  EXPECT_EQ(metric.quantity, plan::Quantity::kNumber);
  EXPECT_EQ(metric.scale, 1);
  EXPECT_EQ(metric.offset, 0);
  EXPECT_EQ(metric.take.kind, plan::Reduction::Kind::kFirst);
  EXPECT_EQ(metric.absent.kind, plan::AbsentValue::Kind::kFail);
  EXPECT_EQ(metric.at_least, std::nullopt);
  EXPECT_EQ(metric.at_most, std::nullopt);
}

TEST(MetricReader, ReadsEveryKey) {
  const plan::Plan plan = Load(
      "{request: {url: 'http://h/'}, metrics: {'p99 of all': {from: "
      "'header:X-Time', unit: ms, description: slowest, as: duration, scale: "
      "1000, offset: -1, take: p99.9, absent: 0.5, at_least: 1, at_most: 2}}}");
  const plan::Metric& metric = OnlyTask(plan).metrics.at(0);
  EXPECT_EQ(metric.name, "p99 of all");
  EXPECT_EQ(metric.lookup.source, plan::Source::kHeader);
  EXPECT_EQ(metric.lookup.argument, "X-Time");
  EXPECT_EQ(metric.unit, "ms");
  EXPECT_EQ(metric.description, "slowest");
  EXPECT_EQ(metric.quantity, plan::Quantity::kDuration);
  EXPECT_EQ(metric.scale, 1000);
  EXPECT_EQ(metric.offset, -1);
  EXPECT_EQ(metric.take.kind, plan::Reduction::Kind::kPercentile);
  EXPECT_EQ(metric.take.percentile, 99.9);
  EXPECT_EQ(metric.absent.kind, plan::AbsentValue::Kind::kNumber);
  EXPECT_EQ(metric.absent.number, plan::Number(0.5));
  EXPECT_EQ(metric.at_least, 1);
  EXPECT_EQ(metric.at_most, 2);
}

TEST(MetricReader, ARequestsSourceIsItsBody) {
  const plan::Plan plan =
      Load("{request: {url: 'http://h/'}, metrics: {m: {jsonpath: '$.a'}}}");
  const plan::Lookup& lookup = OnlyTask(plan).metrics.at(0).lookup;
  EXPECT_EQ(lookup.source, plan::Source::kBody);
  EXPECT_EQ(std::get<plan::Lookup::JsonPath>(lookup.finder)->text(), "$.a");
}

TEST(MetricReader, ABackgroundTaskWithMetricsEndsAfterTheWindow) {
  const plan::Plan plan =
      Load("{exec: x, async: true, success_exitcodes: 0, metrics: {m: {}}}",
           "start");
  const plan::Task& task = OnlyTask(plan, Stage::kStart);
  const auto& action = std::get<plan::ProcessAction>(task.action);
  EXPECT_EQ(task.end_after, plan::EndAfter::kWindow);
  EXPECT_EQ(action.options.kill_timeout, absl::Seconds(10));
  EXPECT_TRUE(action.exitcode_counts);
  EXPECT_EQ(
      OnlyTask(Load("{exec: x, async: true, metrics: {m: {}}}")).end_after,
      plan::EndAfter::kStop);
}

TEST(MetricReader, WhatIsGivenWins) {
  const plan::Plan plan = Load(
      "{exec: x, async: true, end_after: stop, kill_timeout: 1, metrics: {m: "
      "{}}}",
      "start");
  const plan::Task& task = OnlyTask(plan, Stage::kStart);
  EXPECT_EQ(task.end_after, plan::EndAfter::kStop);
  EXPECT_EQ(std::get<plan::ProcessAction>(task.action).options.kill_timeout,
            absl::Seconds(1));
}

TEST(MetricReader, ReadsSamplersAndSeries) {
  const plan::Plan plan = Load(
      "{exec: x, every: 20s, metrics: {m: {over: rate}, s: {series: true}}}",
      "start");
  const plan::Task& task = OnlyTask(plan, Stage::kStart);
  EXPECT_EQ(task.every, absl::Seconds(20));
  EXPECT_EQ(task.timeout, absl::Seconds(20));
  EXPECT_EQ(task.metrics[0].over.kind, plan::Reduction::Kind::kRate);
  EXPECT_TRUE(
      std::holds_alternative<plan::SampleSeries>(task.metrics[1].series));

  const plan::Plan reading =
      Load("{exec: x, async: true, sample: true, metrics: {m: {}}}", "start");
  EXPECT_TRUE(OnlyTask(reading, Stage::kStart).sample);
  EXPECT_EQ(OnlyTask(reading, Stage::kStart).metrics[0].over.kind,
            plan::Reduction::Kind::kMean);

  const plan::Plan answer = Load(
      "{request: {url: 'http://h/'}, metrics: {m: {series: {items: '$.a[*]', "
      "id: $.b, points: '$.c[*]', time: ms}}}}");
  const auto& series =
      std::get<plan::JsonSeries>(OnlyTask(answer).metrics[0].series);
  EXPECT_EQ(series.items.text(), "$.a[*]");
  EXPECT_EQ(series.id.text(), "$.b");
  EXPECT_EQ(series.points.text(), "$.c[*]");
  EXPECT_EQ(series.time_unit, absl::Milliseconds(1));
}

struct Mistake {
  const char* task;
  const char* message;
};

TEST(MetricReader, SaysWhatIsWrongAndWhere) {
  for (const Mistake& mistake : {
           Mistake{"{exec: x, metrics: {m: {regex: 'p99: (?=\\d)'}}}",
                   "c.yaml:3:42: exec.stop[0].metrics.m.regex: expected a "
                   "regex as RE2 reads it: invalid perl operator: (?=; RE2 has "
                   "no lookaround"},
           Mistake{"{exec: x, metrics: {m: {jsonpath: $.latencies.99th}}}",
                   "c.yaml:3:51: exec.stop[0].metrics.m.jsonpath: "},
           Mistake{"{exec: x, metrics: {m: {jsonpath: $.latencies.99th}}}",
                   "['99th']"},
           Mistake{"{exec: x, metrics: {m: {regex: a, jsonpath: $.a}}}",
                   "expected regex or jsonpath, found both"},
           Mistake{"{exec: x, metrics: {m: {from: body}}}",
                   "body is a source of requests, and this is a process; "
                   "expected one of stdout, stderr, exit_code, elapsed, "
                   "file:PATH"},
           Mistake{"{exec: x, metrics: {m: {from: stdot}}}",
                   "expected one of stdout, stderr"},
           Mistake{"{exec: x, metrics: {m: {from: 'file:'}}}",
                   "expected one of stdout, stderr"},
           Mistake{"{exec: x, metrics: {m: {as: durations}}}",
                   "expected one of number, duration, bytes (did you mean "
                   "duration?)"},
           Mistake{"{exec: x, metrics: {m: {as: duration, unit: req}}}",
                   "must be a unit of time"},
           Mistake{"{exec: x, metrics: {m: {take: p100}}}",
                   "a percentile from p0.1 to p99.99"},
           Mistake{"{exec: x, metrics: {m: {take: p0.01}}}",
                   "a percentile from p0.1 to p99.99"},
           Mistake{"{exec: x, metrics: {m: {absent: ignore}}}",
                   "expected fail, skip or a number"},
           Mistake{"{exec: x, metrics: {m: {absent: .nan}}}",
                   "c.yaml:3:37: exec.stop[0].metrics.m.absent: expected fail, "
                   "skip or a finite number, found the number .nan"},
           Mistake{"{exec: x, metrics: {m: {absent: .inf}}}",
                   "expected fail, skip or a finite number"},
           Mistake{"{exec: x, metrics: {m: {absent: -.inf}}}",
                   "expected fail, skip or a finite number"},
           Mistake{"{exec: x, metrics: {m: {absent: '0'}}}",
                   "expected fail, skip or a number"},
           Mistake{"{exec: x, metrics: {m: {at_least: 2, at_most: 1}}}",
                   "expected at_most to be no less than at_least"},
           Mistake{"{exec: x, metrics: {m: {scale: .nan}}}",
                   "expected a number"},
           Mistake{"{exec: x, metrics: {m: {regexp: a}}}",
                   "did you mean \"regex\"?"},
           Mistake{"{exec: x, metrics: {'': {}}}",
                   "expected the name of a metric"},
           Mistake{"{exec: x, metrics: {\"a\\u0085b\": {}}}",
                   "bytes without control characters"},
           Mistake{"{exec: x, metrics: {\"a\\u009f\": {}}}",
                   "bytes without control characters"},
           Mistake{"{exec: x, metrics: {m: {unit: \"\\u0080\"}}}",
                   "expected a text without control characters"},
           Mistake{"{exec: x, metrics: [m]}",
                   "expected a mapping of names to metrics"},
           Mistake{"{exec: x, end_after: window}",
                   "end_after applies to async tasks only"},
           Mistake{"{exec: x, async: true, end_after: window}",
                   "expected stop or post"},
           Mistake{"{exec: x, async: true, end_after: post, metrics: {m: {}}}",
                   "expected window or stop"},
           Mistake{"{exec: x, every: 1}", "tasks of pre and start only"},
           Mistake{"{exec: x, every: 0.01}", "expected a duration"},
           Mistake{"{exec: x, every: 1, retries: 1}",
                   "expected no retries on a sampler"},
           Mistake{"{exec: x, every: 1, async: true}",
                   "expected no async beside every"},
           Mistake{"{exec: x, sample: true}", "async tasks only"},
           Mistake{"{exec: x, metrics: {m: {over: mean}}}",
                   "expected no over on a metric that is not made of samples"},
           Mistake{"{exec: x, metrics: {m: {take: rate}}}",
                   "expected first, last"},
           Mistake{"{exec: x, metrics: {m: {series: true}}}",
                   "expected a mapping with items, id and points"},
           Mistake{"{exec: x, metrics: {m: {series: {items: $.a, id: $.b, "
                   "points: $.c}, take: last}}}",
                   "expected no take beside series"},
           Mistake{"{exec: x, metrics: {m: {series: {items: $.a, id: $.b, "
                   "points: $.c}, at_most: 1}}}",
                   "expected no at_most on a series"},
           Mistake{"{exec: x, metrics: {m: {series: {items: $.a}}}}",
                   "which is required"},
           Mistake{"{exec: x, metrics: {m: {series: {items: $.a, id: $.b, "
                   "points: $.c}, from: exit_code}}}",
                   "exec.stop[0].metrics.m.from: expected another source: "
                   "series are found in JSON"},
           Mistake{"{request: {url: 'http://h/'}, metrics: {m: {series: "
                   "{items: $.a, id: $.b, points: $.c}, from: status}}}",
                   "expected another source"},
           Mistake{"{exec: x, metrics: {m: {series: {items: $.a, id: $.b, "
                   "points: $.c}, from: elapsed}}}",
                   "expected another source"},
           Mistake{"{exec: x, metrics: {m: {series: {items: $.a, id: $.b, "
                   "points: $.c}, from: 'file:x', absent: 4}}}",
                   "expected fail or skip: no number can stand for a series"},
           Mistake{"{exec: x, metrics: {m: {from: exit_code, as: duration, "
                   "unit: s}}}",
                   "exec.stop[0].metrics.m.as: expected number: an exit code "
                   "or a status has no unit"},
           Mistake{"{request: {url: http://h}, metrics: {m: {from: status, "
                   "as: bytes}}}",
                   "expected number: an exit code"},
           Mistake{"{exec: x, metrics: {m: {from: elapsed, as: bytes}}}",
                   "expected number or duration: elapsed is a time"},
       }) {
    EXPECT_THAT(Problems(mistake.task), HasSubstr(mistake.message))
        << mistake.task;
  }
}

TEST(MetricReader, SaysWhatSamplesCannotBe) {
  for (const Mistake& mistake : {
           Mistake{"{exec: x, async: true, sample: true, metrics: {m: {from: "
                   "exit_code}}}",
                   "exec.start[0].metrics.m.from: expected stdout or stderr"},
           Mistake{"{exec: x, async: true, sample: true, metrics: {m: {from: "
                   "elapsed}}}",
                   "expected stdout or stderr"},
           Mistake{"{exec: x, async: true, sample: true, metrics: {m: {from: "
                   "'file:x'}}}",
                   "expected stdout or stderr"},
           Mistake{"{exec: x, every: 1, metrics: {m: {over: increase, scale: "
                   "-1}}}",
                   "exec.start[0].metrics.m.scale: expected 0 or more"},
           Mistake{"{exec: x, every: 1, metrics: {m: {over: rate, scale: "
                   "-0.5}}}",
                   "expected 0 or more"},
           Mistake{"{exec: x, every: 1, metrics: {m: {series: true, absent: "
                   "4}}}",
                   "exec.start[0].metrics.m.absent: expected fail or skip"},
       }) {
    EXPECT_THAT(Problems(mistake.task, "start"), HasSubstr(mistake.message))
        << mistake.task;
  }
}

TEST(MetricReader, SamplesOfARoundCanBeOfAnySource) {
  (void)Load(
      "{exec: x, every: 1, metrics: {a: {from: exit_code}, b: {from: elapsed, "
      "scale: -1}, c: {series: true, absent: skip}}}",
      "start");
  (void)Load(
      "{exec: x, async: true, sample: true, metrics: {a: {from: stderr}, b: "
      "{over: rate, scale: 0.001, offset: 0}}}",
      "start");
  (void)Load(
      "{exec: x, metrics: {m: {series: {items: $.a, id: $.b, points: $.c}, "
      "from: 'file:x', absent: skip}}}");
}

TEST(MetricReader, WarnsOfWhatHasNoEffect) {
  EXPECT_THAT(Warnings("{exec: x, every: 1, metrics: {m: {over: increase, "
                       "offset: 3}}}",
                       "start"),
              AllOf(HasSubstr("exec.start[0].metrics.m.offset: "),
                    HasSubstr("without effect beside over: increase")));
  for (const char* absent : {"skip", "4"}) {
    EXPECT_THAT(
        Warnings(absl::StrCat("{exec: x, metrics: {m: {series: {items: $.a, "
                              "id: $.b, points: $.c}, absent: ",
                              absent, "}}}")),
        AllOf(HasSubstr("exec.stop[0].metrics.m.absent: "),
              HasSubstr("without effect: this series is never absent")));
  }
}

TEST(MetricReader, WarnsOfAUnitThatIsNotConvertedTo) {
  const auto warnings = [](const char* unit) {
    return Warnings(
        absl::StrCat("{exec: x, metrics: {m: {as: bytes, unit: ", unit, "}}}"));
  };
  for (const char* unit : {"MB/s", "KiB/second", "K per second"}) {
    EXPECT_THAT(warnings(unit),
                AllOf(HasSubstr("exec.stop[0].metrics.m.unit: "),
                      HasSubstr("the value is in bytes all the same")))
        << unit;
  }
  for (const char* unit : {"MB", "B/s", "bytes/second", "requests/s", "''"}) {
    EXPECT_EQ(warnings(unit), "") << unit;
  }
}

TEST(MetricReader, WarnsOfATakeWhereEachMatchIsASample) {
  const auto warnings = [](const char* metric) {
    return Warnings(absl::StrCat("{exec: x, async: true, sample: true, "
                                 "metrics: {m: {",
                                 metric, "}}}"),
                    "start");
  };
  EXPECT_THAT(warnings("regex: ERROR, take: count, over: sum"),
              AllOf(HasSubstr("exec.start[0].metrics.m.take: "),
                    HasSubstr("without effect: with sample: true each match "
                              "is a sample")));
  EXPECT_EQ(warnings("regex: ERROR, take: null"), "");
  EXPECT_EQ(warnings("jsonpath: '$.a[*]', take: sum"), "");
}

TEST(MetricReader, ANameStandsOnceInASection) {
  EXPECT_THAT(Problems("{exec: x, metrics: {m: {}}}\n  - {exec: y, metrics: "
                       "{m: {}}}"),
              AllOf(HasSubstr("c.yaml:4:25: "),
                    HasSubstr("duplicate metric \"m\"; the first is at "
                              "c.yaml:3:25")));
}

TEST(MetricReader, PostHasNoMetrics) {
  EXPECT_THAT(Problems("{exec: x, metrics: {m: {}}}", "post"),
              HasSubstr("expected no metrics in post"));
}

}  // namespace
}  // namespace servo::config
