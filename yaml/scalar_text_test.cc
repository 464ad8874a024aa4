#include "yaml/scalar_text.h"

#include <optional>
#include <string>

#include "gtest/gtest.h"

namespace servo::yaml {
namespace {

TEST(BlockScalarText, IsWhatPyYamlReads) {
  const struct {
    const char* source;
    int indent;
    const char* text;
  } kCases[] = {
      {"|\n  a\n   b\n\n", 0, "a\n b\n"},
      {"|-\n  a\n\n", 0, "a"},
      {"|+\n  a\n\n", 0, "a\n\n"},
      {"| # comment\n  a", 0, "a"},
      {">\n  a\n  b\n\n  c\n", 0, "a b\nc\n"},
      {">+\n  a\n  b\n\nnext: 1\n", 0, "a b\n\n"},
      {">\n  a\n   b\n  c\n", 0, "a\n b\nc\n"},
      {">\n\n  a\n", 0, "\na\n"},
      {"|2\n   a\n", 0, " a\n"},
      {"|1+\n  a\n\n", 1, "a\n\n"},
      {"|\nnext: 1\n", 0, ""},
      {"|+\n\n\nnext: 1\n", 0, "\n\n"},
      {"|\n a\n", -1, "a\n"},
      {"|", 0, ""},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(BlockScalarText(c.source, c.indent), c.text) << c.source;
  }
}

TEST(QuotedScalarText, IsWhatPyYamlReads) {
  const struct {
    const char* source;
    const char* text;
  } kCases[] = {
      {"'a' b", "a"},
      {"'it''s'", "it's"},
      {"'a\\n'", "a\\n"},
      {"'a\n  b'", "a b"},
      {"'a  \n\n\n  b'", "a\n\nb"},
      {"'\n'", " "},
      {"\"\n\n\"", "\n"},
      {"\" a \t\"", " a \t"},
      {"\"a\\\n   b\"", "ab"},
      {"\"a\\\n\n   b\"", "a\nb"},
      {"\"\\t\\x41\\u00e9\\U0001F600\\N\\/\"", "\tA\u00e9\U0001F600\u0085/"},
      {"\"it's\"", "it's"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(QuotedScalarText(c.source), c.text) << c.source;
  }
  for (const char* source :
       {"'a", "\"a", "\"\\q\"", "\"\\xZZ\"", "\"\\ud800\""}) {
    EXPECT_EQ(QuotedScalarText(source), std::nullopt) << source;
  }
}

}  // namespace
}  // namespace servo::yaml
