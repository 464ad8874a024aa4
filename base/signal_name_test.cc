#include "base/signal_name.h"

#include <csignal>

#include "gtest/gtest.h"

namespace servo::base {
namespace {

TEST(SignalNameTest, IsTheOneThatPeopleKnow) {
  EXPECT_EQ(SignalName(SIGUSR1), "SIGUSR1");
  EXPECT_EQ(SignalName(SIGHUP), "SIGHUP");
  EXPECT_EQ(SignalName(SIGRTMIN), "SIGRTMIN+0");
  EXPECT_EQ(SignalName(SIGRTMAX), "SIGRTMIN+30");
  EXPECT_EQ(SignalName(32), "signal 32");
  EXPECT_EQ(SignalName(9999), "signal 9999");
}

}  // namespace
}  // namespace servo::base
