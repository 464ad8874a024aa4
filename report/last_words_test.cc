#include "report/last_words.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/captured.h"
#include "exec/runner.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace servo::report {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

base::Captured Output(const std::string& text) {
  base::Captured output;
  output.Append(text);
  return output;
}

exec::Result Said(const std::string& out, const std::string& err) {
  exec::Result result;
  result.out.Append(out);
  result.err.Append(err);
  return result;
}

std::string Lines(int count, const std::string& line) {
  std::string text;
  for (int i = 0; i < count; ++i) absl::StrAppend(&text, line, "\n");
  return text;
}

TEST(VisibleEndTest, IsAllOfALittle) {
  EXPECT_EQ(VisibleEnd(Output(""), 100), "");
  EXPECT_EQ(VisibleEnd(Output("one\ntwo\n\n"), 100), "one\ntwo");
}

TEST(VisibleEndTest, OfMuchBeginsWithALine) {
  EXPECT_EQ(VisibleEnd(Output("first\nsecond\nthird\n"), 14),
            "...second\nthird");
}

TEST(VisibleEndTest, OfALineThatIsRedrawnIsTheLastState) {
  std::string bar = "ERROR: cannot reach the target\n";
  for (int i = 1; i <= 100; ++i) {
    absl::StrAppend(&bar, "\r\x1b[32mrunning\x1b[0m ", i, "%");
  }
  EXPECT_EQ(VisibleEnd(Output(bar), 100),
            "ERROR: cannot reach the target\nrunning 100%");
}

TEST(VisibleEndTest, TheLimitIsForWhatIsShown) {
  std::string coloured;
  for (int i = 0; i < 50; ++i) coloured += "\x1b[31mx\x1b[0m";
  EXPECT_EQ(VisibleEnd(Output(coloured), 50), std::string(50, 'x'));
}

TEST(VisibleEndsTest, AreAllOfALittle) {
  EXPECT_EQ(VisibleEnds(Output(""), 10), "");
  EXPECT_EQ(VisibleEnds(Output("1234567890"), 10), "1234567890");
  EXPECT_EQ(VisibleEnds(Output("12345678\r\n\n\n"), 10), "12345678");
  EXPECT_EQ(VisibleEnds(Output("what now..."), 11), "what now...");
}

TEST(VisibleEndsTest, OfMuchAreTheBeginAndTheEnd) {
  EXPECT_EQ(VisibleEnds(Output("12345678901"), 10), "12345...78901");
  EXPECT_EQ(VisibleEnds(Output("<html>\nmuch more\n</html>\n"), 18),
            "<html>\nmu...</html>");
  // Twice what is kept, with escape sequences at both cuts.
  base::Captured output(10);
  output.Append("abc\x1b[31m456 much \x1b[0mxyz\r\n");
  EXPECT_EQ(VisibleEnds(output, 12), "abc... xyz");
}

TEST(LastWordsTest, AreStderrsIfItSaysEnough) {
  const std::string words =
      LastWords(Said("out\n", Lines(100, "no such host")));
  EXPECT_THAT(words, StartsWith("; stderr: ..."));
  EXPECT_THAT(words, EndsWith("no such host"));
  EXPECT_THAT(words, Not(HasSubstr("stdout")));
}

TEST(LastWordsTest, AreOfBothIfStderrSaysLittle) {
  EXPECT_EQ(LastWords(Said("ERROR: no such plan\n",
                           "Picked up JAVA_TOOL_OPTIONS: -Xmx512m\n")),
            "; stderr: Picked up JAVA_TOOL_OPTIONS: -Xmx512m; stdout: ERROR: "
            "no such plan");
}

TEST(LastWordsTest, AreStdoutsIfThereIsNothingElse) {
  EXPECT_EQ(LastWords(Said("FAIL: 3 of 9\n", "\n")), "; stdout: FAIL: 3 of 9");
  EXPECT_EQ(LastWords(Said("", "")), "");
}

TEST(LastWordsTest, AreFewWhateverWasPrinted) {
  const std::string words =
      LastWords(Said(Lines(10000, "out"), Lines(100, "abc")));
  EXPECT_LT(words.size(), kShownBytes + 40);
  EXPECT_THAT(words, HasSubstr("; stdout: ..."));
}

}  // namespace
}  // namespace servo::report
