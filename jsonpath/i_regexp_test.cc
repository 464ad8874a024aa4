#include "jsonpath/i_regexp.h"

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "jsonpath/parse_error.h"

namespace servo::jsonpath {
namespace {

constexpr char kUnassigned[] = "\xCD\xB8";    // U+0378
constexpr char kPrivate[] = "\xEE\x80\x80";   // U+E000, of category Co
constexpr char kFace[] = "\xF0\x9F\x98\x80";  // U+1F600, of category So

struct Match {
  absl::string_view pattern;
  absl::string_view text;
  bool all;   // matches all of the text
  bool part;  // matches a part of it
};

TEST(IRegexpTest, Matches) {
  const Match cases[] = {
      {"", "", true, true},
      {"", "a", false, true},
      {"a|", "", true, true},
      {"a|bc", "bc", true, true},
      {"a|bc", "xa", false, true},
      {"a|b", "ab", false, true},
      {"()", "", true, true},
      {"(a(b|c))*", "abac", true, true},
      {"a{2}", "aa", true, true},
      {"a{2,}", "aaaa", true, true},
      {"a{2,3}", "aaaa", false, true},
      {"a?b+", "bb", true, true},
      {".", "\n", false, false},
      {".", "\r", false, false},
      {".", "\t", true, true},
      {".", kFace, true, true},
      {"..", kFace, false, false},
      {".", "\xE2\x80\xA8", true, true},
      {"^ab", "ab", true, true},
      {"^b", "ab", false, false},
      {"a$", "ab", false, false},
      {"a$", "a\n", false, false},
      {R"(\.\*\n\-\^)", ".*\n-^", true, true},
      {R"(\(\)\[\]\{\}\|\\\+\?)", R"(()[]{}|\+?)", true, true},
      {"[a-c]", "b", true, true},
      {"[^a-c]", "b", false, false},
      {"[^a]", "\n", true, true},
      {"[-a]", "-", true, true},
      {"[a-]", "-", true, true},
      {"[a-]", "b", false, false},
      {"[-]", "-", true, true},
      {"[--]", "-", true, true},
      {"[^-]", "-", false, false},
      {"[a^]", "^", true, true},
      {"[.*+?{}()|$&&~]", "&", true, true},
      {"[.]", "x", false, false},
      {R"([\]\[\\\-])", "]", true, true},
      {R"([\n-\r])", "\x0B", true, true},
      {"[:alpha:]", "b", false, false},
      {"[:alpha:]", ":", true, true},
      {R"(\p{Lu}\p{Ll})", "\xD0\x96\xD0\xB6", true, true},
      {R"(\P{Lu})", "A", false, false},
      {R"([\p{N}x])", "x", true, true},
      {R"([^\p{L}])", "1", true, true},
      {R"([\P{L}])", "a", false, false},
      {"A", "a", false, false},
      {"/", "/", true, true},
      {"\"'", "\"'", true, true},
  };
  for (const Match& c : cases) {
    SCOPED_TRACE(absl::StrCat(c.pattern, " on ", c.text));
    const absl::StatusOr<IRegexp> regexp = IRegexp::Compile(c.pattern);
    ASSERT_TRUE(regexp.ok()) << regexp.status();
    EXPECT_EQ(regexp->MatchesAll(c.text), c.all);
    EXPECT_EQ(regexp->MatchesPart(c.text), c.part);
  }
}

bool All(absl::string_view pattern, absl::string_view text) {
  return IRegexp::Compile(pattern)->MatchesAll(text);
}

TEST(IRegexpTest, EachCharacterHasACategory) {
  struct {
    absl::string_view text, category;
  } cases[] = {
      {"A", "Lu"},         {"1", "Nd"},        {" ", "Zs"},
      {"+", "Sm"},         {"_", "Pc"},        {"\xCC\x80", "Mn"},
      {"\x01", "Cc"},      {"\xC2\xAD", "Cf"}, {kPrivate, "Co"},
      {kUnassigned, "Cn"}, {kFace, "So"},      {"\xF4\x8F\xBF\xBF", "Cn"}};
  constexpr absl::string_view kMain[] = {"L", "M", "N", "P", "S", "Z", "C"};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.category);
    EXPECT_TRUE(All(absl::StrCat("\\p{", c.category, "}"), c.text));
    EXPECT_FALSE(All(absl::StrCat("\\P{", c.category, "}"), c.text));
    for (absl::string_view main : kMain) {
      const bool in = c.category.substr(0, 1) == main;
      EXPECT_EQ(All(absl::StrCat("\\p{", main, "}"), c.text), in) << main;
      EXPECT_EQ(All(absl::StrCat("\\P{", main, "}"), c.text), !in) << main;
      EXPECT_EQ(All(absl::StrCat("[\\p{", main, "}]"), c.text), in) << main;
      EXPECT_EQ(All(absl::StrCat("[^\\p{", main, "}]"), c.text), !in) << main;
      EXPECT_EQ(All(absl::StrCat("[^\\P{", main, "}]"), c.text), in) << main;
    }
  }
  EXPECT_TRUE(All(R"([a\p{Cn}])", "a"));
  EXPECT_FALSE(All(R"([^a\p{Cn}])", kUnassigned));
  EXPECT_TRUE(All(R"([^a\p{Cn}])", "b"));
}

struct Wrong {
  absl::string_view pattern;
  size_t offset;
  const char* found;
};

TEST(IRegexpTest, RefusesWhatTheRfcDoesNotHave) {
  const Wrong cases[] = {
      {"*a", 0, "'*'"},
      {"a**", 2, "'*'"},
      {"a*?", 2, "'?'"},
      {"a{2}{3}", 4, "'{'"},
      {"(?:a)", 1, "'?'"},
      {"(?i)a", 1, "'?'"},
      {"a|*", 2, "'*'"},
      {"a{", 2, "the end of the pattern"},
      {"a{,3}", 2, "','"},
      {"a{x}", 2, "'x'"},
      {"a{3,2}", 1, "'{'"},
      {"a{1", 3, "the end of the pattern"},
      {"(a", 2, "the end of the pattern"},
      {"a)", 1, "')'"},
      {"a]", 1, "']'"},
      {"a}", 1, "'}'"},
      {"[]", 1, "']'"},
      {"[^]", 2, "']'"},
      {"[a", 2, "the end of the pattern"},
      {"[a[b]]", 2, "'['"},
      {"[a-b-c]", 4, "'-'"},
      {R"([a-\p{L}])", 3, "'\\'"},
      {R"([\p{L}-a])", 6, "'-'"},
      {R"(\d)", 1, "'d'"},
      {R"(\b)", 1, "'b'"},
      {R"(\u0041)", 1, "'u'"},
      {R"(\)", 1, "the end of the pattern"},
      {R"(\p)", 2, "the end of the pattern"},
      {R"(\pL)", 2, "'L'"},
      {R"(\p{Greek})", 3, "'G'"},
      {R"(\p{Cs})", 3, "'C'"},
      {R"(\p{L)", 4, "the end of the pattern"},
      {"a\xFF", 0, "'a'"},
  };
  for (const Wrong& c : cases) {
    SCOPED_TRACE(c.pattern);
    ParseError error;
    const absl::StatusOr<IRegexp> regexp = IRegexp::Compile(c.pattern, &error);
    ASSERT_FALSE(regexp.ok());
    EXPECT_TRUE(absl::IsInvalidArgument(regexp.status()));
    EXPECT_EQ(error.offset, c.offset);
    EXPECT_EQ(error.found, c.found);
  }
  EXPECT_TRUE(absl::IsInvalidArgument(IRegexp::Compile("[b-a]").status()));
}

TEST(IRegexpTest, SizeIsBounded) {
  for (const char* pattern : {"a{1001}", "((a{999}){999}){999}"}) {
    EXPECT_TRUE(absl::IsResourceExhausted(IRegexp::Compile(pattern).status()))
        << pattern;
  }
}

TEST(IRegexpTest, NestingTakesNoStack) {
  std::string deep;
  for (int i = 0; i < 50'000; ++i) absl::StrAppend(&deep, "(a|");
  deep += 'b' + std::string(50'000, ')');
  const absl::StatusOr<IRegexp> regexp = IRegexp::Compile(deep);
  EXPECT_TRUE(regexp.ok() ? regexp->MatchesAll("b")
                          : absl::IsResourceExhausted(regexp.status()));
}

}  // namespace
}  // namespace servo::jsonpath
