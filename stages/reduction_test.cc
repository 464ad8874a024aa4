#include "stages/reduction.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "gtest/gtest.h"

namespace servo::stages {
namespace {

using plan::Number;
using plan::Reduction;
using Kind = plan::Reduction::Kind;

std::optional<Number> Reduced(Kind kind, std::vector<Number> numbers) {
  return Reduce({.kind = kind}, numbers);
}

TEST(Reduce, OfIntegersStaysAnInteger) {
  const std::vector<Number> numbers = {int64_t{3}, int64_t{1}, int64_t{2}};
  EXPECT_EQ(Reduced(Kind::kFirst, numbers), Number(int64_t{3}));
  EXPECT_EQ(Reduced(Kind::kLast, numbers), Number(int64_t{2}));
  EXPECT_EQ(Reduced(Kind::kSum, numbers), Number(int64_t{6}));
  EXPECT_EQ(Reduced(Kind::kMin, numbers), Number(int64_t{1}));
  EXPECT_EQ(Reduced(Kind::kMax, numbers), Number(int64_t{3}));
  EXPECT_EQ(Reduced(Kind::kCount, numbers), Number(int64_t{3}));
  EXPECT_EQ(Reduced(Kind::kMean, numbers), Number(2.0));
}

TEST(Reduce, ASumThatOverflowsIsADouble) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(Reduced(Kind::kSum, {kMax, int64_t{1}}), Number(0x1p63));
}

TEST(Reduce, LargeIntegersKeepTheirOrder) {
  constexpr int64_t kLarge = int64_t{1} << 53;
  EXPECT_EQ(Reduced(Kind::kMax, {kLarge + 1, kLarge}), Number(kLarge + 1));
  EXPECT_EQ(Reduced(Kind::kMin, {kLarge + 1, kLarge}), Number(kLarge));
}

TEST(Reduce, NothingHasNoValueButACount) {
  for (const Kind kind : {Kind::kFirst, Kind::kLast, Kind::kSum, Kind::kMean,
                          Kind::kMin, Kind::kMax, Kind::kPercentile}) {
    EXPECT_EQ(Reduced(kind, {}), std::nullopt);
  }
  EXPECT_EQ(Reduced(Kind::kCount, {}), Number(int64_t{0}));
}

TEST(Reduce, PercentilesAreOfTheNearestRank) {
  std::vector<Number> thousand;
  for (int64_t i = 1000; i >= 1; --i) thousand.push_back(i);
  for (const auto& [percentile, value] :
       std::vector<std::pair<double, int64_t>>{{0.1, 1},
                                               {50, 500},
                                               {90, 900},
                                               {99, 990},
                                               {99.9, 999},
                                               {99.99, 1000}}) {
    EXPECT_EQ(
        Reduce({.kind = Kind::kPercentile, .percentile = percentile}, thousand),
        Number(value))
        << percentile;
  }
  EXPECT_EQ(Reduce({.kind = Kind::kPercentile, .percentile = 50},
                   std::vector<Number>{2.5, int64_t{1}}),
            Number(int64_t{1}));
}

TEST(Scale, KeepsAnIntegerWhereItCan) {
  EXPECT_EQ(Scale(int64_t{3}, 1, 0), Number(int64_t{3}));
  EXPECT_EQ(Scale(int64_t{3}, 2, 0.5), Number(6.5));
  EXPECT_EQ(Scale(int64_t{3}, 1000, 1), Number(int64_t{3001}));
  EXPECT_EQ(Scale(int64_t{3}, 1e300, 0), Number(3e300));
  EXPECT_EQ(Scale(3.0, 2, 0), Number(6.0));
}

TEST(IsFinite, TellsNumbersFromTheRest) {
  EXPECT_TRUE(IsFinite(int64_t{1}));
  EXPECT_TRUE(IsFinite(1.5));
  EXPECT_FALSE(IsFinite(std::nan("")));
  EXPECT_FALSE(IsFinite(-INFINITY));
}

}  // namespace
}  // namespace servo::stages
