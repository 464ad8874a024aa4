#include "config/schema.h"

#include <string>

#include "absl/types/span.h"
#include "config/keys.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace servo::config {
namespace {

using Json = nlohmann::json;

// That `mapping` has exactly the keys of the table, with their documentation.
void ExpectKeys(const Json& mapping, absl::Span<const KeySpec> keys) {
  const Json& properties = mapping.at("properties");
  EXPECT_EQ(properties.size(), keys.size());
  for (const KeySpec& spec : keys) {
    const std::string name(spec.name);
    ASSERT_TRUE(properties.contains(name)) << name;
    EXPECT_EQ(properties[name].at("description"), spec.doc) << name;
    EXPECT_EQ(properties[name].contains("default"), !spec.default_text.empty())
        << name;
  }
  EXPECT_EQ(mapping.at("additionalProperties"), false);
}

TEST(JsonSchema, HasEveryKeyOfTheTables) {
  const Json schema = Json::parse(JsonSchema());
  EXPECT_EQ(schema.at("$schema"), "http://json-schema.org/draft-07/schema#");
  ExpectKeys(schema["properties"]["exec"]["anyOf"][0], kSectionKeys);
  ExpectKeys(schema["definitions"]["task"], kTaskKeys);
  ExpectKeys(schema["definitions"]["request"], kRequestKeys);
}

TEST(JsonSchema, DefaultsHaveTheirTypes) {
  const Json schema = Json::parse(JsonSchema());
  const Json& task = schema["definitions"]["task"]["properties"];
  EXPECT_EQ(task["async"]["default"], false);
  EXPECT_EQ(task["retries"]["default"], 0);
  EXPECT_EQ(task["kill_timeout"]["default"], 0.5);
  EXPECT_EQ(task["kill_signal"]["default"], "TERM");
}

TEST(JsonSchema, EveryReferenceHasItsDefinition) {
  const Json schema = Json::parse(JsonSchema());
  const Json flat = schema.flatten();
  int references = 0;
  for (const auto& [path, value] : flat.items()) {
    if (!path.ends_with("/$ref")) continue;
    ++references;
    const std::string target = value.get<std::string>().substr(1);
    EXPECT_TRUE(schema.contains(Json::json_pointer(target))) << target;
  }
  EXPECT_GE(references, 5);
}

}  // namespace
}  // namespace servo::config
