#include "stages/json_series.h"

#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/fake_client.h"
#include "jsonpath/path.h"
#include "plan/lookup.h"
#include "plan/metric.h"
#include "plan/plan.h"
#include "stages/attempt_files.h"
#include "stages/judge.h"
#include "stages/lookup.h"
#include "stages/testing/tasks.h"

namespace servo::stages {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

jsonpath::Path Path(const char* text) {
  return jsonpath::Path::Parse(text).value();
}

// "ID: 1.5=7 2.5=8" of each series, or the error.
std::vector<std::string> Read(absl::string_view body,
                              absl::Duration time_unit = absl::Seconds(1),
                              double scale = 2) {
  plan::Metric metric;
  metric.lookup.source = plan::Source::kBody;
  metric.scale = scale;
  metric.series = plan::JsonSeries{.items = Path("$.data.result[*]"),
                                   .id = Path("$.metric"),
                                   .points = Path("$.values[*]"),
                                   .time_unit = time_unit};
  const plan::Task task = Get("prometheus");
  const AttemptResult result = http::FakeResponse(200, body);
  const AttemptFiles files;
  Sources sources(task, result, files);
  const auto all = ReadJsonSeries(metric, &sources);
  if (!all.ok()) return {all.status().ToString()};
  std::vector<std::string> texts;
  for (const Series& series : *all) {
    std::string text = series.id + ":";
    for (const Series::Point& point : series.points) {
      absl::StrAppend(&text, " ", absl::ToUnixMillis(point.at) / 1000.0, "=");
      std::visit([&text](auto value) { absl::StrAppend(&text, value); },
                 point.value);
    }
    texts.push_back(text);
  }
  return texts;
}

TEST(ReadJsonSeries, OfPrometheus) {
  EXPECT_THAT(
      Read(R"({"status": "success", "data": {"resultType": "matrix", "result": [
        {"metric": {"__name__": "up", "job": "node", "instance": "a:9100"},
         "values": [[10.5, "1"], [11.5, "NaN"], [12.5, "2.5"]]},
        {"metric": {}, "values": [[10, "+Inf"]]},
        {"values": [[10, "3"]]}]}})"),
      ElementsAre("instance:a:9100   job:node: 10.5=2 12.5=5", "2: 10=6"));
}

TEST(ReadJsonSeries, NoItemIsNoSeries) {
  EXPECT_THAT(Read(R"({"data": {"result": []}})"), IsEmpty());
}

TEST(ReadJsonSeries, TimesCanBeMilliseconds) {
  EXPECT_THAT(Read(R"({"data": {"result": [
                {"metric": "a", "values": [[1500, 1]]}]}})",
                   absl::Milliseconds(1)),
              ElementsAre("a: 1.5=2"));
}

// 2^53 + 1 is no double.
TEST(ReadJsonSeries, IntegersStayIntegers) {
  EXPECT_THAT(Read(R"({"data": {"result": [
                {"metric": "a", "values": [[1, 9007199254740993]]}]}})",
                   absl::Seconds(1), /*scale=*/1),
              ElementsAre("a: 1=9007199254740993"));
}

TEST(ReadJsonSeries, WhatIsNoPointIsAnError) {
  for (const char* values : {"[1]", "[[1]]", "[[\"x\", 1]]", "[[1, {}]]"}) {
    EXPECT_THAT(
        Read(absl::StrCat(R"({"data": {"result": [{"metric": "a", "values": )",
                          values, "}]}}")),
        ElementsAre(HasSubstr("INVALID_ARGUMENT: expected")))
        << values;
  }
}

}  // namespace
}  // namespace servo::stages
