#include "base/code_ranges.h"

#include <string>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace servo::base {
namespace {

using ::testing::HasSubstr;

constexpr CodeRanges::Limits kLimits = {100, 999, "an HTTP status code"};

TEST(CodeRangesTest, EmptySetContainsNothing) {
  CodeRanges codes;
  EXPECT_TRUE(codes.empty());
  for (int code = -1; code < 1001; ++code) EXPECT_FALSE(codes.Contains(code));
}

TEST(CodeRangesTest, ContainsExactlyWhatIsListed) {
  CodeRanges codes;
  ASSERT_TRUE(codes.Add("200-204", kLimits).ok());
  ASSERT_TRUE(codes.Add("876", kLimits).ok());
  ASSERT_TRUE(codes.Add(" 400 - 401 ", kLimits).ok());
  for (int code = 0; code < 1000; ++code) {
    const bool listed = (200 <= code && code <= 204) || code == 876 ||
                        code == 400 || code == 401;
    EXPECT_EQ(codes.Contains(code), listed) << code;
  }
  EXPECT_EQ(codes.ToString(), "200-204, 876, 400-401");
}

TEST(CodeRangesTest, LimitsThemselvesAreAllowed) {
  CodeRanges codes;
  EXPECT_TRUE(codes.Add("100-999", kLimits).ok());
  EXPECT_TRUE(codes.Contains(100));
  EXPECT_TRUE(codes.Contains(999));
}

struct Malformed {
  const char* text;
  const char* why;
};

TEST(CodeRangesTest, SaysWhatIsWrong) {
  const Malformed cases[] = {
      {"",
       "\"\" is neither an HTTP status code nor a range of two (such as "
       "\"100-999\")"},
      {"abc", "\"abc\" is neither"},
      {"2xx", "\"2xx\" is neither"},
      {"200,201", "\"200,201\" is neither"},
      {"200-", "\"200-\" is neither"},
      {"-200", "\"-200\" is neither"},
      {"200--300", "\"200--300\" is neither"},
      {"200-300-400", "\"200-300-400\" is neither"},
      {"20 0", "\"20 0\" is neither"},
      {"+200", "\"+200\" is neither"},
      {"200.0", "\"200.0\" is neither"},
      {"0x64", "\"0x64\" is neither"},
      {"99",
       "\"99\" names 99, which is not an HTTP status code: those are "
       "100 to 999"},
      {"200-1000", "names 1000, which is not"},
      {"99999999999999999999", "names 99999999999999999999, which is not"},
      {"399-200",
       "\"399-200\" is a range that runs backwards; \"200-399\" is "
       "meant, perhaps"},
  };
  for (const Malformed& c : cases) {
    CodeRanges codes;
    const absl::Status status = codes.Add(c.text, kLimits);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << c.text;
    EXPECT_THAT(std::string(status.message()), HasSubstr(c.why));
    EXPECT_TRUE(codes.empty()) << c.text;
  }
}

}  // namespace
}  // namespace servo::base
