// Places of what is found, and that no document and no path costs too much.

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "jsonpath/path.h"
#include "nlohmann/json.hpp"

namespace servo::jsonpath {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr int kDeep = 200'000;

// [[[...]]]
json Nested(int depth) {
  json value = json::array();
  for (int i = 1; i < depth; ++i) {
    json outer = json::array();
    outer.push_back(std::move(value));
    value = std::move(outer);
  }
  return value;
}

absl::StatusOr<std::vector<const json*>> Find(absl::string_view path,
                                              const json& document,
                                              const Limits& limits = {}) {
  return Path::Parse(path)->Find(document, limits);
}

TEST(PathLimitsTest, PlacesAreNormalized) {
  const json document =
      json::parse(R"({"a'b\\":[{"c\n":1}],"\u000b\u001f\u007f":2})");
  const absl::StatusOr<std::vector<Located>> found =
      Path::Parse("$..*")->FindLocated(document);
  ASSERT_TRUE(found.ok());
  std::vector<std::string> paths;
  for (const Located& node : *found) paths.push_back(node.path);
  EXPECT_THAT(paths,
              ElementsAre("$['\\u000b\\u001f\x7F']", R"($['a\'b\\'])",
                          R"($['a\'b\\'][0])", R"($['a\'b\\'][0]['c\n'])"));
  EXPECT_EQ(Path::Parse("$")->FindLocated(document)->at(0).path, "$");
  EXPECT_EQ(Path::Parse("$.*[-1]")->FindLocated(document)->at(0).path,
            R"($['a\'b\\'][0])");
}

TEST(PathLimitsTest, ADeepDocumentTakesNoStack) {
  const json document = Nested(kDeep);
  EXPECT_THAT(*Find("$..*", document), SizeIs(kDeep - 1));
  EXPECT_THAT(*Find("$[?@ == $[0]]", document), SizeIs(1));
  EXPECT_THAT(*Find("$[?count(@..*) == 199998]", document), SizeIs(1));
}

TEST(PathLimitsTest, PathsOfADeepDocumentAreBounded) {
  const json document = Nested(kDeep);
  EXPECT_TRUE(absl::IsResourceExhausted(
      Path::Parse("$..*")->FindLocated(document).status()));
}

TEST(PathLimitsTest, ValuesFoundAreBounded) {
  const json document = {1, 2, 3};
  EXPECT_THAT(*Find("$[*]", document, {.max_nodes = 3}), SizeIs(3));
  const absl::Status status = Find("$[*]", document, {.max_nodes = 2}).status();
  EXPECT_TRUE(absl::IsResourceExhausted(status));
  EXPECT_THAT(status.message(), HasSubstr("20000000 steps and 2 values"));
}

TEST(PathLimitsTest, StepsAreBounded) {
  const json document(std::vector<int>(1'000, 7));
  EXPECT_TRUE(Find("$[?@ == 8]", document, {.max_steps = 10'000}).ok());
  for (const char* path :
       {"$[*]", "$[0:999]", "$[?@ == 8]", "$[?!@]", "$[?$..x]", "$..x",
        "$[?@ == 8 || !(@.a && @.b)]", "$[?count($[*]) == 1]",
        "$[?!(length(@) == 1)]", "$[?$ != $]"}) {
    EXPECT_TRUE(absl::IsResourceExhausted(
        Find(path, document, {.max_steps = 500}).status()))
        << path;
  }
}

TEST(PathLimitsTest, DescendantsOfDescendantsEndInTime) {
  const json document = Nested(200);
  EXPECT_TRUE(absl::IsResourceExhausted(
      Find("$..*..*..*..*..*..*..*..*", document).status()));
  EXPECT_TRUE(absl::IsResourceExhausted(
      Find("$..[?@..[?@..[?@..[?@..[?@..x]]]]]", document).status()));
  // One is enough to know that there is one.
  EXPECT_THAT(*Find("$[?@..*..*]", document, {.max_steps = 2'000}), SizeIs(1));
}

TEST(PathLimitsTest, TextsAndRegularExpressionsCostSteps) {
  json document;
  document["text"] = std::string(1'000'000, 'a');
  document["copy"] = document["text"];
  document["regexp"] = "(a|ab|abc){300}x";
  for (const char* path :
       {"$[?search(@, '(a|ab|abc){300}x')]", "$[?match(@, $.regexp)]",
        "$[?@ == $.copy]", "$[?length(@) == 3]"}) {
    EXPECT_TRUE(absl::IsResourceExhausted(
        Find(path, document, {.max_steps = 3'000}).status()))
        << path;
  }
  // Each compiles one of its own.
  json regexps = json::array();
  for (int i = 0; i < 1'000; ++i) regexps.push_back(std::to_string(i));
  EXPECT_THAT(*Find("$[?match('7', @)]", regexps), SizeIs(1));
  EXPECT_TRUE(absl::IsResourceExhausted(
      Find("$[?match('7', @)]", regexps, {.max_steps = 100'000}).status()));
}

}  // namespace
}  // namespace servo::jsonpath
