#include "config/schema.h"

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/types/span.h"
#include "config/capture_keys.h"
#include "config/condition_keys.h"
#include "config/key_table.h"
#include "config/keys.h"
#include "config/metric_keys.h"
#include "config/ready_keys.h"
#include "config/source_keys.h"
#include "nlohmann/json.hpp"
#include "yaml/key_spec.h"
#include "yaml/reader.h"
#include "yaml/scalar.h"

namespace servo::config {
namespace {

using Json = nlohmann::ordered_json;

// Patterns are what ECMAScript and Python have in common. Where `$` stands for
// the end, Python lets a line break follow: what must not hold one is said by
// `not`.

// What absl::ParseDuration() reads and no less than zero.
constexpr char kDurationPattern[] =
    "^(\\+?0|\\+?(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|ms|s|m|h))+)$";
constexpr char kTokenPattern[] = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$";
// In a header's value: control characters but the tab.
constexpr char kControlPattern[] = "[\\u0000-\\u0008\\u000a-\\u001f\\u007f]";
constexpr char kCredentialsPattern[] = "^[^/]*//[^/?#]*@";

// The whole numbers from 0 to `max`, with zeros in front.
std::string UpTo(int max) {
  const std::string digits = absl::StrCat(max);
  std::vector<std::string> alternatives = {digits};
  // Those that are smaller at one place, after the same beginning.
  for (size_t i = 0; i < digits.size(); ++i) {
    if (digits[i] == '0') continue;
    const size_t rest = digits.size() - i - 1;
    alternatives.push_back(
        absl::StrCat(digits.substr(0, i), "[0-", std::string(1, digits[i] - 1),
                     "]", rest > 0 ? absl::StrCat("[0-9]{", rest, "}") : ""));
  }
  // Those with fewer digits.
  if (digits.size() > 1) {
    alternatives.push_back(absl::StrCat("[0-9]{1,", digits.size() - 1, "}"));
  }
  return absl::StrCat("0*(", absl::StrJoin(alternatives, "|"), ")");
}

// `word` with its letters in either case.
std::string AnyCase(absl::string_view word) {
  std::string pattern;
  for (const char c : word) {
    if (absl::ascii_isalpha(c)) {
      absl::StrAppend(&pattern, "[", std::string(1, absl::ascii_toupper(c)),
                      std::string(1, absl::ascii_tolower(c)), "]");
    } else {
      pattern.push_back(c);
    }
  }
  return pattern;
}

// http or https, perhaps credentials, a host and perhaps a port; no blanks.
std::string UrlPattern() {
  return absl::StrCat("^", AnyCase("http"), "[Ss]?://([^/?#]*@)?",
                      "(\\[[^\\]/?#]*\\]|[^:/?#@\\[\\]]+)(:(", UpTo(65535),
                      ")?)?([/?#]|$)");
}

// A number of bytes, or of units of them, up to `max`.
std::string BytesPattern(int max) {
  return absl::StrCat("^(", UpTo(max), "\\s*|", UpTo(max / 1024), "\\s*[Kk]|",
                      UpTo(max / 1024 / 1024), "\\s*[Mm])$");
}

std::string SignalPattern(int max) {
  std::vector<std::string> names;
  for (int number = 1; number <= max; ++number) {
    if (const char* name = sigabbrev_np(number)) names.push_back(AnyCase(name));
  }
  return absl::StrCat("^(", AnyCase("SIG"), ")?(", absl::StrJoin(names, "|"),
                      ")$");
}

Json AnyOf(Json alternatives) { return {{"anyOf", std::move(alternatives)}}; }

// What an editor says of any other value; the texts of patterns say nothing to
// people. Editors that don't know the keyword ignore it.
Json Expecting(absl::string_view what, Json schema) {
  schema["errorMessage"] = absl::StrCat("expected ", what);
  return schema;
}

// Any scalar but null.
Json Text() { return {{"type", {"string", "number", "boolean"}}}; }

// The same, of which a string has one character at least.
Json NonEmptyText() {
  return {{"type", {"string", "number", "boolean"}}, {"minLength", 1}};
}

Json NonBlankText() {
  return {{"type", {"string", "number", "boolean"}}, {"pattern", "\\S"}};
}

// `text` of no more characters than the key allows.
Json Bounded(const yaml::KeySpec& spec, Json text) {
  // In characters, of which there are no more than bytes.
  if (spec.max > 0) text["maxLength"] = static_cast<int64_t>(spec.max);
  return text;
}

// Any text in which `pattern` is not found.
Json TextWithout(absl::string_view pattern) {
  Json text = Text();
  text["not"] = {{"type", "string"}, {"pattern", std::string(pattern)}};
  return text;
}

// A path; a quoted boolean is taken for a mistake.
Json Path() {
  Json words = Json::array();
  for (const char* word : {"true", "yes", "on", "false", "no", "off"}) {
    std::string capitalised = word;
    capitalised[0] = absl::ascii_toupper(capitalised[0]);
    words.push_back(word);
    words.push_back(capitalised);
    words.push_back(absl::AsciiStrToUpper(word));
  }
  return {{"type", "string"},
          {"minLength", 1},
          {"not", {{"enum", std::move(words)}}}};
}

Json Number(const char* type, const yaml::KeySpec& spec) {
  return {{"type", type},
          {spec.above_min ? "exclusiveMinimum" : "minimum", spec.min},
          {"maximum", spec.max}};
}

// A number within its limits, or a text in which `pattern` is found. One schema
// and no anyOf, of which editors tell a part alone.
Json NumberOrText(const char* type, const yaml::KeySpec& spec,
                  absl::string_view pattern) {
  Json schema = Number(type, spec);
  schema["type"] = {type, "string"};
  schema["pattern"] = std::string(pattern);
  return schema;
}

Json Codes(const yaml::KeySpec& spec) {
  // Those of HTTP have three digits.
  const std::string number = spec.type == yaml::ValueType::kHttpCodes
                                 ? "0*[1-9][0-9]{2}"
                                 : UpTo(static_cast<int>(spec.max));
  const std::string range =
      absl::StrCat("^\\s*", number, "\\s*(-\\s*", number, "\\s*)?$");
  const std::string what = absl::StrCat(
      spec.type == yaml::ValueType::kHttpCodes ? "codes from 100 to 999"
                                               : "exit codes from 0 to 255",
      ": a code, a range such as \"200-299\", or a list of them");
  Json code = Expecting(what, NumberOrText("integer", spec, range));
  Json codes = code;
  codes["type"].push_back("array");
  codes["items"] = std::move(code);
  codes["minItems"] = 1;
  return codes;
}

Json Command() {
  return AnyOf({NonBlankText(),
                {{"type", "array"},
                 {"items", Json::array({NonBlankText()})},
                 {"additionalItems", Text()},
                 {"minItems", 1}}});
}

Json Mapping(absl::Span<const yaml::KeySpec> keys);

Json TextMap(Json names, Json texts) {
  return {{"type", "object"},
          {"propertyNames", std::move(names)},
          {"additionalProperties", std::move(texts)}};
}

// Headers without the one that only the client itself can set.
Json Headers() {
  return TextMap(
      {{"pattern", kTokenPattern},
       {"not", {{"pattern", "^" + AnyCase("Transfer-Encoding") + "$"}}}},
      TextWithout(kControlPattern));
}

// Basic authentication (RFC 7617).
Json Auth() {
  Json auth = Mapping(kAuthKeys);
  auth["properties"]["username"]["not"] = {
      {"type", "string"}, {"pattern", "[:\\u0000-\\u001f\\u007f]"}};
  auth["properties"]["password"]["not"] = {
      {"type", "string"}, {"pattern", "[\\u0000-\\u001f\\u007f]"}};
  return auth;
}

// Names to a value or a list of values.
Json Form() {
  const Json value = {{"type", {"string", "number", "boolean", "null"}}};
  return {{"type", "object"},
          {"additionalProperties",
           AnyOf({value, {{"type", "array"}, {"items", value}}})}};
}

Json Params() {
  return AnyOf({Form(), {{"type", "array"}, {"items", Form()}}});
}

// HOST:PORT or PORT.
Json TcpAddress() {
  const std::string pattern = absl::StrCat(
      "^((\\[[^\\]/@?#% ]*\\]|[^:/@?#% ]+):)?(", UpTo(65535), ")$");
  return Expecting(
      "HOST:PORT or PORT",
      AnyOf({{{"type", "integer"}, {"minimum", 1}, {"maximum", 65535}},
             {{"type", "string"},
              {"pattern", pattern},
              {"not", {{"pattern", "(^|:)0+$|[0-9]{6}$"}}}}}));
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

// What may stand as the value of a key, null aside.
Json Type(const yaml::KeySpec& spec) {
  switch (spec.type) {
    case yaml::ValueType::kBool:
      return Expecting("true or false", {{"type", {"boolean"}}});
    case yaml::ValueType::kInteger:
      return Expecting("a whole number", Number("integer", spec));
    case yaml::ValueType::kNumber:
      return Expecting("a number", Number("number", spec));
    case yaml::ValueType::kSeconds:
      return Expecting(
          "a duration: seconds, or a text with units such as 500ms or 1m30s",
          NumberOrText("number", spec, kDurationPattern));
    case yaml::ValueType::kBytes:
      return Expecting(
          absl::StrCat("a number of bytes, or of units of them such as 64K, up "
                       "to ",
                       static_cast<int>(spec.max) / 1024 / 1024, "M"),
          NumberOrText("integer", spec,
                       BytesPattern(static_cast<int>(spec.max))));
    case yaml::ValueType::kNonEmptyText:
    case yaml::ValueType::kTaskName:
      return Bounded(spec, NonEmptyText());
    case yaml::ValueType::kAnyText:
      return Bounded(spec, Text());
    case yaml::ValueType::kSignal:
      return Expecting(
          "the name of a signal, such as INT or SIGINT, or its number",
          NumberOrText("integer", spec,
                       SignalPattern(static_cast<int>(spec.max))));
    case yaml::ValueType::kCommand:
      return Command();
    case yaml::ValueType::kEnvironment:
      return TextMap({{"pattern", "^[^=\\u0000]+$"}}, Text());
    case yaml::ValueType::kHeaders:
      return Headers();
    case yaml::ValueType::kHeaderText:
      return TextWithout(kControlPattern);
    case yaml::ValueType::kExitCodes:
    case yaml::ValueType::kHttpCodes:
      return Codes(spec);
    case yaml::ValueType::kUrl:
      return Expecting("an http or https URL with a host",
                       {{"type", {"string"}},
                        {"pattern", UrlPattern()},
                        {"not", {{"pattern", "[\\u0000-\\u0020\\u007f]"}}}});
    case yaml::ValueType::kMethod:
      return Expecting("an HTTP method",
                       {{"type", {"string", "number", "boolean"}},
                        {"pattern", kTokenPattern}});
    case yaml::ValueType::kVerify:
      return AnyOf({{{"type", "boolean"}}, Path()});
    case yaml::ValueType::kParams:
      return Params();
    case yaml::ValueType::kBody:
      return AnyOf({Text(), Form()});
    case yaml::ValueType::kJson:
      return Json::object();
    case yaml::ValueType::kAuth:
      return Auth();
    case yaml::ValueType::kCert:
      return AnyOf({NonEmptyText(), Mapping(kCertKeys)});
    case yaml::ValueType::kChoice:
      return {{"enum",
               std::vector<std::string>(absl::StrSplit(spec.choices, ' '))}};
    case yaml::ValueType::kChoices: {
      const Json word = {{"enum", std::vector<std::string>(
                                      absl::StrSplit(spec.choices, ' '))}};
      return AnyOf(
          {word, {{"type", "array"}, {"items", word}, {"minItems", 1}}});
    }
    case yaml::ValueType::kRegex:
    case yaml::ValueType::kJsonPath:
      return NonEmptyText();
    case yaml::ValueType::kReduction:
      return Expecting(
          "first, last, sum, mean, min, max, count, or a percentile such as "
          "p99.9; of samples increase or rate too",
          {{"type", {"string"}},
           {"pattern",
            "^(first|last|sum|mean|min|max|count|increase|rate|p[0-9]{1,2}("
            "\\.[0-9]*)?)$"}});
    case yaml::ValueType::kAbsent:
      return AnyOf({{{"enum", {"fail", "skip"}}}, {{"type", "number"}}});
    case yaml::ValueType::kTcpAddress:
      return TcpAddress();
    case yaml::ValueType::kReady:
      return {{"$ref", "#/definitions/ready"}};
    case yaml::ValueType::kOperand:
      return Text();
    case yaml::ValueType::kConditions:
      return Expecting("a list of conditions",
                       {{"type", {"array"}},
                        {"items", {{"$ref", "#/definitions/condition"}}},
                        {"minItems", 1}});
    case yaml::ValueType::kSecrets:
      return NamedValues({{"$ref", "#/definitions/source"}});
    case yaml::ValueType::kValues:
      return NamedValues(AnyOf({Text(), {{"$ref", "#/definitions/source"}}}));
    case yaml::ValueType::kSeries:
      return AnyOf({{{"type", "boolean"}}, Mapping(kSeriesKeys)});
    case yaml::ValueType::kMetrics:
      return {{"type", "object"},
              {"propertyNames",
               {{"minLength", 1},
                {"maxLength", 128},
                {"not", {{"pattern", "[\\u0000-\\u001f\\u007f]"}}}}},
              {"additionalProperties", {{"$ref", "#/definitions/metric"}}}};
    case yaml::ValueType::kCaptures:
      return {{"type", "object"},
              {"propertyNames", {{"pattern", "^[A-Za-z_][A-Za-z0-9_]{0,63}$"}}},
              {"additionalProperties", {{"$ref", "#/definitions/capture"}}}};
    case yaml::ValueType::kRequest:
      return {{"$ref", "#/definitions/request"}};
    case yaml::ValueType::kTasks:
      return {{"type", "array"}, {"items", {{"$ref", "#/definitions/task"}}}};
  }
  return Json::object();  // not an enumerator
}

// A key's default as JSON.
Json Default(absl::string_view text) {
  if (const auto value = yaml::ParseBool(text)) return *value;
  if (const auto value = yaml::ParseInt(text)) return *value;
  if (const auto value = yaml::ParseFloat(text)) return *value;
  return std::string(text);
}

// `schema`, or null.
Json OrNull(Json schema) {
  const bool has_type = schema.contains("type") && !schema.contains("anyOf");
  if (has_type) {
    if (schema["type"].is_string()) {
      schema["type"] = Json::array({schema["type"]});
    }
    schema["type"].push_back("null");
    return schema;
  }
  if (schema.contains("enum")) {
    schema["enum"].push_back(nullptr);
    return schema;
  }
  return AnyOf({std::move(schema), {{"type", "null"}}});
}

Json Property(const yaml::KeySpec& spec) {
  Json property = Type(spec);
  // Null is "not given".
  if (!spec.required && spec.type != yaml::ValueType::kJson) {
    property = OrNull(std::move(property));
  }
  property["title"] = absl::StrCat(spec.name, ": ", TypeName(spec));
  property["description"] = std::string(spec.doc);
  if (!spec.default_text.empty()) {
    property["default"] = Default(spec.default_text);
  }
  return property;
}

Json Mapping(absl::Span<const yaml::KeySpec> keys) {
  Json mapping = {{"type", "object"}};
  mapping["properties"] = Json::object();
  Json required = Json::array();
  for (const yaml::KeySpec& spec : keys) {
    mapping["properties"][std::string(spec.name)] = Property(spec);
    if (spec.required) required.push_back(std::string(spec.name));
  }
  mapping["patternProperties"] = {
      {absl::StrCat("^", yaml::kFreeKeyPrefix), Json::object()}};
  mapping["additionalProperties"] = false;
  if (!required.empty()) mapping["required"] = std::move(required);
  return mapping;
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
  return Has("headers", {{"propertyNames",
                          Not({{"pattern", "^" + AnyCase(name) + "$"}})}});
}

// A request, and which of its keys exclude each other.
Json RequestSchema() {
  Json request = Mapping(kRequestKeys);
  Json head = Has(
      "method", {{"type", "string"}, {"pattern", "^" + AnyCase("HEAD") + "$"}});
  head["required"] = {"method"};
  const Json without_credentials =
      Has("url", Not({{"pattern", kCredentialsPattern}}));
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
                           {"request", RequestSchema()},
                           {"metric", LookupSchema(kMetricKeys)},
                           {"capture", LookupSchema(kCaptureKeys)},
                           {"condition", ConditionSchema()},
                           {"ready", ReadySchema()},
                           {"source", SourceSchema()}};
  return schema.dump(2) + "\n";
}

}  // namespace servo::config
