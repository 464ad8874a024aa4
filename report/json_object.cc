#include "report/json_object.h"

#include <charconv>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <utility>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/utf8.h"

namespace servo::report {
namespace {

// Whether `text` begins with a separator that ends a line of a script.
bool BeginsWithSeparator(absl::string_view text) {
  return absl::StartsWith(text, "\u2028") || absl::StartsWith(text, "\u2029");
}

bool MustBeEscaped(unsigned char c, JsonEscapes escapes) {
  if (c < 0x20 || c == '"' || c == '\\') return true;
  return escapes == JsonEscapes::kForScript &&
         (c == '<' || c == '>' || c == '&' || c == 0x7F);
}

void AppendEscaped(absl::string_view text, JsonEscapes escapes,
                   std::string* json) {
  constexpr char kDigits[] = "0123456789abcdef";
  size_t plain = 0;  // where what needs no escape begins
  for (size_t i = 0; i < text.size(); ++i) {
    const unsigned char c = static_cast<unsigned char>(text[i]);
    const bool is_separator = c == 0xE2 && escapes == JsonEscapes::kForScript &&
                              BeginsWithSeparator(text.substr(i));
    if (!is_separator && !MustBeEscaped(c, escapes)) continue;
    json->append(text, plain, i - plain);
    if (is_separator) {
      json->append(text[i + 2] == '\xA8' ? "\\u2028" : "\\u2029");
      i += 2;
    } else if (c == '\n') {
      json->append("\\n");
    } else if (c == '"' || c == '\\') {
      json->push_back('\\');
      json->push_back(static_cast<char>(c));
    } else {
      json->append("\\u00");
      json->push_back(kDigits[c >> 4]);
      json->push_back(kDigits[c & 15]);
    }
    plain = i + 1;
  }
  json->append(text, plain, text.size() - plain);
}

// Of a duration, to the microsecond.
double ToSeconds(absl::Duration duration) {
  return static_cast<double>(absl::ToInt64Microseconds(duration)) / 1e6;
}

}  // namespace

void AppendJsonText(absl::string_view text, std::string* json,
                    JsonEscapes escapes) {
  json->push_back('"');
  if (base::IsValidUtf8(text)) {
    AppendEscaped(text, escapes, json);
  } else {
    AppendEscaped(base::ToValidUtf8(text), escapes, json);
  }
  json->push_back('"');
}

void AppendJsonNumber(double number, std::string* json) {
  if (!std::isfinite(number)) {
    json->append("null");
    return;
  }
  if (number == std::trunc(number) && std::abs(number) < 1e15) {
    absl::StrAppend(json, static_cast<int64_t>(number));
    return;
  }
  char digits[32];
  const auto end =
      std::to_chars(std::begin(digits), std::end(digits), number).ptr;
  json->append(digits, end);
}

void AppendJsonNumber(plan::Number number, std::string* json) {
  if (const auto* integer = std::get_if<int64_t>(&number)) {
    absl::StrAppend(json, *integer);
  } else {
    AppendJsonNumber(std::get<double>(number), json);
  }
}

void AppendJsonSeconds(double seconds, std::string* json) {
  AppendJsonNumber(std::round(seconds * 1e6) / 1e6, json);
}

std::string& JsonObject::Key(absl::string_view key) {
  if (!empty()) json_.push_back(',');
  json_.push_back('"');
  json_.append(key);
  json_.append("\":");
  return json_;
}

JsonObject& JsonObject::Text(absl::string_view key, absl::string_view text) {
  AppendJsonText(text, &Key(key));
  return *this;
}

JsonObject& JsonObject::TextIf(absl::string_view key, absl::string_view text) {
  return text.empty() ? *this : Text(key, text);
}

JsonObject& JsonObject::Integer(absl::string_view key, int64_t number) {
  absl::StrAppend(&Key(key), number);
  return *this;
}

JsonObject& JsonObject::Number(absl::string_view key, double number) {
  AppendJsonNumber(number, &Key(key));
  return *this;
}

JsonObject& JsonObject::Number(absl::string_view key, plan::Number number) {
  AppendJsonNumber(number, &Key(key));
  return *this;
}

JsonObject& JsonObject::Seconds(absl::string_view key,
                                absl::Duration duration) {
  return Number(key, ToSeconds(duration));
}

JsonObject& JsonObject::Flag(absl::string_view key, bool flag) {
  Key(key).append(flag ? "true" : "false");
  return *this;
}

JsonObject& JsonObject::FlagIf(absl::string_view key, bool flag) {
  return flag ? Flag(key, true) : *this;
}

JsonObject& JsonObject::Raw(absl::string_view key, absl::string_view json) {
  Key(key).append(json);
  return *this;
}

JsonObject& JsonObject::NumberOf(absl::string_view any_key,
                                 plan::Number number) {
  if (!empty()) json_.push_back(',');
  AppendJsonText(any_key, &json_);
  json_.push_back(':');
  AppendJsonNumber(number, &json_);
  return *this;
}

std::string JsonObject::Take() && {
  json_.push_back('}');
  return std::move(json_);
}

}  // namespace servo::report
