#include "base/cancel_cause.h"

#include <csignal>

#include "gtest/gtest.h"

namespace servo::base {
namespace {

TEST(CancelCauseTest, OnlyASignalIsCalledOne) {
  EXPECT_EQ(ToString(CancelCause::Signal(SIGTERM)), "SIGTERM");
  EXPECT_EQ(ToString(CancelCause::ReaderGone()), "nobody reads stdout");
  EXPECT_EQ(ToString(CancelCause::InternalError()), "internal error");
}

}  // namespace
}  // namespace servo::base
