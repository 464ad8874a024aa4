#include "http/success_codes.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/code_ranges.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace servo::http {
namespace {

struct GoodCodes {
  std::string name;
  std::vector<std::string> texts;
  bool (*contains)(int code);  // the naive oracle
};

class GoodCodesTest : public testing::TestWithParam<GoodCodes> {};

TEST_P(GoodCodesTest, ContainExactlyWhatIsListed) {
  const absl::StatusOr<base::CodeRanges> codes =
      ParseSuccessCodes(GetParam().texts);
  ASSERT_TRUE(codes.ok()) << codes.status();
  for (int code = 0; code <= 1100; ++code) {
    EXPECT_EQ(codes->Contains(code), GetParam().contains(code)) << code;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Lists, GoodCodesTest,
    testing::Values(
        GoodCodes{"One", {"200"}, [](int c) { return c == 200; }},
        GoodCodes{
            "Range", {"200-399"}, [](int c) { return 200 <= c && c <= 399; }},
        GoodCodes{
            "All", {"100-999"}, [](int c) { return 100 <= c && c <= 999; }},
        GoodCodes{"Limits",
                  {"100", "999"},
                  [](int c) { return c == 100 || c == 999; }},
        GoodCodes{"RangeOfOne", {"503-503"}, [](int c) { return c == 503; }},
        GoodCodes{"Blanks",
                  {" 200 - 204 ", "\t404"},
                  [](int c) { return (200 <= c && c <= 204) || c == 404; }},
        GoodCodes{"Mixed",
                  {"200-399", "876"},
                  [](int c) { return (200 <= c && c <= 399) || c == 876; }},
        GoodCodes{"Overlapping",
                  {"300-400", "200-350", "400"},
                  [](int c) { return 200 <= c && c <= 400; }},
        GoodCodes{"LeadingZero", {"0200"}, [](int c) { return c == 200; }},
        GoodCodes{"ErrorsAlone",
                  {"400-599"},
                  [](int c) { return 400 <= c && c <= 599; }}),
    [](const auto& tested) { return tested.param.name; });

struct BadCodes {
  std::string name;
  std::vector<std::string> texts;
  std::string message;
};

class BadCodesTest : public testing::TestWithParam<BadCodes> {};

TEST_P(BadCodesTest, AreRefusedWithTheReason) {
  const absl::StatusOr<base::CodeRanges> codes =
      ParseSuccessCodes(GetParam().texts);
  EXPECT_EQ(codes.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(codes.status().message(), GetParam().message);
}

std::string NotACode(const std::string& text) {
  return "\"" + text +
         "\" is neither an HTTP status code nor a range of two (such as "
         "\"100-999\")";
}

std::string OutOfLimits(const std::string& text, const std::string& code) {
  return "\"" + text + "\" names " + code +
         ", which is not an HTTP status code: those are 100 to 999";
}

INSTANTIATE_TEST_SUITE_P(
    Lists, BadCodesTest,
    testing::Values(
        BadCodes{"NoCodes",
                 {},
                 "the list of status codes is empty, so that no answer could "
                 "succeed"},
        BadCodes{"EmptyText", {""}, NotACode("")},
        BadCodes{"BlankText", {"  "}, NotACode("  ")},
        BadCodes{"Word", {"ok"}, NotACode("ok")},
        BadCodes{"Comma", {"200,201"}, NotACode("200,201")},
        BadCodes{"Wildcard", {"2xx"}, NotACode("2xx")},
        BadCodes{"Fraction", {"200.5"}, NotACode("200.5")},
        BadCodes{"Exponent", {"2e2"}, NotACode("2e2")},
        BadCodes{"Plus", {"+200"}, NotACode("+200")},
        BadCodes{"Hex", {"0xC8"}, NotACode("0xC8")},
        BadCodes{"Negative", {"-200"}, NotACode("-200")},
        BadCodes{"OpenEnd", {"200-"}, NotACode("200-")},
        BadCodes{"ThreeEnds", {"200-299-399"}, NotACode("200-299-399")},
        BadCodes{"Blanks", {"200 299"}, NotACode("200 299")},
        BadCodes{"Dots", {"200..299"}, NotACode("200..299")},
        BadCodes{"Small", {"99"}, OutOfLimits("99", "99")},
        BadCodes{"Zero", {"0"}, OutOfLimits("0", "0")},
        BadCodes{"Big", {"1000"}, OutOfLimits("1000", "1000")},
        BadCodes{"BigEnd", {"200-1000"}, OutOfLimits("200-1000", "1000")},
        BadCodes{
            "Huge",
            {"200-99999999999999999999"},
            OutOfLimits("200-99999999999999999999", "99999999999999999999")},
        BadCodes{"Backwards",
                 {"399-200"},
                 "\"399-200\" is a range that runs backwards; \"200-399\" is "
                 "meant, perhaps"},
        BadCodes{"SecondOfList", {"200", "x"}, NotACode("x")}),
    [](const auto& tested) { return tested.param.name; });

TEST(DefaultSuccessCodesTest, Are200To399) {
  EXPECT_EQ(DefaultSuccessCodes(), *ParseSuccessCodes({"200-399"}));
}

}  // namespace
}  // namespace servo::http
