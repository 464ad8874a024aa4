#include "stages/retry_delay.h"

#include <optional>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "plan/plan.h"

namespace servo::stages {
namespace {

plan::RetryPolicy Policy(absl::Duration delay, double backoff = 1,
                         absl::Duration max = absl::InfiniteDuration()) {
  return {.retries = 9, .delay = delay, .backoff = backoff, .max_delay = max};
}

TEST(RetryDelayTest, NoDelayByDefault) {
  EXPECT_EQ(RetryDelay(plan::RetryPolicy(), 1, std::nullopt),
            absl::ZeroDuration());
}

TEST(RetryDelayTest, ConstantWithoutBackoff) {
  const auto policy = Policy(absl::Seconds(2));
  EXPECT_EQ(RetryDelay(policy, 1, std::nullopt), absl::Seconds(2));
  EXPECT_EQ(RetryDelay(policy, 7, std::nullopt), absl::Seconds(2));
}

TEST(RetryDelayTest, GrowsByTheFactorUpToTheMaximum) {
  const auto policy = Policy(absl::Seconds(1), 3, absl::Seconds(10));
  EXPECT_EQ(RetryDelay(policy, 1, std::nullopt), absl::Seconds(1));
  EXPECT_EQ(RetryDelay(policy, 2, std::nullopt), absl::Seconds(3));
  EXPECT_EQ(RetryDelay(policy, 3, std::nullopt), absl::Seconds(9));
  EXPECT_EQ(RetryDelay(policy, 4, std::nullopt), absl::Seconds(10));
  EXPECT_EQ(RetryDelay(policy, 100000, std::nullopt), absl::Seconds(10));
}

TEST(RetryDelayTest, AnOverflowingFactorLeavesNoDelayAtNone) {
  EXPECT_EQ(RetryDelay(Policy(absl::ZeroDuration(), 1e300), 9, std::nullopt),
            absl::ZeroDuration());
}

TEST(RetryDelayTest, TheServersWishIsAMinimum) {
  const auto policy = Policy(absl::Seconds(5));
  EXPECT_EQ(RetryDelay(policy, 1, absl::Seconds(3)), absl::Seconds(5));
  EXPECT_EQ(RetryDelay(policy, 1, absl::Seconds(30)), absl::Seconds(30));
}

TEST(RetryDelayTest, TheServersWishHasALimit) {
  EXPECT_EQ(RetryDelay(Policy(absl::Seconds(5)), 1, absl::Hours(50)),
            kMaxServerDelay);
  // The configuration's has none.
  EXPECT_EQ(RetryDelay(Policy(absl::Hours(2)), 1, absl::Hours(50)),
            absl::Hours(2));
}

TEST(RetryDelayTest, TheMaximumHoldsAgainstTheServerToo) {
  const auto policy = Policy(absl::Seconds(5), 1, absl::Seconds(20));
  EXPECT_EQ(RetryDelay(policy, 1, absl::Hours(1)), absl::Seconds(20));
}

}  // namespace
}  // namespace servo::stages
