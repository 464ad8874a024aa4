#include "stages/required_literal.h"

#include <cstddef>
#include <iterator>
#include <random>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "re2/re2.h"

namespace servo::stages {
namespace {

TEST(RequiredLiteralTest, IsTheLongestRunOfPlainCharacters) {
  const struct {
    const char* regex;
    const char* literal;
  } kCases[] = {
      {"", ""},
      {"rate", "rate"},
      {"^rate: ([0-9.]+)", "rate: "},
      {R"(Requests per second:\s+([\d.]+))", "Requests per second:"},
      {R"(errors?=(\d+))", "error"},
      {R"(\[total\] (?:x|y) of (?P<n>\d+) done$)", "[total] "},
      {"ab+cd*efg?", "ab"},
      {"abc{0,3}de", "ab"},
      {"abc{2}de", "ab"},
      {"ab{c", "a"},
      {"a{x}bcd", "x}bcd"},
      {"ab|abc", ""},
      {"(ab|cd)efg", "efg"},
      {"(a(b)c|d)+ef", "ef"},
      {"(?i)rate", ""},
      {"x(?i:rate)yz", ""},
      {R"(\x41bc)", ""},
      {R"(\pLbc)", ""},
      {R"(\Qa.b\E)", ""},
      {R"(\101bc)", ""},
      {"[[:alpha:]]bc", ""},
      {"[]a]bc", "bc"},
      {R"([^\]a]bc)", "bc"},
      {"gr\u00fcn?", "gr"},
      {"a.bc", "bc"},
  };
  for (const auto& c : kCases) {
    ASSERT_TRUE(re2::RE2(c.regex).ok()) << c.regex;
    EXPECT_EQ(RequiredLiteral(c.regex), c.literal) << c.regex;
  }
}

// Whatever the expression is: RE2 is the judge.
TEST(RequiredLiteralTest, StandsInEveryMatch) {
  constexpr const char* kParts[] = {
      "a", "b",   "ab",  "\\.",   ".",   "(",   ")",    "|",
      "*", "?",   "+",   "{0,1}", "{2}", "[",   "]",    "^",
      "$", "(?:", "\\d", "[^",    "-",   "(?i", "\\x6", "1"};
  re2::RE2::Options quiet;
  quiet.set_log_errors(false);
  std::minstd_rand random(42);
  const auto below = [&](size_t end) { return random() % end; };
  int matches = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string regex, text;
    for (size_t n = 1 + below(6); n > 0; --n)
      regex += kParts[below(std::size(kParts))];
    for (size_t n = below(12); n > 0; --n) text += "ab.A1-"[below(6)];
    const std::string literal = RequiredLiteral(regex);
    if (literal.empty() || !re2::RE2::PartialMatch(text, {regex, quiet}))
      continue;
    ++matches;
    EXPECT_TRUE(absl::StrContains(text, literal))
        << regex << " matches " << text << " without " << literal;
  }
  EXPECT_GT(matches, 500);
}

TEST(FindLiteralTest, FindsWhatFindFinds) {
  std::minstd_rand random(7);
  for (const absl::string_view literal : {"a", "ab", "aab", "abababab"}) {
    for (int i = 0; i < 500; ++i) {
      std::string text;
      for (size_t n = random() % 300; n > 0; --n)
        text += random() % 8 == 0 ? 'b' : 'a';
      const size_t from = random() % (text.size() + 1);
      EXPECT_EQ(FindLiteral(text, literal, from), text.find(literal, from))
          << text << " from " << from;
    }
  }
}

}  // namespace
}  // namespace servo::stages
