#include "protocol/request.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace servo::protocol {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

struct Accepted {
  const char* name;
  std::string text;
  Control control;
};

class AcceptedRequest : public testing::TestWithParam<Accepted> {};

TEST_P(AcceptedRequest, IsRead) {
  absl::StatusOr<Request> request = ParseRequest(GetParam().text);
  ASSERT_TRUE(request.ok()) << request.status();
  const Control& control = request->control;
  EXPECT_EQ(control.duration, GetParam().control.duration);
  EXPECT_EQ(control.warmup, GetParam().control.warmup);
  EXPECT_EQ(control.delay, GetParam().control.delay);
}

INSTANTIATE_TEST_SUITE_P(
    All, AcceptedRequest,
    testing::ValuesIn<Accepted>({
        {"DurationAlone",
         R"({"control": {"duration": 2}})",
         {.duration = absl::Seconds(2)}},
        {"AllThree",
         R"({"control": {"delay": 1, "warmup": 30, "duration": 120}})",
         {absl::Seconds(120), absl::Seconds(30), absl::Seconds(1)}},
        {"Fractions",
         R"({"control": {"duration": 0.25, "warmup": 5e-1}})",
         {absl::Milliseconds(250), absl::Milliseconds(500)}},
        {"Zero", R"({"control": {"duration": 0}})", {.duration = {}}},
        {"MinusZero", R"({"control": {"duration": -0.0}})", {.duration = {}}},
        {"SurroundedByOtherThings",
         R"( {"application": {"components": {"duration": "x",
             "control": {"duration": "y"}}}, "control": {"load":
             {"duration": null}, "duration": 1, "x": [{"duration": false}]},
             "control2": {"duration": -1}} )",
         {.duration = absl::Seconds(1)}},
        {"LastDuplicateOfAKeyCounts",
         R"({"control": {"duration": "1", "duration": 2}})",
         {.duration = absl::Seconds(2)}},
        {"LastDuplicateOfControlCounts",
         R"({"control": {"duration": 1, "warmup": 5}, "control":
             {"duration": 2}})",
         {.duration = absl::Seconds(2)}},
        {"ObjectAfterAScalarControl",
         R"({"control": 7, "control": {"duration": 2}})",
         {.duration = absl::Seconds(2)}},
        {"ByteOrderMark",
         "\xef\xbb\xbf{\"control\": {\"duration\": 2}}",
         {.duration = absl::Seconds(2)}},
        {"AHundredYearsAtMost",
         R"({"control": {"duration": 1e300}})",
         {.duration = absl::Hours(24 * 36525)}},
        {"AnIntegerBeyond64Bits",
         R"({"control": {"duration": 99999999999999999999}})",
         {.duration = absl::Hours(24 * 36525)}},
    }),
    [](const auto& test) { return test.param.name; });

TEST(ParseRequest, TakesTheNamesOfMetrics) {
  using ::testing::ElementsAre;
  using ::testing::IsEmpty;
  const auto metrics = [](absl::string_view member) {
    absl::StatusOr<Request> request = ParseRequest(absl::StrCat(
        "{\"control\": {\"duration\": 1, \"metrics\": [\"x\"]}", member, "}"));
    EXPECT_TRUE(request.ok()) << request.status();
    return request.ok() ? request->metrics : std::vector<std::string>{};
  };
  EXPECT_THAT(metrics(""), IsEmpty());
  EXPECT_THAT(metrics(R"(, "metrics": ["a", "b c"])"), ElementsAre("a", "b c"));
  EXPECT_THAT(metrics(R"(, "metrics": [])"), IsEmpty());
  // What is no list of texts is ignored, as other drivers do.
  for (const char* value : {"null", "7", "\"a\"", "{\"a\": [\"b\"]}", "true"})
    EXPECT_THAT(metrics(absl::StrCat(", \"metrics\": ", value)), IsEmpty());
  EXPECT_THAT(metrics(R"(, "metrics": [1, "a", null, ["b"], {"c": "d"}, "e"])"),
              ElementsAre("a", "e"));
  EXPECT_THAT(metrics(R"(, "metrics": ["a"], "metrics": ["b"])"),
              ElementsAre("b"));
  EXPECT_THAT(metrics(R"(, "metrics": ["a"], "metrics": null)"), IsEmpty());
  EXPECT_THAT(metrics(R"(, "other": {"metrics": ["a"]}, "list": ["b"])"),
              IsEmpty());
}

TEST(ParseRequest, NothingButWhiteSpaceMayFollow) {
  const std::string good = R"({"control": {"duration": 1}})";
  EXPECT_TRUE(ParseRequest(good + " \r\n\t\n").ok());
  for (const std::string& rest :
       {std::string("x"), std::string("{}"), std::string("\0", 1),
        std::string("\0garbage", 8), std::string("\n\0 ", 3), std::string("]"),
        std::string("\x1a"), std::string("/* */")}) {
    absl::StatusOr<Request> request = ParseRequest(good + rest);
    ASSERT_EQ(request.status().code(), absl::StatusCode::kInvalidArgument)
        << testing::PrintToString(rest);
    EXPECT_THAT(std::string(request.status().message()),
                StartsWith("failed to parse input: "));
  }
  EXPECT_EQ(ParseRequest(good + std::string("\0", 1)).status().message(),
            "failed to parse input: a NUL byte follows the JSON, at byte 28");
}

struct Refused {
  const char* name;
  std::string text;
  std::string message;
};

class RefusedRequest : public testing::TestWithParam<Refused> {};

TEST_P(RefusedRequest, SaysWhy) {
  absl::StatusOr<Request> control = ParseRequest(GetParam().text);
  EXPECT_EQ(control.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(control.status().message(), GetParam().message);
}

// What `control.duration` must be, and what it was.
std::string Wrong(const std::string& key, const std::string& found) {
  return absl::StrCat("control.", key,
                      ": expected seconds as a number that is not negative, "
                      "found ",
                      found);
}

Refused WrongDuration(const char* name, const std::string& value,
                      const std::string& found) {
  return {name, absl::StrCat("{\"control\": {\"duration\": ", value, "}}"),
          Wrong("duration", found)};
}

INSTANTIATE_TEST_SUITE_P(
    Shape, RefusedRequest,
    testing::ValuesIn<Refused>({
        {"AnArray", "[]",
         "the input is not an object with the key \"control\" but an array"},
        {"AString", "\"control\"",
         "the input is not an object with the key \"control\" but the string "
         "\"control\""},
        {"Null", "null",
         "the input is not an object with the key \"control\" but null"},
        {"NoControl", "{}",
         "control: expected an object with the key \"duration\", found "
         "nothing"},
        {"ControlIsNull", R"({"control": null})",
         "control: expected an object with the key \"duration\", found null"},
        {"ControlIsAnArray", R"({"control": [{"duration": 1}]})",
         "control: expected an object with the key \"duration\", found an "
         "array"},
        {"ControlBecomesAScalar",
         R"({"control": {"duration": 1}, "control": 5})",
         "control: expected an object with the key \"duration\", found 5"},
        {"NoDuration", R"({"control": {}})", Wrong("duration", "nothing")},
        {"NoDurationInTheLastControl",
         R"({"control": {"duration": 1}, "control": {"warmup": 1}})",
         Wrong("duration", "nothing")},
        {"AllWrong",
         R"({"control": {"delay": "1", "duration": true, "warmup": -1}})",
         absl::StrCat(Wrong("duration", "true"), "; ", Wrong("warmup", "-1"),
                      "; ", Wrong("delay", "the string \"1\""))},
        {"OptionalKeyIsNull", R"({"control": {"duration": 1, "warmup": null}})",
         Wrong("warmup", "null")},
    }),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Duration, RefusedRequest,
    testing::ValuesIn<Refused>({
        WrongDuration("AString", "\"120\"", "the string \"120\""),
        WrongDuration(
            "ALongString", absl::StrCat("\"", std::string(9999, 'a'), "\""),
            absl::StrCat("the string \"", std::string(24, 'a'), "...\"")),
        WrongDuration("True", "true", "true"),
        WrongDuration("Null", "null", "null"),
        WrongDuration("NegativeInteger", "-1", "-1"),
        WrongDuration("NegativeFraction", "-1e-9", "-1e-9"),
        WrongDuration("AnObject", "{\"seconds\": 1}", "an object"),
        WrongDuration("AnArray", "[1]", "an array"),
        WrongDuration("TooLargeForADouble", "1e999", "1e999"),
        WrongDuration("TooSmallForADouble", "-1e999", "-1e999"),
        WrongDuration("NaN", "NaN", "NaN"),
        WrongDuration("Infinity", "Infinity", "Infinity"),
        WrongDuration("MinusInfinity", "-Infinity", "-Infinity"),
        WrongDuration("FirstRightThenWrong", "1, \"duration\": \"2\"",
                      "the string \"2\""),
    }),
    [](const auto& test) { return test.param.name; });

TEST(ParseRequest, NamesTheKeyOfANumberThatIsNone) {
  EXPECT_EQ(ParseRequest(R"({"control": {"warmup": NaN, "duration": 1}})")
                .status()
                .message(),
            Wrong("warmup", "NaN"));
}

TEST(ParseRequest, EmptyInputFailsToParse) {
  for (const char* text : {"", " \n\t"}) {
    EXPECT_EQ(ParseRequest(text).status().message(),
              "failed to parse input: it is empty");
  }
}

TEST(ParseRequest, WhatIsNotJsonIsToldWithItsPlace) {
  absl::Status status =
      ParseRequest("{\"control\":\n {\"duration\": 1,}}").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), StartsWith("failed to parse input: at line 2, "
                                           "column 17: syntax error"));
  EXPECT_THAT(status.message(), Not(HasSubstr("exception")));
}

TEST(ParseRequest, WhatIsCutOffAnywhereFailsToParse) {
  const std::string whole =
      R"({"control": {"duration": 1.5e1, "x": "\u00e9"}})";
  ASSERT_TRUE(ParseRequest(whole).ok());
  for (size_t length = 0; length < whole.size(); ++length) {
    // A copy of its own, so that a read beyond its end is found out.
    const std::vector<char> cut(whole.begin(), whole.begin() + length);
    EXPECT_THAT(ParseRequest(absl::string_view(cut.data(), cut.size()))
                    .status()
                    .message(),
                StartsWith("failed to parse input: "));
  }
}

TEST(ParseRequest, MoreThanOneValueFailsToParse) {
  EXPECT_THAT(
      ParseRequest(R"({"control": {"duration": 1}} {})").status().message(),
      StartsWith("failed to parse input: at line 1, column 30"));
}

TEST(ParseRequest, BytesThatAreNotUtf8FailToParse) {
  EXPECT_THAT(ParseRequest("{\"x\": \"\xff\", \"control\": {\"duration\": 1}}")
                  .status()
                  .message(),
              StartsWith("failed to parse input: "));
}

TEST(ParseRequest, TheMessageStaysShort) {
  const std::string unterminated =
      absl::StrCat("{\"control\": \"", std::string(1000 * 1000, 'x'));
  absl::Status status = ParseRequest(unterminated).status();
  EXPECT_THAT(status.message(), StartsWith("failed to parse input: "));
  EXPECT_LT(status.message().size(), 250u);
}

TEST(ParseRequest, NestingIsBounded) {
  auto nested = [](int depth) {
    return absl::StrCat(R"({"control": {"duration": 1}, "x": )",
                        std::string(depth - 1, '['),
                        std::string(depth - 1, ']'), "}");
  };
  EXPECT_TRUE(ParseRequest(nested(kMaxRequestDepth)).ok());
  EXPECT_EQ(ParseRequest(nested(kMaxRequestDepth + 1)).status().message(),
            "failed to parse input: nested more than 500 levels deep");
  EXPECT_EQ(ParseRequest(std::string(kMaxRequestBytes, '[')).status().message(),
            "failed to parse input: nested more than 500 levels deep");
}

TEST(Control, ProgressIsTheShareOfTheWindow) {
  const Control control = {.duration = absl::Seconds(4),
                           .warmup = absl::Seconds(2),
                           .delay = absl::Seconds(1)};
  EXPECT_EQ(control.ProgressAfter(absl::ZeroDuration()), 0);
  EXPECT_EQ(control.ProgressAfter(absl::Seconds(3)), 0);
  EXPECT_EQ(control.ProgressAfter(absl::Seconds(4)), 25);
  EXPECT_EQ(control.ProgressAfter(absl::Milliseconds(6999)), 99);
  EXPECT_EQ(control.ProgressAfter(absl::Seconds(7)), 100);
  EXPECT_EQ(control.ProgressAfter(absl::InfiniteDuration()), 100);
}

TEST(Control, ProgressOfAWindowWithoutLength) {
  const Control control = {.duration = absl::ZeroDuration(),
                           .warmup = absl::Seconds(1)};
  EXPECT_EQ(control.ProgressAfter(absl::Milliseconds(999)), 0);
  EXPECT_EQ(control.ProgressAfter(absl::Seconds(1)), 100);
}

}  // namespace
}  // namespace servo::protocol
