// Which texts are paths, and what is said of the others.

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "jsonpath/parse_error.h"
#include "jsonpath/path.h"
#include "nlohmann/json.hpp"

namespace servo::jsonpath {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string Repeat(absl::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) absl::StrAppend(&all, text);
  return all;
}

struct Wrong {
  absl::string_view text;
  size_t offset;
  const char* expected;
  const char* found;
  const char* hint;
};

void ExpectErrors(std::initializer_list<Wrong> cases) {
  for (const Wrong& c : cases) {
    SCOPED_TRACE(c.text);
    ParseError error;
    const absl::StatusOr<Path> path = Path::Parse(c.text, &error);
    ASSERT_FALSE(path.ok());
    EXPECT_TRUE(absl::IsInvalidArgument(path.status()));
    EXPECT_EQ(path.status().message(), error.ToString());
    EXPECT_EQ(error.offset, c.offset);
    EXPECT_EQ(error.expected, c.expected);
    EXPECT_EQ(error.found, c.found);
    EXPECT_EQ(error.hint, c.hint);
  }
}

constexpr char kRoot[] = "'$', with which a path begins";
constexpr char kNext[] = "'.', '[' or the end of the path";
constexpr char kName[] = "a name or * after '.'";
constexpr char kSelector[] =
    "a name in quotes, an index, a slice, * or a filter that begins with ?";
constexpr char kJoiner[] = "&&, ||, ',' or ']'";
constexpr char kComparator[] = "==, !=, <, <=, > or >=";
constexpr char kOperand[] =
    "a value, a query that begins with @ or $, or a function";

TEST(PathParseTest, ToStringHasAllParts) {
  EXPECT_EQ(Path::Parse("$.latencies.99th").status().message(),
            "offset 12: expected a name or * after '.', found '9'; write "
            "$.latencies['99th']");
  EXPECT_EQ(Path::Parse("$[").status().message(),
            absl::StrCat("offset 2: expected ", kSelector, ", found the end"));
}

TEST(PathParseTest, RootAndNames) {
  ExpectErrors({
      {"", 0, kRoot, "the end", ""},
      {"latencies.p99", 0, kRoot, "'l'", "write $.latencies.p99"},
      {".a", 0, kRoot, "'.'", "write $.a"},
      {"[0]", 0, kRoot, "'['", "write $[0]"},
      {" $", 0, kRoot, "' '", ""},
      {"$.99th", 2, kName, "'9'", "write $['99th']"},
      {"$.a.99th.b", 4, kName, "'9'", "write $.a['99th'].b"},
      {"$..99th", 3, "a name, * or '[' after '..'", "'9'", "write $..['99th']"},
      {"$.p-99", 3, kNext, "'-'", "write $['p-99']"},
      {"$.a.b-c.d", 5, kNext, "'-'", "write $.a['b-c'].d"},
      {"$.a ", 3, kNext, "' '", ""},
      {"$.a\n", 3, kNext, "the character U+000A", ""},
      {"$.", 2, kName, "the end", ""},
      {"$. a", 2, kName, "' '", ""},
      {"$.a.[0]", 4, kName, "'['", "remove the '.' before '['"},
      {"$.'a'", 2, kName, "'''",
       "write a name in quotes within brackets: ['name']"},
      {"$.length()", 8, kNext, "'('",
       "functions are for filters: $[?length(@.name) > 3]"},
      {"$.\xC3\xA9\xFF", 4, "valid UTF-8", "the byte 0xff", ""},
  });
}

TEST(PathParseTest, Selectors) {
  constexpr char kNoLeadingZero[] =
      "an integer without a leading zero, and not -0";
  constexpr char kRange[] =
      "an integer from -9007199254740991 to 9007199254740991";
  ExpectErrors({
      {"$[]", 2, kSelector, "']'", ""},
      {"$[name]", 2, kSelector, "'n'", "write ['name']"},
      {"$[(@.length-1)]", 2, kSelector, "'('", "a filter begins with ?"},
      {"$[0", 3, "',' or ']'", "the end", ""},
      {"$[0,]", 4, kSelector, "']'", ""},
      {"$[1.0]", 3, "',' or ']'", "'.'", ""},
      {"$[01]", 2, kNoLeadingZero, "'0'", ""},
      {"$[-0]", 2, kNoLeadingZero, "'-'", ""},
      {"$[-]", 3, "a digit", "']'", ""},
      {"$[9007199254740992]", 2, kRange, "'9'", ""},
      {"$[0:99999999999999999999]", 4, kRange, "'9'", ""},
      {"$[1:2:3:4]", 7, "',' or ']'", "':'", ""},
  });
}

TEST(PathParseTest, Texts) {
  constexpr char kLow[] = "\\u and a low surrogate (DC00 to DFFF)";
  ExpectErrors({
      {"$['a", 4, "' to end the text that begins at offset 2", "the end", ""},
      {"$[\"a\nb\"]", 4, "no control character in a text",
       "the character U+000A", "write \\n, \\t or \\u00XX"},
      {R"($['\x'])", 4, R"(one of ' bfnrtu/\ after a backslash)", "'x'",
       R"(write \\ for a backslash)"},
      {R"($['\"'])", 4, R"(one of ' bfnrtu/\ after a backslash)", "'\"'",
       R"(write \\ for a backslash)"},
      {R"($['\u12g4'])", 7, R"(four hexadecimal digits after \u)", "'g'", ""},
      {R"($['\uD800'])", 9, kLow, "'''", ""},
      {R"($['\uD800\u0041'])", 9, kLow, "'\\'", ""},
      {R"($['\uDC00'])", 3, "a high surrogate before a low one", "'\\'", ""},
  });
}

TEST(PathParseTest, Conditions) {
  ExpectErrors({
      {"$[?@.a = 1]", 7, kJoiner, "'='", "write == to compare"},
      {"$[?@.a =~ 'x']", 7, kJoiner, "'='",
       "write match(VALUE, 'REGEXP') or search(VALUE, 'REGEXP')"},
      {"$[?@.a & @.b]", 7, kJoiner, "'&'", "write && for 'and'"},
      {"$[?@.a and @.b]", 7, kJoiner, "'a'", "write && for 'and'"},
      {"$[?@.a OR @.b]", 7, kJoiner, "'O'", "write || for 'or'"},
      {"$[?@.a-b == 1]", 6, kJoiner, "'-'", "write $[?@['a-b'] == 1]"},
      {"$[?(@.a]", 7, "&&, || or ')'", "']'", ""},
      {"$[?1]", 3, "a comparison, a query or a function", "'1'",
       "a literal alone is no condition"},
      {"$[?!@.a == 1]", 8, "no comparison after '!'", "'='",
       "write !(...) around the comparison"},
      {"$[?(@.a) == 1]", 9, "no comparison after parentheses", "'='",
       "only values are compared; remove the parentheses"},
      {"$[?@.a == abc]", 10, kOperand, "'a'",
       "a text stands in quotes, a member of the current value behind @."},
      {"$[?@.a == ]", 10, kOperand, "']'", ""},
      {"$[?@.a == 01]", 10, "a number without leading zeros", "'0'", ""},
      {"$[?@.a == 1.]", 12, "a digit after the point", "']'", ""},
      {"$[?@.a == 1e]", 12, "a digit of the exponent", "']'", ""},
      {"$[?@.a == 1e999]", 10, "a number that a double can hold", "'1'", ""},
      {"$[?@.* == 1]", 3, "a query of one value to compare", "'@'",
       "this query may find several; value(...) takes the only one"},
  });
}

TEST(PathParseTest, FunctionsAndTheirTypes) {
  ExpectErrors({
      {"$[?foo(@)]", 3, "length, count, match, search or value", "'f'",
       "there is no function foo"},
      {"$[?length(@.a)]", 14, kComparator, "']'",
       "the value of a function is compared"},
      {"$[?match(@.a, 'x') == true]", 3, "a value to compare", "'m'",
       "match() holds or not; it gives no value"},
      {"$[?length(match(@, 'a')) == 1]", 10,
       "a value as an argument of length()", "'m'",
       "match() holds or not; it gives no value"},
      {"$[?length(@.*) == 1]", 10,
       "a query of one value as an argument of length()", "'@'",
       "this query may find several; value(...) takes the only one"},
      {"$[?count(1) == 1]", 9, "a query as the argument of count()", "'1'", ""},
      {"$[?length(@.a, @.b) == 1]", 13, "')'", "','",
       "length() takes 1 argument"},
      {"$[?match(@.a)]", 12, "',' and a further argument", "')'",
       "match() takes 2 arguments"},
      {"$[?length (@.a) == 1]", 3, kOperand, "'l'",
       "a text stands in quotes, a member of the current value behind @."},
  });
}

TEST(PathParseTest, ALongPathIsNotWrittenAnew) {
  const std::string before = Repeat(".abc", 100);
  ParseError error;
  EXPECT_FALSE(Path::Parse(absl::StrCat("$", before, ".1a"), &error).ok());
  EXPECT_EQ(error.hint, "write ['1a']");
}

TEST(PathParseTest, NestingIsBounded) {
  const auto nested = [](int levels) {
    return absl::StrCat("$[?", Repeat("(", levels), "@", Repeat(")", levels),
                        "]");
  };
  EXPECT_TRUE(Path::Parse(nested(63)).ok());
  EXPECT_THAT(Path::Parse(nested(64)).status().message(),
              HasSubstr("no more than 64 levels of nesting"));
  for (absl::string_view level : {"[?@", "(", "!(", "length("}) {
    const std::string text = absl::StrCat("$[?", Repeat(level, 10'000));
    EXPECT_FALSE(Path::Parse(text).ok()) << level;
  }
}

TEST(PathParseTest, LengthIsBounded) {
  EXPECT_TRUE(Path::Parse(absl::StrCat("$", Repeat(".a", 30'000))).ok());
  EXPECT_THAT(
      Path::Parse(absl::StrCat("$", Repeat(".a", 40'000))).status().message(),
      HasSubstr("a path of 65536 bytes at most"));
}

TEST(PathParseTest, RegularExpressionsAreBounded) {
  const auto with = [](int count) {
    return absl::StrCat("$[?", Repeat("match(@, 'a') || ", count), "@.b]");
  };
  EXPECT_TRUE(Path::Parse(with(64)).ok());
  EXPECT_THAT(Path::Parse(with(65)).status().message(),
              HasSubstr("no more than 64 regular expressions"));
}

TEST(PathParseTest, WarnsOfRegularExpressionsThatNeverMatch) {
  const absl::StatusOr<Path> path =
      Path::Parse(R"($[?match(@.a, '\\d+') || search(@.a, 1)])");
  ASSERT_TRUE(path.ok()) << path.status();
  ASSERT_THAT(path->warnings(), SizeIs(2));
  EXPECT_EQ(path->warnings()[0].ToString(),
            "offset 14: expected an I-Regexp (RFC 9485), found 'd' instead of "
            "one of ()*+-.?[\\]^{|}nrtpP after a backslash at its offset 1; "
            "write [0-9] for \\d");
  EXPECT_EQ(path->warnings()[1].ToString(),
            "offset 37: expected an I-Regexp (RFC 9485), found a literal of "
            "type number");
  const nlohmann::json document = {{{"a", "1"}}, {{"a", "d"}}};
  EXPECT_THAT(*path->Find(document), SizeIs(0));
  EXPECT_THAT(Path::Parse("$[?match(@, '[0-9]+')]")->warnings(), SizeIs(0));
  EXPECT_THAT(Path::Parse("$[?match(@, '((a{999}){999}){999}')]")->warnings(),
              SizeIs(1));
}

TEST(PathParseTest, KnowsWhatFindsOneValueAtMost) {
  for (const char* text : {"$", "$.a", "$['a'][0]", "$ .a [ -1 ]"}) {
    EXPECT_TRUE(Path::Parse(text)->IsSingular()) << text;
  }
  for (const char* text : {"$.*", "$..a", "$[0,1]", "$[0:1]", "$[?@.a]"}) {
    EXPECT_FALSE(Path::Parse(text)->IsSingular()) << text;
  }
}

TEST(PathParseTest, CopiesOutliveTheirOrigin) {
  absl::StatusOr<Path> origin = Path::Parse("$.a");
  ASSERT_TRUE(origin.ok());
  const Path copy = *origin;
  origin = absl::CancelledError();
  const nlohmann::json document = {{"a", 1}};
  EXPECT_EQ(copy.text(), "$.a");
  EXPECT_THAT(*copy.Find(document), SizeIs(1));
}

}  // namespace
}  // namespace servo::jsonpath
