#include "base/quoted.h"

#include <cstddef>
#include <string>

#include "base/quote_masking.h"
#include "base/quoted_pattern.h"
#include "base/redactor.h"
#include "base/utf8.h"
#include "gtest/gtest.h"

namespace servo::base {
namespace {

TEST(Quoted, WholeIsNotCut) {
  const std::string text(200, 'x');
  EXPECT_EQ(QuotedWhole(text + "\n"), "\"" + text + "\\n\"");
}

TEST(Quoted, IsCutWhereTheCallerSays) {
  const std::string text(101, 'x');
  EXPECT_EQ(Quoted(text, 101), "\"" + text + "\"");
  EXPECT_EQ(Quoted(text, 100), "\"" + text.substr(1) + "...\"");
  EXPECT_EQ(Quoted(text), "\"" + text.substr(41) + "...\"");
}

TEST(Quoted, ReplacesWhatIsNotUtf8) {
  EXPECT_EQ(Quoted("a\xff"), "\"a\ufffd\"");
  EXPECT_EQ(QuotedWhole("a\xff"), "\"a\ufffd\"");
}

// A secret's bytes are looked for before any of them are replaced.
TEST(Quoted, IsMaskedBeforeBytesAreReplaced) {
  Redactor redactor;
  redactor.Add("hunter\xff");
  const QuoteMasking masking(&redactor);
  EXPECT_EQ(Quoted("a hunter\xff"), "\"a ***\"");
}

TEST(Quoted, IsOneLine) {
  EXPECT_EQ(Quoted("plain"), "\"plain\"");
  EXPECT_EQ(Quoted(""), "\"\"");
  EXPECT_EQ(Quoted("a\n\t\"\\"), "\"a\\n\\t\\\"\\\\\"");
  EXPECT_EQ(Quoted("\u65e5"), "\"\u65e5\"");
  EXPECT_EQ(Quoted("it's \\'"), "\"it's \\\\'\"");
}

TEST(QuotedPattern, ShowsAPatternAsWritten) {
  const std::string pattern = R"(^\s*"it's" \\ (\d+)\n)";
  EXPECT_EQ(QuotedPattern(pattern), "\"" + pattern + "\"");
  EXPECT_EQ(QuotedWholePattern(pattern), "\"" + pattern + "\"");
  EXPECT_EQ(QuotedPattern("a\n\x01\\n"), "\"a\\n\\x01\\n\"");  // one line
  EXPECT_EQ(QuotedPattern(std::string(70, 'x')),
            "\"" + std::string(60, 'x') + "...\"");
}

// Where the cut falls, nothing of a secret is shown.
TEST(Quoted, IsMaskedBeforeItIsCut) {
  Redactor redactor;
  redactor.Add("hunter2-and-more");
  for (size_t before = 0; before < 80; ++before) {
    const std::string text =
        std::string(before, '_') + "hunter2-and-more" + std::string(70, '_');
    const QuoteMasking masking(&redactor);
    EXPECT_EQ(Quoted(text).find_first_not_of("_*.\""), std::string::npos)
        << Quoted(text);
    EXPECT_EQ(Quoted(text).find("***") != std::string::npos, before < 58)
        << before;
  }
  EXPECT_EQ(Quoted("hunter2-and-more"), "\"hunter2-and-more\"");
}

TEST(Quoted, TheNewestMaskingCounts) {
  Redactor outer;
  outer.Add("hunter2");
  const Redactor inner;
  const QuoteMasking masking(&outer);
  {
    const QuoteMasking other(&inner);
    EXPECT_EQ(Quoted("hunter2"), "\"hunter2\"");
  }
  EXPECT_EQ(Quoted("hunter2"), "\"***\"");
  EXPECT_EQ(MaskedForQuote("a hunter2"), "a ***");
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
