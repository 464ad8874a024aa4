#include "yaml/meant_number.h"

#include <cmath>
#include <cstddef>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"

namespace servo::yaml {
namespace {

// What is longer is no slip.
constexpr size_t kMaxBytes = 40;

// A number with an exponent as YAML 1.1 wants it, with a point and a sign:
// "1.0e-3" for "1e-3". Empty if it has no exponent, or is written so.
std::string MendExponent(absl::string_view number) {
  const size_t exponent = number.find_first_of("eE");
  if (exponent == absl::string_view::npos) return "";
  const absl::string_view mantissa = number.substr(0, exponent);
  absl::string_view digits = number.substr(exponent + 1);
  const bool minus = absl::ConsumePrefix(&digits, "-");
  absl::ConsumePrefix(&digits, "+");
  std::string mended =
      absl::StrCat(mantissa, absl::StrContains(mantissa, '.') ? "" : ".0", "e",
                   minus ? "-" : "+", digits);
  return mended == number ? "" : mended;
}

// The duration that a text with blanks or whole words means: "30 s", "5
// minutes"; empty if it is none.
std::string MeantDuration(absl::string_view text) {
  static constexpr struct {
    absl::string_view word;
    absl::string_view unit;
  } kUnits[] = {{"milliseconds", "ms"}, {"millisecond", "ms"}, {"msec", "ms"},
                {"seconds", "s"},       {"second", "s"},       {"secs", "s"},
                {"sec", "s"},           {"minutes", "m"},      {"minute", "m"},
                {"mins", "m"},          {"min", "m"},          {"hours", "h"},
                {"hour", "h"},          {"hrs", "h"},          {"hr", "h"}};
  if (text.size() > kMaxBytes) return "";
  std::string mended =
      absl::StrReplaceAll(absl::AsciiStrToLower(text), {{" ", ""}});
  for (const auto& [word, unit] : kUnits) {
    mended = absl::StrReplaceAll(mended, {{word, unit}});
  }
  absl::Duration value;
  return absl::ParseDuration(mended, &value) ? mended : "";
}

}  // namespace

std::string DurationTextHint(absl::string_view text) {
  const std::string meant = MeantDuration(text);
  if (meant.empty() || meant == text) return "";
  return absl::StrCat("; did you mean ", meant, "?");
}

std::string BytesTextHint(absl::string_view text, uint64_t max) {
  if (text.size() > kMaxBytes) return "";
  std::string meant =
      absl::StrReplaceAll(absl::AsciiStrToUpper(text), {{" ", ""}});
  absl::string_view rest = meant;
  absl::ConsumeSuffix(&rest, "B");
  absl::ConsumeSuffix(&rest, "I");
  meant = std::string(rest);
  uint64_t unit = 1;
  if (absl::ConsumeSuffix(&rest, "K")) unit = 1024;
  if (absl::ConsumeSuffix(&rest, "M")) unit = 1024 * 1024;
  uint64_t value = 0;
  if (absl::EqualsIgnoreCase(meant, text) || rest.empty() ||
      !absl::ascii_isdigit(rest[0]) || !absl::SimpleAtoi(rest, &value) ||
      value > max / unit) {
    return "";
  }
  return absl::StrCat("; did you mean ", meant, "?");
}

std::string NumberTextHint(absl::string_view text) {
  double value = 0;
  if (text.size() > kMaxBytes || !absl::SimpleAtod(text, &value) ||
      !std::isfinite(value)) {
    return "";
  }
  const std::string mended = MendExponent(text);
  if (mended.empty()) return "; a number stands without quotes";
  std::string decimal = absl::StrCat(value);
  decimal =
      absl::StrContains(decimal, 'e') ? "" : absl::StrCat(decimal, " or ");
  return absl::StrCat("; YAML 1.1 takes ", text, " for a text: write ", decimal,
                      mended);
}

}  // namespace servo::yaml
