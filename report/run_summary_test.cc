// What a run by hand ends with: the table, the summary, the metrics file.
#include "report/run_summary.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "plan/metric.h"
#include "report/metric_rows.h"
#include "report/metrics_file.h"
#include "report/terminal_width.h"
#include "stages/extraction.h"
#include "stages/run_listener.h"

namespace servo::report {
namespace {

plan::Metric MetricNamed(const std::string& name, const std::string& unit) {
  plan::Metric metric;
  metric.name = name;
  metric.unit = unit;
  return metric;
}

// What a run with all kinds of metrics has measured.
class RunSummaryTest : public testing::Test {
 protected:
  RunSummaryTest() {
    p99_.at_most = 300;
    errors_.at_least = 0;
    errors_.at_most = 0.5;
    lost_.at_least = 1;
    measured_.metrics = {
        {&throughput_, 2411.5}, {&p99_, int64_t{412}}, {&errors_, int64_t{0}}};
    measured_.beyond_limits = {{&p99_, int64_t{412}}};
    measured_.series = {
        {&cpu_,
         {{"host 1", {{absl::FromUnixSeconds(100), int64_t{7}}}},
          {"host 2", {{absl::FromUnixMillis(100500), 0.5}}}}}};
    measured_.missing = {{&lost_, true, "no sample"}};
  }

  plan::Metric throughput_ = MetricNamed("throughput", "requests/second");
  plan::Metric p99_ = MetricNamed("p99", "ms");
  plan::Metric errors_ = MetricNamed("errors", "");
  plan::Metric cpu_ = MetricNamed("\u6e2c\u5b9a", "%");
  plan::Metric lost_ = MetricNamed("lost", "");
  stages::Measured measured_;
};

TEST_F(RunSummaryTest, TheTableHasAllMetricsWithTheirLimits) {
  EXPECT_EQ("\n" + MetricsTable(MetricRows(measured_)), R"(
METRIC         VALUE  UNIT             AT LEAST  AT MOST
errors             0                          0      0.5  ok
lost         missing                          1           BROKEN
p99              412  ms                             300  BROKEN
throughput    2411.5  requests/second
)"
                                                        "\u6e2c\u5b9a"
                                                        R"(        2 points  %
)");
}

TEST_F(RunSummaryTest, ColumnsThatNobodyNeedsAreLeftOut) {
  stages::Measured measured;
  measured.metrics = {{&errors_, int64_t{3}}};
  errors_.at_least.reset();
  errors_.at_most.reset();
  EXPECT_EQ(MetricsTable(MetricRows(measured)),
            "METRIC  VALUE\n"
            "errors      3\n");
  EXPECT_EQ(MetricsTable({}), "");
}

TEST_F(RunSummaryTest, TheTableHasNoControlCharacters) {
  stages::Measured measured;
  const plan::Metric odd = MetricNamed("r\x1b[31mate", "m\x07s");
  measured.metrics = {{&odd, int64_t{3}}};
  EXPECT_EQ(MetricsTable(MetricRows(measured)),
            "METRIC  VALUE  UNIT\n"
            "rate        3  ms\n");
}

TEST_F(RunSummaryTest, TheFileHasTheSame) {
  EXPECT_EQ(MetricsFileText("failed", "slo-violation", MetricRows(measured_)),
            R"({
  "result": "failed",
  "reason": "slo-violation",
  "metrics": {
    "errors": {
      "value": 0,
      "at_least": 0,
      "at_most": 0.5,
      "ok": true
    },
    "lost": {
      "value": null,
      "at_least": 1,
      "ok": false
    },
    "p99": {
      "value": 412,
      "unit": "ms",
      "at_most": 300,
      "ok": false
    },
    "throughput": {
      "value": 2411.5,
      "unit": "requests/second",
      "ok": true
    },
    "\u6e2c\u5b9a": {
      "values": [
        {
          "data": [
            [
              100.0,
              7
            ]
          ],
          "id": "host 1"
        },
        {
          "data": [
            [
              100.5,
              0.5
            ]
          ],
          "id": "host 2"
        }
      ],
      "unit": "%",
      "ok": true
    }
  }
}
)");
}

TEST(MetricsFileTest, AFileWithoutMetricsSaysHowTheRunEnded) {
  EXPECT_EQ(MetricsFileText(ResultWord("ok", ""), "", {}),
            "{\n  \"result\": \"success\",\n  \"reason\": \"\",\n"
            "  \"metrics\": {}\n}\n");
  EXPECT_EQ(ResultWord("failed", "cancelled"), "cancelled");
  EXPECT_EQ(ResultWord("failed", "task-failed"), "failed");
  EXPECT_EQ(ResultWord("bad-request", "bad-request"), "failed");
}

TEST(SummaryTextTest, SaysHowTheRunEnded) {
  EXPECT_EQ(SummaryText("success", "", "", absl::Milliseconds(64321)),
            "success after 1m4.321s\n");
  EXPECT_EQ(SummaryText("cancelled", "cancelled", "Exiting", absl::Seconds(2)),
            "cancelled after 2s\nExiting\n");
  EXPECT_EQ(SummaryText("failed", "task-failed", "pre: \x1b[31mbroken\x1b[0m\a",
                        absl::Seconds(2)),
            "failed after 2s (task-failed)\npre: broken\n");
  EXPECT_EQ(SummaryText("failed", "invalid-config", "", absl::Microseconds(70)),
            "failed after 0s (invalid-config)\n");
}

TEST(TerminalWidthTest, WideCharactersTakeTwoColumnsAndMarksNone) {
  EXPECT_EQ(Columns("plain"), 5u);
  EXPECT_EQ(Columns("\u6e2c\u5b9a"), 4u);
  EXPECT_EQ(Columns("e\u0301"), 1u);
  EXPECT_EQ(Columns("\U0001f600"), 2u);
  EXPECT_EQ(Columns("\xff\xff"), 2u);
  EXPECT_EQ(Columns(""), 0u);
}

TEST(TerminalWidthTest, WhatIsTooLongIsCutAtACharacter) {
  EXPECT_EQ(Fitted("exactly ten", 11), "exactly ten");
  EXPECT_EQ(Fitted("exactly ten", 10), "exactly...");
  EXPECT_EQ(Fitted("\u6e2c\u5b9a\u6e2c\u5b9a", 7), "\u6e2c\u5b9a...");
  EXPECT_EQ(Fitted("\u6e2c\u5b9a", 3), "\u6e2c");
  EXPECT_EQ(Fitted("text", 0), "");
  EXPECT_EQ(Padded("\u6e2c", 4), "\u6e2c  ");
}

}  // namespace
}  // namespace servo::report
