#include "plan/lookup.h"

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "plan/reference.h"
#include "plan/regex_with_values.h"
#include "re2/re2.h"

namespace servo::plan {
namespace {

using ::testing::HasSubstr;

TEST(CompileRegex, AnchorsMatchAtLineEnds) {
  const absl::StatusOr<Lookup::Regex> regex = CompileRegex("^b|c$");
  ASSERT_TRUE(regex.ok());
  EXPECT_TRUE(re2::RE2::PartialMatch("a\nb", **regex));
  EXPECT_TRUE(re2::RE2::PartialMatch("c\na", **regex));
  EXPECT_FALSE(re2::RE2::PartialMatch("ab", **regex));
  EXPECT_EQ(RegexText(**regex), "^b|c$");
}

struct Mistake {
  const char* regex;
  size_t offset;
  const char* message;
};

TEST(CompileRegex, SaysWhatIsWrongAndWhere) {
  for (const Mistake& mistake : {
           Mistake{"x(a", 0, "missing ): x(a"},
           Mistake{"a)b", 0, "unexpected )"},
           Mistake{"p99: (?=\\d)", 5, "no lookaround"},
           Mistake{"(a)\\1", 3, "no backreferences"},
           Mistake{"ab[z-a]", 3, "invalid character class range"},
           Mistake{"a**b", 1, "bad repetition operator"},
       }) {
    size_t offset = 99;
    const auto regex = CompileRegex(mistake.regex, &offset);
    EXPECT_EQ(regex.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(regex.status().message()),
                HasSubstr(mistake.message))
        << mistake.regex;
    EXPECT_EQ(offset, mistake.offset) << mistake.regex;
  }
}

TEST(CompileRegex, RefusesALongOne) {
  EXPECT_FALSE(CompileRegex(std::string(100'000, 'a')).ok());
}

// ---- With references ----

class RegexWithValues : public testing::Test {
 protected:
  RegexWithValues() : job_(references_.Add({.name = "job"})) {}

  // `text` with the reference for each "@".
  std::string Refer(absl::string_view text) const {
    return absl::StrReplaceAll(text, {{"@", job_}});
  }
  bool AreGroups(absl::string_view text) const {
    return ReferencesAreGroups(Refer(text), references_);
  }
  absl::StatusOr<Lookup::Regex> Compile(absl::string_view text,
                                        absl::string_view value) const {
    return CompileRegexWithValues(
        Refer(text), references_,
        [value](const Reference&) { return std::string(value); });
  }

  References references_{"ref0x"};
  std::string job_;
};

TEST_F(RegexWithValues, AReferenceStandsWhereAGroupCan) {
  for (const char* regex : {"@", "^@-\\d+$", "(@)|@", "@+?", "(?i)@", "[a]@",
                            "\\Qa\\E@", "\\\\@", "\\[@]", "x{@}", "\\0@"}) {
    EXPECT_TRUE(AreGroups(regex)) << regex;
  }
  for (const char* regex : {"[@]", "[^@]", "[]@]", "[[:alpha:]@]", "\\Q@\\E",
                            "\\Q@", "\\Qa\\\\@", "(?P<@>a)"}) {
    EXPECT_FALSE(AreGroups(regex)) << regex;
  }
}

TEST_F(RegexWithValues, AValueIsALiteralTextOfItsOwn) {
  for (const std::string& value :
       {std::string("a.b"), std::string("(x|y)*"), std::string("[a]\\E"),
        std::string("\\Qa"), std::string(".*\n$"), std::string("a\0b", 3),
        std::string("\xc3\xa4+"), std::string()}) {
    SCOPED_TRACE(value);
    const absl::StatusOr<Lookup::Regex> regex = Compile("^<@>{2}@$", value);
    ASSERT_TRUE(regex.ok()) << regex.status();
    EXPECT_TRUE(re2::RE2::FullMatch("<" + value + ">>" + value, **regex));
    EXPECT_FALSE(re2::RE2::FullMatch("<" + value + "x>>" + value, **regex));
  }
  const absl::StatusOr<Lookup::Regex> repeated = Compile("^@{2}$", "ab");
  EXPECT_TRUE(re2::RE2::FullMatch("abab", **repeated));
  // No digits become a count, no letter an escape.
  EXPECT_TRUE(re2::RE2::FullMatch("x{2}", **Compile("x{@}", "2")));
}

TEST_F(RegexWithValues, WhatIsNoRegexFailsWithoutTheValue) {
  for (const std::string& value :
       {std::string(1 << 20, 'a'), std::string("swordfish\xff")}) {
    EXPECT_EQ(Compile("^@$", value).status(),
              absl::InvalidArgumentError("the regex with its values is too "
                                         "long, or a value is not UTF-8"));
  }
  EXPECT_EQ(CompileRegexWithValues(
                Refer("@"), references_,
                [](const Reference&) { return absl::NotFoundError("none"); })
                .status(),
            absl::NotFoundError("none"));
}

}  // namespace
}  // namespace servo::plan
