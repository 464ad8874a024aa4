#include "config/schema.h"

#include <regex>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "config/condition_keys.h"
#include "config/keys.h"
#include "config/metric_keys.h"
#include "config/ready_keys.h"
#include "config/report_keys.h"
#include "config/source_keys.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace servo::config {
namespace {

using Json = nlohmann::json;

// That `mapping` has exactly the keys of the table, with their documentation.
void ExpectKeys(const Json& mapping, absl::Span<const yaml::KeySpec> keys) {
  const Json& properties = mapping.at("properties");
  EXPECT_EQ(properties.size(), keys.size());
  for (const yaml::KeySpec& spec : keys) {
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
  ExpectKeys(schema["definitions"]["metric"], kMetricKeys);
  ExpectKeys(schema["definitions"]["ready"], kReadyKeys);
  ExpectKeys(schema["definitions"]["condition"], kConditionKeys);
  ExpectKeys(schema["definitions"]["report"], kReportKeys);
  ExpectKeys(schema["definitions"]["source"], kSourceKeys);
}

// A type that config/schema.cc forgets would take anything.
TEST(JsonSchema, NoKeyTakesAnything) {
  const Json schema = Json::parse(JsonSchema());
  for (const auto& [name, definition] : schema["definitions"].items()) {
    for (const auto& [key, property] : definition["properties"].items()) {
      if (key == "json") continue;
      EXPECT_TRUE(property.contains("type") || property.contains("anyOf") ||
                  property.contains("enum") || property.contains("$ref"))
          << name << " " << key;
    }
  }
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

// The patterns within `schema`, as ECMAScript reads them: those that a text
// must fit, or those that it must not.
std::vector<std::regex> Patterns(const Json& schema, bool refused) {
  std::vector<std::regex> patterns;
  const Json flat = schema.flatten();
  for (const auto& [path, value] : flat.items()) {
    if (path.ends_with("/pattern") &&
        (path.find("/not/") != path.npos) == refused) {
      patterns.emplace_back(value.get<std::string>());
    }
  }
  return patterns;
}

struct PatternCase {
  const char* mapping;
  const char* key;
  std::vector<std::string> fit;
  std::vector<std::string> unfit;
};

class SchemaPatterns : public testing::TestWithParam<PatternCase> {};

TEST_P(SchemaPatterns, AreThoseOfTheLoader) {
  const auto& [mapping, key, fit, unfit] = GetParam();
  const Json schema = Json::parse(JsonSchema());
  const Json& value = schema["definitions"][mapping]["properties"][key];
  const auto patterns = Patterns(value, false);
  ASSERT_FALSE(patterns.empty());
  for (const std::regex& pattern : patterns) {
    for (const std::string& text : fit) {
      EXPECT_TRUE(std::regex_search(text, pattern)) << text;
    }
    for (const std::string& text : unfit) {
      EXPECT_FALSE(std::regex_search(text, pattern)) << text;
    }
  }
  for (const std::regex& pattern : Patterns(value, true)) {
    for (const std::string& text : fit) {
      EXPECT_FALSE(std::regex_search(text, pattern)) << text;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Keys, SchemaPatterns,
    testing::Values(
        PatternCase{"task",
                    "success_exitcodes",
                    {"0", "255", "0-255", " 7 - 99 ", "007", "249"},
                    {"256", "0-300", "-1", "1-", "", "1000"}},
        PatternCase{"request",
                    "success_codes",
                    {"100", "999", "200-399", "0200", " 200 - 204"},
                    {"99", "1000", "0", "200,300", "2xx"}},
        PatternCase{"task",
                    "max_output",
                    {"0", "64K", "64 K", "64M", "65536k", "67108864", "9m"},
                    {"65M", "65537K", "67108865", "-1", "1G", "K", "1.5M"}},
        PatternCase{"task",
                    "kill_signal",
                    {"TERM", "SIGTERM", "int", "SigUsr1", "WINCH"},
                    {"TERMINATE", "SIG", "FOO", "XTERM", ""}},
        PatternCase{"task",
                    "timeout",
                    {"10s", "500ms", "1h30m", "1.5m"},
                    {"soon", "10", "-1s", "1d"}},
        PatternCase{"request",
                    "url",
                    {"http://host", "HTTPS://a:b@host:443/p?q#f",
                     "http://[::1]:8080/", "http://host:65535", "http://host:/",
                     "http://u:p@h?x", "http://h/a:b@c", "http://h/a b",
                     "http://${{ values.host }}/a", "${{ job_url }}/api",
                     "https://${{ values.host }}:${{ values.port }}?q",
                     "http://h/${{ job }}?${{ run.id }}"},
                    {"ftp://host", "http://", "http:///p", "host",
                     "http://host:65536/", "http://host:http/", "http://a b/",
                     "http://host /", "${{ a", "http://u b@host/"}},
        PatternCase{"ready",
                    "tcp",
                    {"80", "db:80", "[::1]:65535", "10.8.0.1:0443"},
                    {"db", "db:", ":80", "::1:80", "db:65536", "u@h:80"}},
        PatternCase{"request", "method", {"GET", "purge"}, {"GE T", ""}}));

}  // namespace
}  // namespace servo::config
