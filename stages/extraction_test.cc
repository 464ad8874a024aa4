#include "stages/extraction.h"

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "exec/runner.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "jsonpath/path.h"
#include "plan/lookup.h"
#include "plan/metric.h"
#include "plan/plan.h"
#include "plan/reference.h"
#include "stages/attempt_files.h"
#include "stages/judge.h"
#include "stages/lookup.h"
#include "stages/testing/tasks.h"

namespace servo::stages {
namespace {

using plan::AbsentValue;
using plan::Metric;
using plan::Number;
using plan::Quantity;
using plan::Reduction;
using Kind = plan::Reduction::Kind;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Metric RegexMetric(const char* regex) {
  Metric metric;
  metric.name = "m";
  metric.lookup.finder = plan::CompileRegex(regex).value();
  return metric;
}

Metric JsonMetric(const char* path) {
  Metric metric;
  metric.name = "m";
  metric.lookup.finder = std::make_shared<const jsonpath::Path>(
      jsonpath::Path::Parse(path).value());
  return metric;
}

Metric Taking(Metric metric, Reduction take) {
  metric.take = take;
  return metric;
}

AttemptResult Printed(absl::string_view out, absl::string_view err = "") {
  exec::Result result;
  result.out.Append(out);
  result.err.Append(err);
  result.elapsed = absl::Milliseconds(1500);
  return result;
}

// "i 12" for an integer, "d 1.5" for a double, or the error.
std::string Extract(const Metric& metric, const AttemptResult& result) {
  const plan::Task task = Exec("task");
  const AttemptFiles files;
  Sources sources(task, result, files);
  const absl::StatusOr<Number> number = ExtractMetric(metric, &sources);
  if (!number.ok()) return number.status().ToString();
  return absl::StrCat(
      std::holds_alternative<int64_t>(*number) ? "i " : "d ",
      std::visit([](auto value) { return absl::StrCat(value); }, *number));
}

TEST(ExtractMetric, KeepsIntegers) {
  EXPECT_EQ(Extract(RegexMetric("(\\S+) requests"), Printed("12 requests")),
            "i 12");
  EXPECT_EQ(Extract(RegexMetric("(\\S+) ms"), Printed("1.50 ms")), "d 1.5");
  EXPECT_EQ(Extract(JsonMetric("$.a"), Printed("{\"a\": 12}")), "i 12");
  EXPECT_EQ(Extract(JsonMetric("$.a"), Printed("{\"a\": -1.5e3}")), "d -1500");
  EXPECT_EQ(Extract(JsonMetric("$.a"), Printed("{\"a\": true}")), "i 1");
  EXPECT_EQ(Extract(JsonMetric("$.a"), Printed("{\"a\": \"0.25\"}")), "d 0.25");
}

TEST(ExtractMetric, TakesOneOfSeveral) {
  const Metric metric = RegexMetric("\\d+");
  const AttemptResult result = Printed("5 1 9 2");
  EXPECT_EQ(Extract(metric, result), "i 5");
  EXPECT_EQ(Extract(Taking(metric, {Kind::kLast}), result), "i 2");
  EXPECT_EQ(Extract(Taking(metric, {Kind::kSum}), result), "i 17");
  EXPECT_EQ(Extract(Taking(metric, {Kind::kMean}), result), "d 4.25");
  EXPECT_EQ(Extract(Taking(metric, {Kind::kMax}), result), "i 9");
  EXPECT_EQ(Extract(Taking(metric, {Kind::kCount}), result), "i 4");
  EXPECT_EQ(Extract(Taking(metric, {Kind::kPercentile, 50}), result), "i 2");
}

TEST(ExtractMetric, CountsWhatIsNoNumber) {
  const Metric metric = Taking(RegexMetric("ERROR"), {Kind::kCount});
  EXPECT_EQ(Extract(metric, Printed("ERROR a\nERROR b\n")), "i 2");
  EXPECT_EQ(Extract(metric, Printed("")), "i 0");
}

TEST(ExtractMetric, DropsWhatIsNoFiniteNumber) {
  EXPECT_EQ(Extract(RegexMetric("v=(\\S*)"), Printed("v=nan v= v=inf v=3")),
            "i 3");
  EXPECT_EQ(Extract(Taking(RegexMetric("v=(\\S*)"), {Kind::kLast}),
                    Printed("v=3 v=NaN v=")),
            "i 3");
  EXPECT_EQ(Extract(Taking(JsonMetric("$[*]"), {Kind::kCount}),
                    Printed("[null, \"NaN\", \"\", 1, 2]")),
            "i 2");
}

TEST(ExtractMetric, ScalesAndShifts) {
  Metric metric = RegexMetric("\\d+");
  metric.scale = 0.001;
  metric.offset = 1;
  EXPECT_EQ(Extract(metric, Printed("1500")), "d 2.5");
}

TEST(ExtractMetric, ReadsDurationsAndBytes) {
  Metric metric = RegexMetric("latency (.*)");
  metric.quantity = Quantity::kDuration;
  metric.unit = "ms";
  EXPECT_EQ(Extract(metric, Printed("latency 1.5s")), "i 1500");
  EXPECT_THAT(Extract(metric, Printed("latency 12")),
              AllOf(HasSubstr("INVALID_ARGUMENT"), HasSubstr("unit of time")));
  metric.lookup = {.source = plan::Source::kElapsed};
  EXPECT_EQ(Extract(metric, Printed("")), "i 1500");
  metric.lookup = RegexMetric("size (.*)").lookup;
  metric.quantity = Quantity::kBytes;
  EXPECT_EQ(Extract(metric, Printed("size 2K")), "i 2048");
  EXPECT_EQ(Extract(metric, Printed("size NaN\nsize 3K")), "i 3072");
}

TEST(ExtractMetric, SaysWhatIsNoNumber) {
  EXPECT_THAT(Extract(RegexMetric("v=(\\S+)"), Printed("v=fast")),
              AllOf(HasSubstr("INVALID_ARGUMENT"), HasSubstr("\"fast\"")));
  EXPECT_THAT(Extract(JsonMetric("$.a"), Printed("{\"a\": {}}")),
              HasSubstr("found an object"));
}

TEST(ExtractMetric, SaysWhatWasNotFound) {
  EXPECT_THAT(
      Extract(RegexMetric("rps: (\\d+)"), Printed("nothing")),
      AllOf(HasSubstr("NOT_FOUND"),
            HasSubstr("stdout has no match of the regex \"rps: (\\d+)\"")));
  EXPECT_THAT(Extract(RegexMetric("rps: (\\d+)"), Printed("", "rps: 5")),
              HasSubstr("stderr has: from: stderr"));
  EXPECT_THAT(Extract(JsonMetric("$.a"), Printed("{}")),
              HasSubstr("stdout has nothing at \"$.a\""));
}

TEST(ExtractMetric, SaysThatAGroupTookNoPart) {
  EXPECT_EQ(Extract(RegexMetric("a(x)?"), Printed("ab")),
            "NOT_FOUND: stdout has a match of the regex \"a(x)?\", but its "
            "first group takes no part in it");
}

TEST(ExtractMetric, SaysWhatWasFoundAndDoesNotCount) {
  Metric whole;
  EXPECT_EQ(Extract(whole, Printed("inf\n")),
            "NOT_FOUND: stdout has no finite number, only \"inf\"");
  EXPECT_EQ(Extract(whole, Printed(" \n")), "NOT_FOUND: stdout is empty");
  EXPECT_THAT(Extract(whole, Printed("", "5")),
              HasSubstr("stdout is empty, but stderr has"));
  EXPECT_EQ(Extract(JsonMetric("$.a"), Printed("{\"a\": null}")),
            "NOT_FOUND: stdout has no finite number at \"$.a\", only null");
  EXPECT_EQ(
      Extract(JsonMetric("$[*]"), Printed("[\"\", null, \"NaN\"]")),
      "NOT_FOUND: stdout has no finite number at \"$[*]\", only an empty text "
      "and 2 more of the kind");
  EXPECT_EQ(
      Extract(Taking(RegexMetric("v=(\\S*)"), {Kind::kLast}), Printed("v=nan")),
      "NOT_FOUND: stdout has no finite number for the regex "
      "\"v=(\\S*)\", only \"nan\"");
}

// ---- All metrics of a task ----

Extraction ExtractAll(plan::Task* task, const AttemptResult& result) {
  const AttemptFiles files;
  Sources sources(*task, result, files);
  return ExtractMetrics(*task, plan::References(), &sources);
}

TEST(ExtractMetrics, ReferencesAreShownAsWritten) {
  plan::References references("ref0x");
  const std::string id =
      references.Add({.kind = plan::Reference::Kind::kRun, .name = "id"});
  plan::Task task = Exec("task");
  Metric metric;
  metric.lookup.source = plan::Source::kFile;
  metric.lookup.argument = "/nowhere/" + id;
  task.metrics = {metric};
  const AttemptResult result = Printed("");
  const AttemptFiles files;
  Sources sources(task, result, files);
  const Extraction extraction = ExtractMetrics(task, references, &sources);
  ASSERT_EQ(extraction.problems.size(), 1u);
  EXPECT_THAT(extraction.problems[0].why,
              HasSubstr("the file \"/nowhere/${{ run.id }}\" does not exist"));
}

Metric Named(const char* name, const char* regex, AbsentValue absent) {
  Metric metric = RegexMetric(regex);
  metric.name = name;
  metric.absent = absent;
  return metric;
}

TEST(ExtractMetrics, WhatIsAbsentIsDealtWith) {
  plan::Task task = Exec("task");
  task.metrics = {
      Named("found", "a=(\\d)", {}),
      Named("replaced", "b=(\\d)",
            {.kind = AbsentValue::Kind::kNumber, .number = int64_t{7}}),
      Named("skipped", "c=(\\d)", {.kind = AbsentValue::Kind::kSkip})};
  Extraction extraction = ExtractAll(&task, Printed("a=1"));
  ASSERT_EQ(extraction.values.size(), 2u);
  EXPECT_EQ(extraction.values[0].value, Number(int64_t{1}));
  EXPECT_EQ(extraction.values[1].metric, &task.metrics[1]);
  EXPECT_EQ(extraction.values[1].value, Number(int64_t{7}));
  ASSERT_EQ(extraction.problems.size(), 1u);
  EXPECT_EQ(extraction.problems[0].metric, &task.metrics[2]);
  EXPECT_FALSE(extraction.failed());

  task.metrics.push_back(Named("needed", "d=(\\d)", {}));
  extraction = ExtractAll(&task, Printed("a=1"));
  EXPECT_TRUE(extraction.failed());
  task.ignore_exitcode = true;
  EXPECT_FALSE(ExtractAll(&task, Printed("a=1")).failed());
}

TEST(ExtractMetrics, WhatIsWrongIsNotAbsent) {
  plan::Task task = Exec("task");
  task.metrics = {
      Named("wrong", "a=(.*)",
            {.kind = AbsentValue::Kind::kNumber, .number = int64_t{7}})};
  EXPECT_TRUE(ExtractAll(&task, Printed("a=fast")).failed());
}

}  // namespace
}  // namespace servo::stages
