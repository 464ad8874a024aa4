#include "base/quoted.h"

#include <string>

#include "base/utf8.h"
#include "gtest/gtest.h"

namespace servo::base {
namespace {

TEST(Quoted, WholeIsNotCut) {
  const std::string text(200, 'x');
  EXPECT_EQ(QuotedWhole(text + "\n"), "\"" + text + "\\n\"");
}

TEST(Quoted, IsOneLine) {
  EXPECT_EQ(Quoted("plain"), "\"plain\"");
  EXPECT_EQ(Quoted(""), "\"\"");
  EXPECT_EQ(Quoted("a\n\t\"\\"), "\"a\\n\\t\\\"\\\\\"");
  EXPECT_EQ(Quoted("\u65e5"), "\"\u65e5\"");
}

TEST(Quoted, CutsBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 50; ++i) text += "\u65e5";
  for (int shift = 0; shift < 3; ++shift) {
    const std::string quoted = Quoted(text);
    EXPECT_TRUE(base::IsValidUtf8(quoted)) << quoted;
    EXPECT_LT(quoted.size(), 70u);
    text.insert(0, "x");
  }
}

}  // namespace
}  // namespace servo::base
