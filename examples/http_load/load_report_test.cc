#include "load_report.h"

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace http_load {
namespace {

using ::nlohmann::json;

const absl::Time kBegin =
    absl::FromUnixSeconds(1700000000) + absl::Milliseconds(700);

json Series(const json& metrics, const std::string& name) {
  return metrics[name + "_over_time"]["values"];
}

TEST(LoadReportTest, DescribesExactlyWhatItReports) {
  LoadReport report(kBegin, absl::Seconds(1));
  report.AddSuccess(absl::ZeroDuration(), absl::Milliseconds(1));
  const json described = LoadReport::Describe();
  const json metrics = report.Metrics();
  EXPECT_EQ(described.size(), 12u);
  EXPECT_EQ(described.size(), metrics.size());
  for (const auto& [name, metric] : metrics.items()) {
    ASSERT_TRUE(described.contains(name)) << name;
    EXPECT_EQ(described[name], json({{"unit", metric["unit"]}}));
  }
}

TEST(LoadReportTest, TellsTheWhole) {
  LoadReport report(kBegin, absl::Seconds(3));
  for (int i = 1; i <= 9; ++i) {
    report.AddSuccess(absl::ZeroDuration(), absl::Microseconds(100 * i));
  }
  report.AddError(absl::Seconds(1), "timeout");
  const json metrics = report.Metrics();
  EXPECT_EQ(metrics["throughput"], json({{"value", 3.0}, {"unit", "rps"}}));
  EXPECT_EQ(metrics["error_rate"], json({{"value", 10.0}, {"unit", "%"}}));
  EXPECT_EQ(metrics["latency_p50"], json({{"value", 0.5}, {"unit", "ms"}}));
  EXPECT_EQ(metrics["latency_max"], json({{"value", 0.9}, {"unit", "ms"}}));
}

TEST(LoadReportTest, CountsErrorsByKind) {
  LoadReport report(kBegin, absl::Seconds(3));
  report.AddSuccess(absl::Seconds(2), absl::Milliseconds(1));
  report.AddError(absl::Seconds(0), "status_503");
  report.AddError(absl::Seconds(1), "status_503");
  report.AddError(absl::Seconds(1), "timeout");
  EXPECT_EQ(report.Counts(), json({{"requests", 4},
                                   {"errors", 3},
                                   {"errors_status_503", 2},
                                   {"errors_timeout", 1}}));
}

// The window's seconds, not those of the clock: a second that the window has
// only in part would look like a fall.
TEST(LoadReportTest, SeriesHaveAPointASecondOfTheWindow) {
  LoadReport report(kBegin, absl::Milliseconds(2500));
  report.AddSuccess(absl::Milliseconds(0), absl::Milliseconds(0.25));
  report.AddSuccess(absl::Milliseconds(999), absl::Milliseconds(0.75));
  report.AddError(absl::Milliseconds(1000), "timeout");
  report.AddSuccess(absl::Milliseconds(2499), absl::Milliseconds(0.5));
  const json metrics = report.Metrics();
  EXPECT_EQ(Series(metrics, "throughput"),
            json::parse(R"([{"id": "throughput", "data": [
                [1700000000, 2.0], [1700000001, 0.0], [1700000002, 2.0]]}])"));
  EXPECT_EQ(Series(metrics, "error_rate"),
            json::parse(R"([{"id": "error_rate", "data": [
                [1700000000, 0.0], [1700000001, 100.0],
                [1700000002, 0.0]]}])"));
  EXPECT_EQ(Series(metrics, "latency_max"),
            json::parse(R"([{"id": "latency_max", "data": [
                [1700000000, 0.75], [1700000002, 0.5]]}])"));
}

TEST(LoadReportTest, ALongWindowHasWiderPoints) {
  LoadReport report(kBegin, absl::Hours(1));
  for (int second = 0; second < 3600; ++second) {
    report.AddSuccess(absl::Seconds(second), absl::Milliseconds(1));
  }
  const json data = Series(report.Metrics(), "throughput")[0]["data"];
  ASSERT_EQ(data.size(), 600u);
  EXPECT_EQ(data[1], json::parse("[1700000006, 1.0]"));
}

TEST(LoadReportTest, WithoutAnswersThereIsNoLatency) {
  LoadReport report(kBegin, absl::Seconds(1));
  report.AddError(absl::ZeroDuration(), "timeout");
  const json metrics = report.Metrics();
  EXPECT_EQ(metrics["error_rate"]["value"], 100);
  EXPECT_EQ(metrics["throughput"]["value"], 0);
  EXPECT_FALSE(metrics.contains("latency_p50"));
  EXPECT_FALSE(metrics.contains("latency_p50_over_time"));
}

TEST(LoadReportTest, AWindowWithoutLengthHasNothing) {
  LoadReport report(kBegin, absl::ZeroDuration());
  EXPECT_EQ(report.Metrics(), json::object());
  EXPECT_EQ(report.Counts()["requests"], 0);
}

}  // namespace
}  // namespace http_load
