#include "latency_report.h"

#include <vector>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace http_load {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1700000000);

TEST(PercentileTest, IsTheNearestRank) {
  const std::vector<double> values = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  EXPECT_EQ(Percentile(values, 0.5), 5);
  EXPECT_EQ(Percentile(values, 0.9), 9);
  EXPECT_EQ(Percentile(values, 0.99), 10);
  EXPECT_EQ(Percentile(values, 1), 10);
  EXPECT_EQ(Percentile(values, 0), 1);
  EXPECT_EQ(Percentile({7}, 0.5), 7);
  EXPECT_EQ(Percentile({}, 0.5), 0);
}

TEST(LatencyReportTest, DescribesWhatItReports) {
  LatencyReport report;
  report.AddSuccess(kStart, absl::Milliseconds(1));
  const nlohmann::json described = LatencyReport::Describe();
  const nlohmann::json metrics = report.Metrics(absl::Seconds(1));
  for (const auto& [name, metric] : metrics.items()) {
    ASSERT_TRUE(described.contains(name)) << name;
    EXPECT_EQ(described[name]["unit"], metric["unit"]);
  }
}

TEST(LatencyReportTest, CountsRequestsAndErrors) {
  LatencyReport report;
  for (int i = 1; i <= 9; ++i) {
    report.AddSuccess(kStart, absl::Milliseconds(i));
  }
  report.AddError(kStart + absl::Seconds(1));
  const nlohmann::json metrics = report.Metrics(absl::Seconds(3));
  EXPECT_EQ(report.requests(), 10u);
  EXPECT_EQ(metrics["throughput"]["value"], 3);
  EXPECT_EQ(metrics["error_rate"]["value"], 10);
  EXPECT_EQ(metrics["latency_p50"]["value"], 5);
  EXPECT_EQ(metrics["latency_max"]["value"], 9);
}

TEST(LatencyReportTest, SeriesHaveAPointASecond) {
  LatencyReport report;
  report.AddSuccess(kStart + absl::Seconds(1), absl::Milliseconds(20));
  report.AddSuccess(kStart, absl::Milliseconds(10));
  report.AddError(kStart + absl::Seconds(2));
  const nlohmann::json metrics = report.Metrics(absl::Seconds(3));
  EXPECT_EQ(metrics["latency_p99_over_time"]["values"],
            nlohmann::json::parse(
                R"([{"id": "latency_p99",
                     "data": [[1700000000, 10.0], [1700000001, 20.0]]}])"));
  EXPECT_EQ(metrics["error_rate_over_time"]["values"][0]["data"].back(),
            nlohmann::json::parse("[1700000002, 100.0]"));
}

TEST(LatencyReportTest, NoAnswersNoLatency) {
  LatencyReport report;
  report.AddError(kStart);
  const nlohmann::json metrics = report.Metrics(absl::Seconds(1));
  EXPECT_EQ(metrics["error_rate"]["value"], 100);
  EXPECT_FALSE(metrics.contains("latency_p50"));
}

}  // namespace
}  // namespace http_load
