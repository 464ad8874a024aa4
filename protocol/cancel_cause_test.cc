#include "protocol/cancel_cause.h"

#include <csignal>

#include "gtest/gtest.h"

namespace servo::protocol {
namespace {

TEST(CancelCause, ASignalIsNamed) {
  const CancelCause cause = CancelCause::Signal(SIGTERM);
  EXPECT_EQ(CancelMessage(cause), "Exiting due to signal: SIGTERM");
}

TEST(CancelCause, TheLossOfTheReaderIsNotCalledASignal) {
  const CancelCause cause = CancelCause::ReaderGone();
  EXPECT_EQ(CancelMessage(cause), "Exiting: nobody reads stdout any more");
}

TEST(CancelCause, AnInternalErrorIsNotCalledASignal) {
  const CancelCause cause = CancelCause::InternalError();
  EXPECT_EQ(CancelMessage(cause), "Exiting due to an internal error");
}

}  // namespace
}  // namespace servo::protocol
