#include "yaml/excerpt.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace servo::yaml {
namespace {

constexpr size_t kOpen = std::string::npos;

// The excerpt with the caret below.
std::string Show(const std::string& line,
                 const std::vector<ExcerptToken>& tokens, size_t place) {
  const Excerpt excerpt = MakeExcerpt(line, tokens, place);
  return excerpt.text + "\n" + std::string(excerpt.caret, ' ') + "^";
}

TEST(Excerpt, ShowsTokensAndStructure) {
  EXPECT_EQ(Show("- {name: 'x', n: 5}",
                 {{3, 7, ""}, {10, 11, ""}, {14, 15, ""}, {17, 18, ""}}, 17),
            "- {name: 'x', n: 5}\n"
            "                 ^");
}

TEST(Excerpt, HidesTokensAndWordsBetweenThem) {
  EXPECT_EQ(Show("a: &anchor secret # it's", {{0, 1, ""}, {11, 17, "***"}}, 11),
            "a: *** *** ***\n"
            "       ^");
  EXPECT_EQ(Show("a: 'secret', b: 1",
                 {{0, 1, ""}, {4, 10, "***"}, {13, 14, ""}, {16, 17, ""}}, 16),
            "a: '***', b: 1\n"
            "             ^");
}

TEST(Excerpt, TokensOfUnknownEndGoOnToTheNext) {
  EXPECT_EQ(
      Show("{a: \"b\\t, c\", d: 1}",
           {{1, 2, ""}, {4, kOpen, "***"}, {14, 15, ""}, {17, 18, ""}}, 14),
      "{a: ***, d: 1}\n"
      "         ^");
  EXPECT_EQ(Show("a: \"b\\t, {c", {{0, 1, ""}, {3, kOpen, "***"}}, 11),
            "a: ***\n"
            "      ^");
}

TEST(Excerpt, TheRestOfALongerTextIsHidden) {
  EXPECT_EQ(Show("  rest of it: {secret}", {}, 2), "  ***}\n  ^");
}

TEST(Excerpt, LongLinesAreCutAroundTheCaret) {
  const std::string line =
      std::string(3000, 'a') + "X" + std::string(3000, 'b');
  const Excerpt excerpt = MakeExcerpt(line, {{{0, line.size(), ""}}}, 3000);
  EXPECT_EQ(excerpt.text[excerpt.caret], 'X');
  EXPECT_LT(excerpt.text.size(), 130u);
  EXPECT_EQ(excerpt.text.substr(0, 4), "...a");
}

TEST(Excerpt, CaretCountsCharactersAndTabsAreOne) {
  EXPECT_EQ(Show("\t\u00e9\u65e5x\x01", {{1, 7, ""}}, 6),
            " \u00e9\u65e5x***\n   ^");
}

}  // namespace
}  // namespace servo::yaml
