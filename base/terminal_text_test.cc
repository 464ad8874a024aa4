#include "base/terminal_text.h"

#include <string>

#include "gtest/gtest.h"

namespace servo::base {
namespace {

TEST(WithoutEscapeSequencesTest, RemovesThemAndNothingElse) {
  struct Case {
    const char* name;
    const char* text;
    const char* result;
  };
  const Case cases[] = {
      {"no sequence", "plain \t\r\n text", "plain \t\r\n text"},
      {"UTF-8 stays", "gr\u00fc\u00df \u4f60\u597d",
       "gr\u00fc\u00df \u4f60\u597d"},
      {"colour", "\x1b[1;31mred\x1b[0m", "red"},
      {"cursor", "a\x1b[2K\x1b[1Gb\x1b[?25l", "ab"},
      {"intermediate", "a\x1b[0 qb", "ab"},
      {"title ended by BEL", "\x1b]0;title\ab", "b"},
      {"title ended by ST", "\x1b]0;title\x1b\\b", "b"},
      {"link", "\x1b]8;;http://a\x1b\\text\x1b]8;;\x1b\\", "text"},
      {"device control", "a\x1bP1$r\x1b\\b", "ab"},
      {"character set", "a\x1b(Bb", "ab"},
      {"keypad", "a\x1b=b\x1b>c", "abc"},
      {"title without end goes with its line", "a\x1b]0;title\nb", "a\nb"},
      {"control sequence without end", "a\x1b[1;\nb", "a\nb"},
      {"at the very end", "a\x1b", "a"},
      {"introducer at the very end", "a\x1b[", "a"},
      {"ESC before ESC", "a\x1b\x1b[0mb", "ab"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(WithoutEscapeSequences(c.text), c.result) << c.name;
  }
}

TEST(WithoutEscapeSequencesTest, ManyThatAreNotEndedCostLinearTime) {
  std::string text;
  for (int i = 0; i < 1'000'000; ++i) text += "\x1b]";
  EXPECT_EQ(WithoutEscapeSequences(text), "");
}

TEST(VisibleTextTest, IsWhatATerminalShowsInTheEnd) {
  struct Case {
    const char* name;
    const char* text;
    const char* result;
  };
  const Case cases[] = {
      {"empty", "", ""},
      {"plain", "one\n\ttwo\n", "one\n\ttwo\n"},
      {"CR LF ends a line", "one\r\ntwo\r\n", "one\ntwo\n"},
      {"redrawn", "\r 1%\r 50%\r100%", "100%"},
      {"redrawn and ended", " 50%\r100%\r\ndone\n", "100%\ndone\n"},
      {"CR at the end", "100%\r", "100%"},
      {"redrawn in colour", "\x1b[32m 9%\x1b[0m\r\x1b[32m10%\x1b[0m", "10%"},
      {"other control characters", "a\b\a\x7f\vb", "ab"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(VisibleText(c.text), c.result) << c.name;
  }
}

}  // namespace
}  // namespace servo::base
