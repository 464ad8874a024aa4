#include "config/schema.h"

#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "config/key_spec.h"
#include "config/keys.h"
#include "config/reader.h"
#include "config/scalar.h"
#include "nlohmann/json.hpp"

namespace servo::config {
namespace {

using Json = nlohmann::ordered_json;

// What absl::ParseDuration() reads and no less than zero.
constexpr char kDurationPattern[] =
    "^(\\+?0|\\+?(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|ms|s|m|h))+)$";
constexpr char kCodePattern[] = "^\\s*[0-9]+\\s*(-\\s*[0-9]+\\s*)?$";
constexpr char kBytesPattern[] = "^[0-9]+[KkMm]?$";
constexpr char kUrlPattern[] = "^[Hh][Tt][Tt][Pp][Ss]?://[^/?#\\s]";
constexpr char kTokenPattern[] = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$";
constexpr char kSignalPattern[] = "^([Ss][Ii][Gg])?[A-Za-z][A-Za-z0-9]*$";

Json AnyOf(Json alternatives) { return {{"anyOf", std::move(alternatives)}}; }

// Any scalar but null.
Json Text() { return {{"type", {"string", "number", "boolean"}}}; }

// The same, of which a string has one character at least.
Json NonEmptyText() {
  return {{"type", {"string", "number", "boolean"}}, {"minLength", 1}};
}

Json NonBlankText() {
  return {{"type", {"string", "number", "boolean"}}, {"pattern", "\\S"}};
}

Json NonEmptyString() { return {{"type", "string"}, {"minLength", 1}}; }

Json Number(const char* type, const KeySpec& spec) {
  return {{"type", type},
          {spec.above_min ? "exclusiveMinimum" : "minimum", spec.min},
          {"maximum", spec.max}};
}

Json Codes(const KeySpec& spec) {
  const Json code = AnyOf({Number("integer", spec),
                           {{"type", "string"}, {"pattern", kCodePattern}}});
  return AnyOf({code, {{"type", "array"}, {"items", code}, {"minItems", 1}}});
}

Json Command() {
  return AnyOf({NonBlankText(),
                {{"type", "array"},
                 {"items", Json::array({NonBlankText()})},
                 {"additionalItems", Text()},
                 {"minItems", 1}}});
}

Json Mapping(absl::Span<const KeySpec> keys);

Json Params() {
  const Json value = {{"type", {"string", "number", "boolean", "null"}}};
  const Json mapping = {
      {"type", "object"},
      {"additionalProperties",
       AnyOf({value, {{"type", "array"}, {"items", value}}})}};
  return AnyOf({mapping, {{"type", "array"}, {"items", mapping}}});
}

// What may stand as the value of a key, null aside.
Json Type(const KeySpec& spec) {
  switch (spec.type) {
    case ValueType::kBool:
      return {{"type", "boolean"}};
    case ValueType::kInteger:
      return Number("integer", spec);
    case ValueType::kNumber:
      return Number("number", spec);
    case ValueType::kSeconds:
      return AnyOf({Number("number", spec),
                    {{"type", "string"}, {"pattern", kDurationPattern}}});
    case ValueType::kBytes:
      return AnyOf({Number("integer", spec),
                    {{"type", "string"}, {"pattern", kBytesPattern}}});
    case ValueType::kText:
      return NonEmptyText();
    case ValueType::kScalar:
      return Text();
    case ValueType::kSignal:
      return AnyOf({Number("integer", spec),
                    {{"type", "string"}, {"pattern", kSignalPattern}}});
    case ValueType::kCommand:
      return Command();
    case ValueType::kTextMap:
      return {{"type", "object"},
              {"propertyNames", {{"minLength", 1}}},
              {"additionalProperties", Text()}};
    case ValueType::kExitCodes:
    case ValueType::kHttpCodes:
      return Codes(spec);
    case ValueType::kUrl:
      return {{"type", "string"}, {"pattern", kUrlPattern}};
    case ValueType::kMethod:
      return {{"type", "string"}, {"pattern", kTokenPattern}};
    case ValueType::kVerify:
      return AnyOf({{{"type", "boolean"}}, NonEmptyString()});
    case ValueType::kParams:
      return Params();
    case ValueType::kJson:
      return Json::object();
    case ValueType::kAuth:
      return Mapping(kAuthKeys);
    case ValueType::kCert:
      return AnyOf({NonEmptyText(), Mapping(kCertKeys)});
    case ValueType::kRequest:
      return {{"$ref", "#/definitions/request"}};
    case ValueType::kTasks:
      return {{"type", "array"}, {"items", {{"$ref", "#/definitions/task"}}}};
  }
  return Json::object();  // not an enumerator
}

// A key's default as JSON.
Json Default(absl::string_view text) {
  if (const auto value = ParseBool(text)) return *value;
  if (const auto value = ParseInt(text)) return *value;
  if (const auto value = ParseFloat(text)) return *value;
  return std::string(text);
}

Json Property(const KeySpec& spec) {
  Json property = Type(spec);
  // Null is "not given".
  if (!spec.required && spec.type != ValueType::kJson) {
    property = AnyOf({std::move(property), {{"type", "null"}}});
  }
  property["description"] = std::string(spec.doc);
  if (!spec.default_text.empty()) {
    property["default"] = Default(spec.default_text);
  }
  return property;
}

Json Mapping(absl::Span<const KeySpec> keys) {
  Json mapping = {{"type", "object"}};
  mapping["properties"] = Json::object();
  Json required = Json::array();
  for (const KeySpec& spec : keys) {
    mapping["properties"][std::string(spec.name)] = Property(spec);
    if (spec.required) required.push_back(std::string(spec.name));
  }
  mapping["patternProperties"] = {
      {absl::StrCat("^", kFreeKeyPrefix), Json::object()}};
  mapping["additionalProperties"] = false;
  if (!required.empty()) mapping["required"] = std::move(required);
  return mapping;
}

// "KEY is there and not null".
Json Given(absl::string_view key) {
  return {{"required", {std::string(key)}},
          {"properties", {{std::string(key), {{"not", {{"type", "null"}}}}}}}};
}

// A task: one mode, and only the keys that it has.
Json TaskSchema() {
  Json task = Mapping(kTaskKeys);
  Json modes = Json::array();
  Json process_keys = Json::object();
  for (const KeySpec& spec : kTaskKeys) {
    if (spec.type == ValueType::kCommand || spec.type == ValueType::kRequest) {
      modes.push_back(Given(spec.name));
    } else if ((spec.modes & kRequestMode) == 0) {
      // `async: false` is what a request does anyway.
      process_keys[std::string(spec.name)] =
          spec.name == "async" ? Json{{"enum", {false, nullptr}}}
                               : Json{{"type", "null"}};
    }
  }
  task["oneOf"] = std::move(modes);
  task["if"] = Given("request");
  task["then"] = {{"properties", std::move(process_keys)}};
  return task;
}

}  // namespace

std::string JsonSchema() {
  Json schema = {
      {"$schema", "http://json-schema.org/draft-07/schema#"},
      {"title", "servo-exec"},
      {"description",
       "What the measure driver servo-exec runs around a measurement."},
      {"type", {"object", "null"}},
  };
  Json section = Mapping(kSectionKeys);
  section = AnyOf({std::move(section), {{"type", "null"}}});
  section["description"] =
      "The tasks, stage by stage; keys that begin with x- are free.";
  schema["properties"] = {{std::string(kSectionName), std::move(section)}};
  schema["definitions"] = {{"task", TaskSchema()},
                           {"request", Mapping(kRequestKeys)}};
  return schema.dump(2) + "\n";
}

}  // namespace servo::config
