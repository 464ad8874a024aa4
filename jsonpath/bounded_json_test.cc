#include "jsonpath/bounded_json.h"

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "jsonpath/parse_error.h"
#include "nlohmann/json.hpp"

namespace servo::jsonpath {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

TEST(BoundedJsonTest, ReadsAsTheLibraryDoes) {
  for (const char* text :
       {"null", " true\n", "-1", "0", "18446744073709551615", "1.5e3",
        R"("a\u00e9\ud83d\ude00")", "[]", "{}", R"([[],{},[{"a":[{}]}],1,"b"])",
        R"({"a":{"b":[1,{"c":null}]},"d":-0.0,"e":[false]})",
        R"({"a":1,"a":{"b":2},"a":[3],"c":4})", "\xEF\xBB\xBF[1]"}) {
    const absl::StatusOr<json> value = ReadJson(text);
    ASSERT_TRUE(value.ok()) << text << ": " << value.status();
    EXPECT_EQ(value->dump(), json::parse(text).dump());
  }
}

struct Wrong {
  absl::string_view text;
  size_t offset;
  const char* expected;
  const char* found;
  const char* hint;
};

TEST(BoundedJsonTest, SaysWhereItStopsBeingJson) {
  const Wrong cases[] = {
      {"", 0, "a JSON value", "the end", ""},
      {"  ", 2, "a JSON value", "the end", ""},
      {R"({"a" 5})", 5, "':'", "'5'", ""},
      {R"({"a" "secret"})", 5, "':'", "'\"'", ""},
      {"[1,2", 4, "',' or ']'", "the end", ""},
      {"[1 22]", 3, "',' or ']'", "'2'", ""},
      {R"({"a":1)", 6, "',' or '}'", "the end", ""},
      {R"({"a":1,})", 7, "a name in double quotes", "'}'", ""},
      {"[1,]", 3, "a JSON value", "']'", ""},
      {"[1 true]", 3, "',' or ']'", "'t'", ""},
      {R"({"a":1 , null:2})", 9, "a name in double quotes", "'n'", ""},
      {"1 2", 2, "the end", "'2'", ""},
      {R"({"a": 1} trailing)", 9, "the end", "'t'", ""},
      {"{}\ntr", 3, "the end", "'t'", ""},
      {"[1] \"open", 4, "the end", "'\"'", ""},
      {"1 tr\x01", 2, "the end", "'t'", ""},
      {"true x", 5, "the end", "'x'", ""},
      {"[1 trux]", 6, "JSON", "'x'", "invalid literal"},
      {"{}\n{}\n", 3, "the end", "'{'", ""},
      {"starting\n{}", 0, "JSON", "'s'", "invalid literal"},
      {"tru", 3, "JSON", "the end", "invalid literal"},
      {"trux", 3, "JSON", "'x'", "invalid literal"},
      {"{'a':1}", 1, "JSON", "'''", "invalid literal"},
      {"[1e999]", 1, "a number that a double can hold", "'1'", ""},
      {"[1.]", 3, "JSON", "']'", "invalid number; expected digit after '.'"},
      {R"(["secret)", 8, "JSON", "the end",
       "invalid string: missing closing quote"},
      {"[\"a\xFF\"]", 3, "JSON", "the byte 0xff",
       "invalid string: ill-formed UTF-8 byte"},
      {absl::string_view("[1\0]", 4), 2, "',' or ']'", "the byte 0x00", ""},
      {absl::string_view("{}\0x", 4), 2, "the end", "the byte 0x00", ""},
  };
  for (const Wrong& c : cases) {
    SCOPED_TRACE(c.text);
    ParseError error;
    const absl::StatusOr<json> value = ReadJson(c.text, {}, &error);
    ASSERT_FALSE(value.ok());
    EXPECT_TRUE(absl::IsInvalidArgument(value.status()));
    EXPECT_EQ(value.status().message(), error.ToString());
    EXPECT_EQ(error.offset, c.offset);
    EXPECT_EQ(error.expected, c.expected);
    EXPECT_EQ(error.found, c.found);
    EXPECT_EQ(error.hint, c.hint);
    EXPECT_THAT(error.ToString(), ::testing::Not(HasSubstr("secret")));
  }
}

TEST(BoundedJsonTest, DepthIsBounded) {
  const auto nested = [](size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(ReadJson(nested(1'000)).ok());
  for (const std::string& text :
       {nested(1'001), std::string(1'000'000, '['), nested(1'000'000)}) {
    ParseError error;
    const absl::Status status = ReadJson(text, {}, &error).status();
    EXPECT_TRUE(absl::IsResourceExhausted(status));
    EXPECT_EQ(error.offset, 1'000u);
    EXPECT_EQ(error.found, "'['");
  }
  ParseError error;
  EXPECT_TRUE(absl::IsResourceExhausted(
      ReadJson(R"({"[\"[{":[],"a":{"b":[]}})", {.max_depth = 2}, &error)
          .status()));
  EXPECT_EQ(error.offset, 21u);
}

// Neither reading nor destroying recurses.
TEST(BoundedJsonTest, AMillionLevelsTakeNoStack) {
  const std::string text =
      std::string(1'000'000, '[') + std::string(1'000'000, ']');
  EXPECT_TRUE(ReadJson(text, {.max_depth = 1'000'000}).ok());
}

TEST(BoundedJsonTest, ValuesAreBounded) {
  EXPECT_TRUE(ReadJson("[1,2,3]", {.max_values = 4}).ok());
  const absl::Status status = ReadJson("[1,2,3]", {.max_values = 3}).status();
  EXPECT_TRUE(absl::IsResourceExhausted(status));
  EXPECT_THAT(status.message(), HasSubstr("more than 3 values"));
}

}  // namespace
}  // namespace servo::jsonpath
