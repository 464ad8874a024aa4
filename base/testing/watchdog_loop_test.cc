#include "base/testing/watchdog_loop.h"

#include <ctime>
#include <memory>
#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/loop.h"
#include "gtest/gtest-spi.h"
#include "gtest/gtest.h"

namespace servo::base {
namespace {

void Burn(absl::Duration cpu_time) {
  const std::clock_t begin = std::clock();
  while (absl::Seconds(static_cast<double>(std::clock() - begin) /
                       CLOCKS_PER_SEC) < cpu_time) {
  }
}

// One turn that does `work`, and another that ends the first.
void TakeTurns(WatchdogLoop& loop, Loop::TimerCallback work) {
  const auto busy = loop.After(absl::ZeroDuration(), std::move(work));
  loop.RunOnce();
  // Not before: a late first turn would run both.
  const auto end = loop.After(absl::ZeroDuration(), [] {});
  loop.RunOnce();
}

TEST(WatchdogLoopTest, FailsAfterALongTurn) {
  auto loop = std::make_unique<WatchdogLoop>(absl::Milliseconds(1));
  TakeTurns(*loop, [] { Burn(absl::Milliseconds(30)); });
  EXPECT_GE(loop->longest_turn(), absl::Milliseconds(20));
  EXPECT_NONFATAL_FAILURE(loop.reset(), "kept its thread busy");
}

TEST(WatchdogLoopTest, TimeThatAnotherProcessTookDoesNotCount) {
  WatchdogLoop loop;
  TakeTurns(loop, [] { absl::SleepFor(absl::Milliseconds(70)); });
  EXPECT_LT(loop.longest_turn(), absl::Milliseconds(50));
}

TEST(WatchdogLoopTest, WaitingDoesNotCount) {
  WatchdogLoop loop(absl::Milliseconds(20));
  const auto timer = loop.After(absl::Milliseconds(60), [] {});
  loop.RunOnce();
  loop.RunOnce();
  EXPECT_LT(loop.longest_turn(), absl::Milliseconds(20));
}

}  // namespace
}  // namespace servo::base
