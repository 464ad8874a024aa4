#include "base/errno_text.h"

#include <cerrno>

#include "gtest/gtest.h"

namespace servo::base {
namespace {

TEST(ErrnoText, HasTheWordsOfTheSystem) {
  EXPECT_EQ(ErrnoText(ENOENT), "No such file or directory");
  EXPECT_EQ(ErrnoText(EACCES), "Permission denied");
}

TEST(ErrnoText, NumbersWhatHasNoWords) {
  EXPECT_EQ(ErrnoText(4711), "error 4711");
}

}  // namespace
}  // namespace servo::base
