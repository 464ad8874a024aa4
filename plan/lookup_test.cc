#include "plan/lookup.h"

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
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

}  // namespace
}  // namespace servo::plan
