#include "config/schema.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "config/capture_keys.h"
#include "config/condition_keys.h"
#include "config/keys.h"
#include "config/metric_keys.h"
#include "config/ready_keys.h"
#include "config/report_keys.h"
#include "config/source_keys.h"
#include "yaml/key_spec.h"
#include "yaml/reader.h"
#include "yaml/schema.h"
#include "yaml/schema_parts.h"

namespace servo::config {
namespace {

using Json = yaml::Schema;

Json Mapping(absl::Span<const yaml::KeySpec> keys);

// Basic authentication (RFC 7617).
Json Auth() {
  Json auth = Mapping(kAuthKeys);
  auth["properties"]["username"]["not"] = {
      {"type", "string"}, {"pattern", "[:\\u0000-\\u001f\\u007f]"}};
  auth["properties"]["password"]["not"] = {
      {"type", "string"}, {"pattern", "[\\u0000-\\u001f\\u007f]"}};
  return auth;
}

// Names to what `entry` says.
Json NamedValues(Json entry) {
  Json values = {{"type", {"object"}}};
  values["propertyNames"] = {{"pattern", absl::StrCat("^", yaml::kFreeKeyPrefix,
                                                      "|", kValueNamePattern)}};
  values["patternProperties"] = {
      {absl::StrCat("^", yaml::kFreeKeyPrefix), Json::object()}};
  values["additionalProperties"] = std::move(entry);
  return values;
}

// The values of keys whose types have tables of their own, null aside.
Json OwnType(const yaml::KeySpec& spec) {
  switch (spec.type) {
    case yaml::ValueType::kAuth:
      return Auth();
    case yaml::ValueType::kReady:
      return {{"$ref", "#/definitions/ready"}};
    case yaml::ValueType::kConditions:
      return yaml::Expecting("a list of conditions",
                             {{"type", {"array"}},
                              {"items", {{"$ref", "#/definitions/condition"}}},
                              {"minItems", 1}});
    case yaml::ValueType::kSecrets:
      return NamedValues({{"$ref", "#/definitions/source"}});
    case yaml::ValueType::kValues:
      return NamedValues(
          yaml::AnyOf({yaml::Text(), {{"$ref", "#/definitions/source"}}}));
    case yaml::ValueType::kReport:
      return {{"$ref", "#/definitions/report"}};
    case yaml::ValueType::kSeries:
      return yaml::AnyOf({{{"type", "boolean"}}, Mapping(kSeriesKeys)});
    case yaml::ValueType::kMetrics:
      return {{"type", "object"},
              {"propertyNames",
               {{"minLength", 1},
                {"maxLength", 128},
                {"not", {{"pattern", "[\\u0000-\\u001f\\u007f-\\u009f]"}}}}},
              {"additionalProperties", {{"$ref", "#/definitions/metric"}}}};
    case yaml::ValueType::kCaptures:
      return {{"type", "object"},
              {"propertyNames", {{"pattern", "^[A-Za-z_][A-Za-z0-9_]{0,63}$"}}},
              {"additionalProperties", {{"$ref", "#/definitions/capture"}}}};
    case yaml::ValueType::kRequest:
      return {{"$ref", "#/definitions/request"}};
    case yaml::ValueType::kTasks:
      return {{"type", "array"}, {"items", {{"$ref", "#/definitions/task"}}}};
    case yaml::ValueType::kCert:
      return yaml::AnyOf({yaml::NonEmptyText(), Mapping(kCertKeys)});
    default:
      return Json::object();  // no key of ours
  }
}

Json Mapping(absl::Span<const yaml::KeySpec> keys) {
  return yaml::MappingSchema(keys, OwnType);
}

// "KEY is not given", and what an editor says where it is.
Json NotGiven(absl::string_view why) {
  return {{"type", {"null"}}, {"errorMessage", std::string(why)}};
}

// "KEY is there and not null".
Json Given(absl::string_view key) {
  return {{"required", {std::string(key)}},
          {"properties", {{std::string(key), {{"not", {{"type", "null"}}}}}}}};
}

// How a task tells that it is ready: by one sign.
Json ReadySchema() {
  Json ready = Mapping(kReadyKeys);
  ready["oneOf"] = Json::array();
  for (size_t i = 0; i < kSigns; ++i) {
    ready["oneOf"].push_back(Given(kReadyKeys[i].name));
  }
  return ready;
}

// Where a text comes from: from one source.
Json SourceSchema() {
  Json source = Mapping(kSourceKeys);
  source["oneOf"] = Json::array();
  for (const yaml::KeySpec& spec : kSourceKeys) {
    source["oneOf"].push_back(Given(spec.name));
  }
  source["properties"]["credential"]["not"] = {{"type", "string"},
                                               {"pattern", "/|^\\.\\.?$"}};
  source["properties"]["env"]["not"] = {{"type", "string"}, {"pattern", "="}};
  return source;
}

Json Not(Json schema) { return {{"not", std::move(schema)}}; }

Json AllOf(Json schemas) { return {{"allOf", std::move(schemas)}}; }

Json If(Json condition, Json then) {
  return {{"if", std::move(condition)}, {"then", std::move(then)}};
}

// "The property KEY fits".
Json Has(absl::string_view key, Json schema) {
  return {{"properties", {{std::string(key), std::move(schema)}}}};
}

// "The header is not among the headers".
Json NoHeader(absl::string_view name) {
  return Has(
      "headers",
      {{"propertyNames", Not({{"pattern", "^" + yaml::AnyCase(name) + "$"}})}});
}

// A request, and which of its keys exclude each other.
Json RequestSchema() {
  Json request = Mapping(kRequestKeys);
  Json head = Has("method", {{"type", "string"},
                             {"pattern", "^" + yaml::AnyCase("HEAD") + "$"}});
  head["required"] = {"method"};
  const Json without_credentials =
      Has("url", Not({{"pattern", yaml::kCredentialsPattern}}));
  const Json one_body = NotGiven("expected one of data, data_file and json");
  const Json no_body = NotGiven("HEAD has no body");
  request["allOf"] = {
      If(Given("data"),
         AllOf({Has("json", one_body), Has("data_file", one_body)})),
      If(Given("json"), Has("data_file", one_body)),
      If(std::move(head), AllOf({Has("data", no_body), Has("json", no_body),
                                 Has("data_file", no_body)})),
      If(Given("content-type"), NoHeader("Content-Type")),
      If(Given("auth"),
         AllOf({without_credentials, NoHeader("Authorization")})),
  };
  return request;
}

// What an editor offers in place of a task. "$1" and the like are where one
// types.
Json TaskSnippets() {
  return {
      {{"label", "exec: run a program"},
       {"body", {{"name", "$1"}, {"exec", {"$2"}}}}},
      {{"label", "shell_exec: run a shell command"},
       {"body", {{"name", "$1"}, {"shell_exec", "$2"}}}},
      {{"label", "request: send an HTTP request"},
       {"body",
        {{"name", "$1"},
         {"request", {{"method", "${2:GET}"}, {"url", "${3:http://}"}}}}}},
      {{"label", "async: run a program in the background"},
       {"body",
        {{"name", "$1"},
         {"async", true},
         {"on_exit", "${2:fail}"},
         {"end_after", "${3:window}"},
         {"exec", {"$4"}}}}},
      {{"label", "metrics: take a number from what a program prints"},
       {"body",
        {{"name", "$1"},
         {"exec", {"$2"}},
         {"metrics",
          {{"${3:throughput}",
            {{"regex", "$4"}, {"unit", "${5:requests/second}"}}}}}}}},
  };
}

bool IsMode(const yaml::KeySpec& spec) {
  return spec.type == yaml::ValueType::kCommand ||
         spec.type == yaml::ValueType::kRequest ||
         spec.type == yaml::ValueType::kTaskName;
}

// "No key is given that a task of `mode` cannot have", which `noun` calls.
Json WithoutKeysOfOthers(unsigned mode, absl::string_view noun) {
  Json keys = Json::object();
  for (const yaml::KeySpec& spec : kTaskKeys) {
    if (IsMode(spec) || (spec.modes & mode) != 0) continue;
    // `async: false` is what all do that have no such key.
    Json key = spec.name == "async" ? Json{{"enum", {false, nullptr}}}
                                    : Json{{"type", {"null"}}};
    key["errorMessage"] = absl::StrCat(spec.name, " is not for ", noun);
    keys[std::string(spec.name)] = std::move(key);
  }
  return {{"properties", std::move(keys)}};
}

// "KEY is not given": it is for `whom` alone.
Json OnlyFor(absl::string_view whom, absl::string_view key) {
  return Has(key, NotGiven(absl::StrCat(key, " is for ", whom)));
}

// What tasks in the background and in the foreground cannot have.
Json BackgroundRules() {
  constexpr char kWaitedFor[] = "tasks that are waited for, and samplers";
  const Json is_async = {{"required", {"async"}},
                         {"properties", {{"async", {{"const", true}}}}}};
  const Json is_sampler = Given("every");
  Json rules = Json::array();
  rules.push_back(If(AllOf({is_async, Not(is_sampler)}),
                     AllOf({OnlyFor(kWaitedFor, "expect"),
                            OnlyFor(kWaitedFor, "give_up_if")})));
  rules.push_back(
      If(Not(is_sampler), OnlyFor("samplers (every)", "end_window_if")));
  rules.push_back(If(yaml::AnyOf({is_async, is_sampler}),
                     OnlyFor("foreground tasks", "capture")));
  rules.push_back(If(Not(is_async), OnlyFor("async tasks", "ready")));
  return rules;
}

// A task: one mode, and only the keys that it has.
Json TaskSchema() {
  constexpr char kOneMode[] =
      "expected one of exec, shell_exec, request and await in a task";
  Json task = Mapping(kTaskKeys);
  Json modes = Json::array();
  Json one_mode = Json::array();
  for (const yaml::KeySpec& spec : kTaskKeys) {
    if (!IsMode(spec)) continue;
    for (const Json& other : modes) {
      one_mode.push_back(If(other, Has(spec.name, NotGiven(kOneMode))));
    }
    modes.push_back(Given(spec.name));
  }
  for (Json& mode : modes) mode["errorMessage"] = kOneMode;
  task["anyOf"] = std::move(modes);
  task["allOf"] = std::move(one_mode);
  task["allOf"].push_back(
      If(Given("request"), WithoutKeysOfOthers(kRequestMode, "a request")));
  task["allOf"].push_back(
      If(Given("await"), WithoutKeysOfOthers(kAwaitMode, "an await")));
  for (Json& rule : BackgroundRules()) {
    task["allOf"].push_back(std::move(rule));
  }
  task["defaultSnippets"] = TaskSnippets();
  return task;
}

// A mapping whose look-up has one finder at most.
Json LookupSchema(absl::Span<const yaml::KeySpec> keys) {
  Json schema = Mapping(keys);
  schema["not"] = AllOf({Given("regex"), Given("jsonpath")});
  return schema;
}

// A condition: a look-up with one comparison at most.
Json ConditionSchema() {
  Json condition = LookupSchema(kConditionKeys);
  for (const char* limit : {"at_least", "at_most"}) {
    Json& property = condition["properties"][limit];
    property["type"].push_back("string");
    property["pattern"] = "\\$\\{\\{";
  }
  condition["allOf"] = Json::array();
  for (size_t i = 1; i < kComparisons; ++i) {
    const absl::string_view key = kConditionKeys[kFirstComparison + i].name;
    for (size_t j = 0; j < i; ++j) {
      condition["allOf"].push_back(
          If(Given(kConditionKeys[kFirstComparison + j].name),
             Has(key, NotGiven("expected one comparison"))));
    }
  }
  return condition;
}

}  // namespace

std::string JsonSchema() {
  return yaml::FileSchema(
      {.title = "servo-exec",
       .description =
           "What the measure driver servo-exec runs around a measurement.",
       .name = kSectionName,
       .section_description =
           "The tasks, stage by stage; keys that begin with x- are free.",
       .keys = Mapping(kSectionKeys),
       .definitions = {{"task", TaskSchema()},
                       {"request", RequestSchema()},
                       {"metric", LookupSchema(kMetricKeys)},
                       {"capture", LookupSchema(kCaptureKeys)},
                       {"condition", ConditionSchema()},
                       {"ready", ReadySchema()},
                       {"report", Mapping(kReportKeys)},
                       {"source", SourceSchema()}}});
}

}  // namespace servo::config
