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
      {"title without end", "a\x1b]0;title\nb", "a0;title\nb"},
      {"device control without end", "a\x1bPq, stderr: b", "aq, stderr: b"},
      {"control sequence without end", "a\x1b[1;\nb", "a\nb"},
      {"at the very end", "a\x1b", "a"},
      {"introducer at the very end", "a\x1b[", "a"},
      {"ESC before ESC", "a\x1b\x1b[0mb", "ab"},
      {"8-bit colour", "\u009b1;31mred\u009b0m", "red"},
      {"both forms", "\x1b[1mx\u009b0m\x1b[2Ky", "xy"},
      {"8-bit title", "\u009d0;title\ab\u009d0;title\u009cc", "bc"},
      {"8-bit end of a title", "\x1b]0;title\u009cb", "b"},
      {"8-bit end alone", "a\u009cb", "ab"},
      {"8-bit title without end", "a\u009db\u009dc\nd\u009de\af", "abc\ndf"},
      {"8-bit introducer at the very end", "a\u009b", "a"},
      {"begin of a character at the very end", "a\xc2", "a\xc2"},
      {"other 8-bit controls stay", "a\u0085b\u0092c", "a\u0085b\u0092c"},
      {"neighbours stay", "a\u00a0\u00b5\u00bfb", "a\u00a0\u00b5\u00bfb"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(WithoutEscapeSequences(c.text), c.result) << c.name;
    EXPECT_EQ(HasEscapeSequences(c.text), c.text != std::string(c.result))
        << c.name;
  }
}

TEST(WithoutEscapeSequencesTest, ManyThatAreNotEndedCostLinearTime) {
  std::string text;
  for (int i = 0; i < 1'000'000; ++i) text += "\x1b]";
  EXPECT_EQ(WithoutEscapeSequences(text), "");
  text.clear();
  for (int i = 0; i < 1'000'000; ++i) text += "\u009d\u00b5";
  EXPECT_EQ(WithoutEscapeSequences(text).size(), 2'000'000u);
  text.clear();
  for (int i = 0; i < 1'000'000; ++i) text += "\u00b5\x1b[m";
  EXPECT_EQ(WithoutEscapeSequences(text).size(), 2'000'000u);
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
      {"8-bit control characters", "a\u0080\u0085\u009f\u009b2Jb", "ab"},
      {"what changes the order", "a\u202a\u202e\u2066\u2069b", "ab"},
      {"neighbours of these", "\u00a0\u2029\u202f\u2065\u206a\u20ac",
       "\u00a0\u2029\u202f\u2065\u206a\u20ac"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(VisibleText(c.text), c.result) << c.name;
  }
}

}  // namespace
}  // namespace servo::base
