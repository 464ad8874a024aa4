#include "yaml/scalar.h"

#include <algorithm>
#include <limits>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "re2/re2.h"

namespace servo::yaml {
namespace {

bool IsNull(absl::string_view text) {
  return text.empty() || text == "~" || text == "null" || text == "Null" ||
         text == "NULL";
}

// Three spellings of each word: lower-case, capitalised, upper-case.
bool IsSpelling(absl::string_view text, absl::string_view word) {
  if (text.size() != word.size() ||
      absl::ascii_tolower(text.front()) != word.front()) {
    return false;
  }
  if (text == word) return true;
  if (absl::AsciiStrToLower(text) != word) return false;
  if (!absl::ascii_isupper(text.front())) return false;
  const absl::string_view rest = text.substr(1);
  return rest == word.substr(1) || absl::AsciiStrToUpper(rest) == rest;
}

// Digits that are neither octal nor anything else.
bool IsPlainDecimal(absl::string_view text) {
  return !text.empty() && (text[0] != '0' || text.size() == 1) &&
         std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

// The regular expressions of https://yaml.org/type/int.html and float.html, as
// PyYAML narrows them.
bool IsInt(absl::string_view text) {
  // Most are plain decimal numbers: no need for more.
  if (IsPlainDecimal(text)) return true;
  if (absl::StrContains(text, '.')) return false;
  static const RE2* const kInt = new RE2(
      "[-+]?0b[01_]*[01][01_]*"
      "|[-+]?0[0-7_]+"
      "|[-+]?(?:0|[1-9][0-9_]*)"
      "|[-+]?0x[0-9a-fA-F_]*[0-9a-fA-F][0-9a-fA-F_]*"
      "|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+");
  return RE2::FullMatch(text, *kInt);
}

bool IsFloat(absl::string_view text) {
  if (!absl::StrContains(text, '.')) return false;
  static const RE2* const kFloat = new RE2(
      "[-+]?[0-9][0-9_]*\\.[0-9_]*(?:[eE][-+][0-9]+)?"
      "|\\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?"
      "|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\\.[0-9_]*"
      "|[-+]?\\.(?:inf|Inf|INF)"
      "|\\.(?:nan|NaN|NAN)");
  return RE2::FullMatch(text, *kFloat);
}

// Whether the text of an integer means what its digits say in base 10.
bool IsDecimal(absl::string_view text) {
  static const RE2* const kDecimal = new RE2("[-+]?[1-9][0-9_]*");
  return RE2::FullMatch(text, *kDecimal);
}

// Takes the sign off and returns whether it was a minus.
bool ConsumeSign(absl::string_view* text) {
  const bool negative = absl::StartsWith(*text, "-");
  if (negative || absl::StartsWith(*text, "+")) text->remove_prefix(1);
  return negative;
}

// The digits of one base; none beyond 64 bits.
std::optional<uint64_t> Digits(absl::string_view digits, unsigned base) {
  uint64_t value = 0;
  for (const char c : digits) {
    const unsigned digit =
        absl::ascii_isdigit(c) ? c - '0' : absl::ascii_tolower(c) - 'a' + 10;
    if (__builtin_mul_overflow(value, base, &value) ||
        __builtin_add_overflow(value, digit, &value)) {
      return std::nullopt;
    }
  }
  return value;
}

// `1:30:00`: base 60, most significant first.
std::optional<uint64_t> Sexagesimal(absl::string_view text) {
  uint64_t value = 0;
  for (const absl::string_view part : absl::StrSplit(text, ':')) {
    const std::optional<uint64_t> digits = Digits(part, 10);
    if (!digits || __builtin_mul_overflow(value, uint64_t{60}, &value) ||
        __builtin_add_overflow(value, *digits, &value)) {
      return std::nullopt;
    }
  }
  return value;
}

std::optional<uint64_t> Magnitude(absl::string_view text) {
  if (absl::StrContains(text, ':')) return Sexagesimal(text);
  if (absl::ConsumePrefix(&text, "0x")) return Digits(text, 16);
  if (absl::ConsumePrefix(&text, "0b")) return Digits(text, 2);
  if (absl::ConsumePrefix(&text, "0")) return Digits(text, 8);
  return Digits(text, 10);
}

}  // namespace

ScalarType ResolvePlain(absl::string_view text) {
  if (IsNull(text)) return ScalarType::kNull;
  const char first = text.front();
  if (absl::ascii_isalpha(first)) {
    return ParseBool(text) ? ScalarType::kBool : ScalarType::kString;
  }
  if (absl::ascii_isdigit(first) || first == '-' || first == '+' ||
      first == '.') {
    if (IsInt(text)) return ScalarType::kInt;
    if (IsFloat(text)) return ScalarType::kFloat;
  }
  return ScalarType::kString;
}

std::optional<bool> ParseBool(absl::string_view text) {
  if (text.size() < 2 || text.size() > 5) return std::nullopt;
  for (const absl::string_view word : {"true", "yes", "on"}) {
    if (IsSpelling(text, word)) return true;
  }
  for (const absl::string_view word : {"false", "no", "off"}) {
    if (IsSpelling(text, word)) return false;
  }
  return std::nullopt;
}

std::optional<int64_t> ParseInt(absl::string_view text) {
  if (!IsInt(text)) return std::nullopt;
  const std::string clean = absl::StrReplaceAll(text, {{"_", ""}});
  absl::string_view digits = clean;
  const bool negative = ConsumeSign(&digits);
  const std::optional<uint64_t> magnitude = Magnitude(digits);
  const uint64_t limit =
      static_cast<uint64_t>(std::numeric_limits<int64_t>::max()) +
      (negative ? 1 : 0);
  if (!magnitude || *magnitude > limit) return std::nullopt;
  return negative ? static_cast<int64_t>(0 - *magnitude)
                  : static_cast<int64_t>(*magnitude);
}

std::optional<double> ParseFloat(absl::string_view text) {
  if (IsInt(text)) {
    if (const std::optional<int64_t> value = ParseInt(text)) return *value;
    if (!IsDecimal(text)) return std::nullopt;
  } else if (!IsFloat(text)) {
    return std::nullopt;
  }
  const std::string clean = absl::StrReplaceAll(text, {{"_", ""}});
  absl::string_view rest = clean;
  const bool negative = ConsumeSign(&rest);
  double value = 0;
  for (absl::string_view part : absl::StrSplit(rest, ':')) {
    if (absl::EqualsIgnoreCase(part, ".inf")) part.remove_prefix(1);
    if (absl::EqualsIgnoreCase(part, ".nan")) part.remove_prefix(1);
    double digits = 0;
    if (!absl::SimpleAtod(part, &digits)) return std::nullopt;
    value = value * 60 + digits;
  }
  return negative ? -value : value;
}

}  // namespace servo::yaml
