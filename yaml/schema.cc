#include "yaml/schema.h"

#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "yaml/key_table.h"
#include "yaml/reader.h"
#include "yaml/scalar.h"
#include "yaml/schema_parts.h"

namespace servo::yaml {
namespace {

// What absl::ParseDuration() reads and no less than zero.
constexpr char kDurationPattern[] =
    "^(\\+?0|\\+?(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|ms|s|m|h))+)$";
// http or https, perhaps credentials, a host and perhaps a port, without blanks
// but those of references, which may make the beginning, host and port.
std::string UrlPattern() {
  constexpr absl::string_view kReference = "\\$\\{\\{[^}]*\\}\\}";
  return absl::StrCat("^(", kReference, "|", AnyCase("http"),
                      "[Ss]?://([^/?# ]*@)?(\\[[^\\]/?# ]*\\]|(", kReference,
                      "|[^:/?#@\\[\\] ])+)(:(", UpTo(65535), "|", kReference,
                      ")?)?([/?#]|$))");
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

// `text` of no more characters than the key allows.
Schema Bounded(const KeySpec& spec, Schema text) {
  // In characters, of which there are no more than bytes.
  if (spec.max > 0) text["maxLength"] = static_cast<int64_t>(spec.max);
  return text;
}

// A path; a quoted boolean is taken for a mistake.
Schema Path() {
  Schema words = Schema::array();
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

Schema Number(const char* type, const KeySpec& spec) {
  return {{"type", type},
          {spec.above_min ? "exclusiveMinimum" : "minimum", spec.min},
          {"maximum", spec.max}};
}

// A number within its limits, or a text in which `pattern` is found. One schema
// and no anyOf, of which editors tell a part alone.
Schema NumberOrText(const char* type, const KeySpec& spec,
                    absl::string_view pattern) {
  Schema schema = Number(type, spec);
  schema["type"] = {type, "string"};
  schema["pattern"] = std::string(pattern);
  return schema;
}

Schema Codes(const KeySpec& spec) {
  // Those of HTTP have three digits.
  const std::string number = spec.type == ValueType::kHttpCodes
                                 ? "0*[1-9][0-9]{2}"
                                 : UpTo(static_cast<int>(spec.max));
  const std::string range =
      absl::StrCat("^\\s*", number, "\\s*(-\\s*", number, "\\s*)?$");
  const std::string what = absl::StrCat(
      spec.type == ValueType::kHttpCodes ? "codes from 100 to 999"
                                         : "exit codes from 0 to 255",
      ": a code, a range such as \"200-299\", or a list of them");
  Schema code = Expecting(what, NumberOrText("integer", spec, range));
  Schema codes = code;
  codes["type"].push_back("array");
  codes["items"] = std::move(code);
  codes["minItems"] = 1;
  return codes;
}

Schema Command() {
  return AnyOf({NonBlankText(),
                {{"type", "array"},
                 {"items", Schema::array({NonBlankText()})},
                 {"additionalItems", Text()},
                 {"minItems", 1}}});
}

// Headers without the one that only the client itself can set.
Schema Headers() {
  return TextMap(
      {{"pattern", kTokenPattern},
       {"not", {{"pattern", "^" + AnyCase("Transfer-Encoding") + "$"}}}},
      TextWithout(kControlPattern));
}

// Names to a value or a list of values.
Schema Form() {
  const Schema value = {{"type", {"string", "number", "boolean", "null"}}};
  return {{"type", "object"},
          {"additionalProperties",
           AnyOf({value, {{"type", "array"}, {"items", value}}})}};
}

Schema Params() {
  return AnyOf({Form(), {{"type", "array"}, {"items", Form()}}});
}

// HOST:PORT or PORT.
Schema TcpAddress() {
  const std::string pattern = absl::StrCat(
      "^((\\[[^\\]/@?#% ]*\\]|[^:/@?#% ]+):)?(", UpTo(65535), ")$");
  return Expecting(
      "HOST:PORT or PORT",
      AnyOf({{{"type", "integer"}, {"minimum", 1}, {"maximum", 65535}},
             {{"type", "string"},
              {"pattern", pattern},
              {"not", {{"pattern", "(^|:)0+$|[0-9]{6}$"}}}}}));
}

Schema Url() {
  return Expecting("an http or https URL with a host",
                   {{"type", {"string"}},
                    {"pattern", UrlPattern()},
                    {"not", {{"pattern", "[\\u0000-\\u001f\\u007f]"}}}});
}

// One of the words, or a list of them.
Schema Choices(const Schema& word) {
  return AnyOf({word, {{"type", "array"}, {"items", word}, {"minItems", 1}}});
}

Schema Words(const KeySpec& spec) {
  return {
      {"enum", std::vector<std::string>(absl::StrSplit(spec.choices, ' '))}};
}

Schema Reduction() {
  return Expecting(
      "first, last, sum, mean, min, max, count, or a percentile such as "
      "p99.9; of samples increase or rate too",
      {{"type", {"string"}},
       {"pattern",
        "^(first|last|sum|mean|min|max|count|increase|rate|p[0-9]{1,2}("
        "\\.[0-9]*)?)$"}});
}

// What may stand as the value of a key, null aside.
Schema ValueSchema(const KeySpec& spec, OwnType own) {
  switch (spec.type) {
    case ValueType::kBool:
      return Expecting("true or false", {{"type", {"boolean"}}});
    case ValueType::kInteger:
      return Expecting("a whole number", Number("integer", spec));
    case ValueType::kNumber:
      return Expecting("a number", Number("number", spec));
    case ValueType::kSeconds:
      return Expecting(
          "a duration: seconds, or a text with units such as 500ms or 1m30s",
          NumberOrText("number", spec, kDurationPattern));
    case ValueType::kBytes:
      return Expecting(
          absl::StrCat("a number of bytes, or of units of them such as 64K, up "
                       "to ",
                       static_cast<int>(spec.max) / 1024 / 1024, "M"),
          NumberOrText("integer", spec,
                       BytesPattern(static_cast<int>(spec.max))));
    case ValueType::kNonEmptyText:
    case ValueType::kTaskName:
      return Bounded(spec, NonEmptyText());
    case ValueType::kAnyText:
      return Bounded(spec, Text());
    case ValueType::kSignal:
      return Expecting(
          "the name of a signal, such as INT or SIGINT, or its number",
          NumberOrText("integer", spec,
                       SignalPattern(static_cast<int>(spec.max))));
    case ValueType::kCommand:
      return Command();
    case ValueType::kEnvironment:
      return TextMap({{"pattern", "^[^=\\u0000]+$"}}, Text());
    case ValueType::kHeaders:
      return Headers();
    case ValueType::kHeaderText:
      return TextWithout(kControlPattern);
    case ValueType::kExitCodes:
    case ValueType::kHttpCodes:
      return Codes(spec);
    case ValueType::kUrl:
      return Url();
    case ValueType::kMethod:
      return Expecting("an HTTP method",
                       {{"type", {"string", "number", "boolean"}},
                        {"pattern", kTokenPattern}});
    case ValueType::kVerify:
      return AnyOf({{{"type", "boolean"}}, Path()});
    case ValueType::kParams:
      return Params();
    case ValueType::kBody:
      return AnyOf({Text(), Form()});
    case ValueType::kJson:
      return Schema::object();
    case ValueType::kChoice:
      return Words(spec);
    case ValueType::kChoices:
      return Choices(Words(spec));
    case ValueType::kRegex:
    case ValueType::kJsonPath:
      return NonEmptyText();
    case ValueType::kReduction:
      return Reduction();
    case ValueType::kAbsent:
      return AnyOf({{{"enum", {"fail", "skip"}}}, {{"type", "number"}}});
    case ValueType::kTcpAddress:
      return TcpAddress();
    case ValueType::kOperand:
      return Text();
    case ValueType::kAuth:
    case ValueType::kReady:
    case ValueType::kReport:
    case ValueType::kConditions:
    case ValueType::kSecrets:
    case ValueType::kValues:
    case ValueType::kSeries:
    case ValueType::kMetrics:
    case ValueType::kCaptures:
    case ValueType::kRequest:
    case ValueType::kTasks:
    case ValueType::kCert:
      return own(spec);
  }
  return Schema::object();  // not an enumerator
}

// A key's default as JSON.
Schema Default(absl::string_view text) {
  if (const auto value = ParseBool(text)) return *value;
  if (const auto value = ParseInt(text)) return *value;
  if (const auto value = ParseFloat(text)) return *value;
  return std::string(text);
}

// `schema`, or null.
Schema OrNull(Schema schema) {
  const bool has_type = schema.contains("type") && !schema.contains("anyOf");
  if (has_type) {
    if (schema["type"].is_string()) {
      schema["type"] = Schema::array({schema["type"]});
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

Schema Property(const KeySpec& spec, OwnType own) {
  Schema property = ValueSchema(spec, own);
  // Null is "not given".
  if (!spec.required && spec.type != ValueType::kJson) {
    property = OrNull(std::move(property));
  }
  property["title"] = absl::StrCat(spec.name, ": ", TypeName(spec));
  property["description"] = std::string(spec.doc);
  if (!spec.default_text.empty()) {
    property["default"] = Default(spec.default_text);
  }
  return property;
}

}  // namespace

Schema NoOwnType(const KeySpec&) { return Schema::object(); }

Schema MappingSchema(absl::Span<const KeySpec> keys, OwnType own) {
  Schema mapping = {{"type", "object"}};
  mapping["properties"] = Schema::object();
  Schema required = Schema::array();
  for (const KeySpec& spec : keys) {
    mapping["properties"][std::string(spec.name)] = Property(spec, own);
    if (spec.required) required.push_back(std::string(spec.name));
  }
  mapping["patternProperties"] = {
      {absl::StrCat("^", kFreeKeyPrefix), Schema::object()}};
  mapping["additionalProperties"] = false;
  if (!required.empty()) mapping["required"] = std::move(required);
  return mapping;
}

std::string FileSchema(const SectionSchema& section) {
  Schema schema = {
      {"$schema", "http://json-schema.org/draft-07/schema#"},
      {"title", std::string(section.title)},
      {"description", std::string(section.description)},
      {"type", {"object", "null"}},
  };
  Schema keys = AnyOf({section.keys, {{"type", "null"}}});
  keys["description"] = std::string(section.section_description);
  schema["properties"] = {{std::string(section.name), std::move(keys)}};
  if (!section.definitions.empty()) schema["definitions"] = section.definitions;
  return schema.dump(2) + "\n";
}

}  // namespace servo::yaml
