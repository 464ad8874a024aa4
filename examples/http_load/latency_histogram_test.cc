#include "latency_histogram.h"

#include <initializer_list>

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace http_load {
namespace {

LatencyHistogram Of(std::initializer_list<int> microseconds) {
  LatencyHistogram histogram;
  for (int value : microseconds) histogram.Add(absl::Microseconds(value));
  return histogram;
}

TEST(LatencyHistogramTest, PercentilesAreTheNearestRank) {
  const LatencyHistogram ten = Of({10, 9, 8, 7, 6, 5, 4, 3, 2, 1});
  EXPECT_EQ(ten.Percentile(50), absl::Microseconds(5));
  EXPECT_EQ(ten.Percentile(51), absl::Microseconds(6));
  EXPECT_EQ(ten.Percentile(90), absl::Microseconds(9));
  EXPECT_EQ(ten.Percentile(99), absl::Microseconds(10));
  EXPECT_EQ(ten.Percentile(100), absl::Microseconds(10));
  EXPECT_EQ(ten.Percentile(1), absl::Microseconds(1));
  EXPECT_EQ(Of({7}).Percentile(50), absl::Microseconds(7));
}

TEST(LatencyHistogramTest, NothingIsZero) {
  EXPECT_EQ(LatencyHistogram().Percentile(99), absl::ZeroDuration());
  EXPECT_EQ(Of({-5}).Percentile(99), absl::ZeroDuration());
}

TEST(LatencyHistogramTest, IsExactBelowAMillisecond) {
  for (int value : {0, 1, 511, 512, 999, 1000, 1023}) {
    EXPECT_EQ(Of({value, 2000000}).Percentile(50), absl::Microseconds(value));
  }
}

TEST(LatencyHistogramTest, IsNeverBelowAndAtMostAFewThousandthsAbove) {
  for (double value = 1024; value < 4e9; value *= 1.037) {
    LatencyHistogram histogram;
    histogram.Add(absl::Microseconds(static_cast<int64_t>(value)));
    histogram.Add(absl::Hours(2));
    const double told = absl::ToDoubleMicroseconds(histogram.Percentile(50));
    EXPECT_GE(told, static_cast<int64_t>(value));
    EXPECT_LE(told, value * 1.002);
  }
}

TEST(LatencyHistogramTest, TheGreatestIsExact) {
  LatencyHistogram histogram = Of({1, 2});
  histogram.Add(absl::Nanoseconds(123456789));
  EXPECT_EQ(histogram.Percentile(100), absl::Nanoseconds(123456789));
}

TEST(LatencyHistogramTest, MergesAsIfAddedToOne) {
  LatencyHistogram merged = Of({1, 5000, 3});
  merged.Merge(Of({2, 4, 5000}));
  const LatencyHistogram together = Of({1, 2, 3, 4, 5000, 5000});
  EXPECT_EQ(merged.count(), 6u);
  for (int percent = 1; percent <= 100; ++percent) {
    EXPECT_EQ(merged.Percentile(percent), together.Percentile(percent));
  }
}

}  // namespace
}  // namespace http_load
