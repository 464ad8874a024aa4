#include "report/testing/json_schema.h"

#include <algorithm>
#include <regex>
#include <string>

#include "absl/strings/str_cat.h"

namespace servo::report {
namespace {

using ::nlohmann::json;

bool HasType(const json& value, const std::string& type) {
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "object") return value.is_object();
  return type == "array" && value.is_array();
}

std::string ObjectProblem(const json& root, const json& schema,
                          const json& value, const std::string& place) {
  const json none = json::object();
  const json& properties =
      schema.contains("properties") ? schema["properties"] : none;
  for (const auto& [key, child] : value.items()) {
    const std::string inner = absl::StrCat(place, "/", key);
    const json* rule = nullptr;
    if (properties.contains(key)) {
      rule = &properties[key];
    } else if (schema.contains("additionalProperties")) {
      rule = &schema["additionalProperties"];
      if (*rule == false) return absl::StrCat(inner, ": not a known key");
    }
    if (rule == nullptr) continue;
    std::string problem = SchemaProblem(root, *rule, child, inner);
    if (!problem.empty()) return problem;
  }
  return "";
}

// Of one keyword.
std::string KeywordProblem(const json& root, const json& schema,
                           const std::string& keyword, const json& rule,
                           const json& value, const std::string& place) {
  const auto expect = [&](bool holds) {
    return holds ? std::string()
                 : absl::StrCat(place, ": ", value.dump(), " breaks ", keyword,
                                " ", rule.dump());
  };
  if (keyword == "type") return expect(HasType(value, rule));
  if (keyword == "const") return expect(value == rule);
  if (keyword == "enum") {
    return expect(std::find(rule.begin(), rule.end(), value) != rule.end());
  }
  if (keyword == "minimum") return expect(value >= rule);
  if (keyword == "pattern") {
    return expect(std::regex_search(value.get<std::string>(),
                                    std::regex(rule.get<std::string>())));
  }
  if (keyword == "minItems" || keyword == "minProperties") {
    return expect(value.size() >= rule.get<size_t>());
  }
  if (keyword == "maxItems" || keyword == "maxProperties") {
    return expect(value.size() <= rule.get<size_t>());
  }
  if (keyword == "required") {
    for (const json& key : rule) {
      if (!value.contains(key.get<std::string>()))
        return absl::StrCat(place, ": no key ", key.dump());
    }
    return "";
  }
  if (keyword == "properties") {
    return ObjectProblem(root, schema, value, place);
  }
  if (keyword == "additionalProperties") {
    return schema.contains("properties")
               ? ""
               : ObjectProblem(root, schema, value, place);
  }
  if (keyword == "items") {
    for (size_t i = 0; i < value.size(); ++i) {
      std::string problem =
          SchemaProblem(root, rule, value[i], absl::StrCat(place, "/", i));
      if (!problem.empty()) return problem;
    }
    return "";
  }
  if (keyword == "description") return "";
  return absl::StrCat(place, ": the test does not know the keyword ", keyword);
}

}  // namespace

std::string SchemaProblem(const json& root, const json& schema,
                          const json& value, const std::string& place) {
  if (schema.contains("$ref")) {
    const std::string target = schema["$ref"].get<std::string>().substr(1);
    return SchemaProblem(root, root.at(json::json_pointer(target)), value,
                         place);
  }
  // First, since the others rely on it.
  if (schema.contains("type") && !HasType(value, schema["type"])) {
    return absl::StrCat(place, ": expected ", schema["type"].dump(), ", found ",
                        value.dump());
  }
  for (const auto& [keyword, rule] : schema.items()) {
    std::string problem =
        KeywordProblem(root, schema, keyword, rule, value, place);
    if (!problem.empty()) return problem;
  }
  return "";
}

std::string EventProblem(const json& events_schema, const json& event) {
  if (!event.is_object() || !event.contains("event")) {
    return absl::StrCat("no event: ", event.dump());
  }
  const std::string kind = event["event"].get<std::string>();
  const json reference = {{"$ref", absl::StrCat("#/definitions/event_", kind)}};
  for (const json& known : events_schema.at("oneOf")) {
    if (known == reference) {
      return SchemaProblem(events_schema, reference, event, kind);
    }
  }
  return absl::StrCat("unknown kind ", kind);
}

}  // namespace servo::report
