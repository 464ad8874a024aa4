#include "stages/sample_store.h"

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "plan/metric.h"

namespace servo::stages {
namespace {

using plan::Number;
using Kind = plan::Reduction::Kind;
using ::testing::IsEmpty;
using ::testing::SizeIs;

SampleStore StoreOf(const std::vector<double>& values) {
  SampleStore store;
  absl::Duration at = absl::Seconds(100);
  for (const double value : values) {
    store.Add(at, value);
    at += absl::Seconds(2);
  }
  return store;
}

std::optional<Number> Reduced(const std::vector<double>& values, Kind kind) {
  return StoreOf(values).Reduce({.kind = kind});
}

TEST(ReduceSamples, ScalesAGrowth) {
  plan::Metric metric;
  metric.scale = 10;
  metric.offset = 1;
  metric.over = {.kind = Kind::kRate};
  EXPECT_EQ(ReduceSamples(metric, StoreOf({5, 8})), Number(15.0));
  metric.over = {.kind = Kind::kIncrease};
  EXPECT_EQ(ReduceSamples(metric, StoreOf({5, 8, 2})), Number(int64_t{50}));
  EXPECT_EQ(ReduceSamples(metric, StoreOf({5})), std::nullopt);
  // Others are made of samples that were scaled.
  metric.over = {.kind = Kind::kSum};
  EXPECT_EQ(ReduceSamples(metric, StoreOf({5, 8})), Number(int64_t{13}));
}

TEST(SampleStore, Reduces) {
  const std::vector<double> values = {5, 1, 9, 3};
  EXPECT_EQ(Reduced(values, Kind::kFirst), Number(int64_t{5}));
  EXPECT_EQ(Reduced(values, Kind::kLast), Number(int64_t{3}));
  EXPECT_EQ(Reduced(values, Kind::kSum), Number(int64_t{18}));
  EXPECT_EQ(Reduced(values, Kind::kMean), Number(4.5));
  EXPECT_EQ(Reduced(values, Kind::kMin), Number(int64_t{1}));
  EXPECT_EQ(Reduced(values, Kind::kMax), Number(int64_t{9}));
  EXPECT_EQ(Reduced(values, Kind::kCount), Number(int64_t{4}));
  EXPECT_EQ(
      StoreOf(values).Reduce({.kind = Kind::kPercentile, .percentile = 50}),
      Number(int64_t{3}));
  EXPECT_EQ(Reduced({0.5, 1}, Kind::kLast), Number(1.0));
}

TEST(SampleStore, CountersGrowAndRestart) {
  EXPECT_EQ(Reduced({10, 14, 20}, Kind::kIncrease), Number(int64_t{10}));
  EXPECT_EQ(Reduced({10, 14, 20}, Kind::kRate), Number(2.5));
  // 10 to 14, a restart, 0 to 3, 3 to 5.
  EXPECT_EQ(Reduced({10, 14, 3, 5}, Kind::kIncrease), Number(int64_t{9}));
  EXPECT_EQ(Reduced({10}, Kind::kIncrease), std::nullopt);
  EXPECT_EQ(Reduced({10}, Kind::kRate), std::nullopt);
}

TEST(SampleStore, OfNoneThereIsACountAlone) {
  EXPECT_EQ(Reduced({}, Kind::kCount), Number(int64_t{0}));
  EXPECT_EQ(Reduced({}, Kind::kMean), std::nullopt);
  EXPECT_THAT(StoreOf({}).Points(10), IsEmpty());
}

TEST(SampleStore, KeepsFewerOfMany) {
  SampleStore store(/*max_kept=*/8);
  for (int i = 0; i < 100; ++i) store.Add(absl::Seconds(i), i);
  EXPECT_FALSE(store.whole());
  EXPECT_EQ(store.count(), 100u);
  EXPECT_EQ(store.Reduce({.kind = Kind::kSum}), Number(int64_t{4950}));
  EXPECT_EQ(store.Reduce({.kind = Kind::kMax}), Number(int64_t{99}));
  EXPECT_EQ(store.Reduce({.kind = Kind::kIncrease}), Number(int64_t{99}));
  const std::vector<SampleStore::Point> points = store.Points(100);
  EXPECT_LT(points.size(), 8u);
  EXPECT_GE(points.size(), 4u);
  // Evenly: each as far from the one before it.
  for (size_t i = 1; i < points.size(); ++i) {
    EXPECT_EQ(points[i].at - points[i - 1].at, points[1].at - points[0].at);
  }
}

TEST(SampleStore, PointsAreThinnedEvenly) {
  std::vector<double> values;
  for (int i = 0; i < 100; ++i) values.push_back(i);
  const SampleStore store = StoreOf(values);
  EXPECT_TRUE(store.whole());
  EXPECT_THAT(store.Points(100), SizeIs(100));
  const std::vector<SampleStore::Point> points = store.Points(10);
  ASSERT_THAT(points, SizeIs(10));
  EXPECT_EQ(points[0].value, 0);
  EXPECT_EQ(points[9].value, 90);
}

}  // namespace
}  // namespace servo::stages
