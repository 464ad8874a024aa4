#include "plan/quantity.h"

#include <cmath>
#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"
#include "base/quote_masking.h"
#include "base/quoted.h"
#include "plan/fraction.h"

namespace servo::plan {
namespace {

// How much of a text a message shows.
constexpr size_t kShownBytes = 60;

struct Unit {
  absl::string_view name;
  double factor;  // in nanoseconds or bytes: a whole number
};

constexpr Unit kTimeUnits[] = {
    {"ns", 1},
    {"nsec", 1},
    {"nsecs", 1},
    {"nanosecond", 1},
    {"nanoseconds", 1},
    {"us", 1e3},
    {"\u00b5s", 1e3},
    {"\u03bcs", 1e3},
    {"usec", 1e3},
    {"usecs", 1e3},
    {"microsecond", 1e3},
    {"microseconds", 1e3},
    {"ms", 1e6},
    {"msec", 1e6},
    {"msecs", 1e6},
    {"millisecond", 1e6},
    {"milliseconds", 1e6},
    {"s", 1e9},
    {"sec", 1e9},
    {"secs", 1e9},
    {"second", 1e9},
    {"seconds", 1e9},
    {"m", 60e9},
    {"min", 60e9},
    {"mins", 60e9},
    {"minute", 60e9},
    {"minutes", 60e9},
    {"h", 3600e9},
    {"hr", 3600e9},
    {"hrs", 3600e9},
    {"hour", 3600e9},
    {"hours", 3600e9},
    {"d", 86400e9},
    {"day", 86400e9},
    {"days", 86400e9},
};

constexpr double kKi = 1024;
constexpr Unit kSizeUnits[] = {
    {"B", 1},
    {"byte", 1},
    {"bytes", 1},
    {"K", kKi},
    {"M", kKi* kKi},
    {"G", kKi* kKi* kKi},
    {"T", kKi* kKi* kKi* kKi},
    {"KiB", kKi},
    {"MiB", kKi* kKi},
    {"GiB", kKi* kKi* kKi},
    {"TiB", kKi* kKi* kKi* kKi},
    {"kB", 1e3},
    {"KB", 1e3},
    {"MB", 1e6},
    {"GB", 1e9},
    {"TB", 1e12},
};

std::optional<double> FactorOf(absl::Span<const Unit> units,
                               absl::string_view name) {
  for (const Unit& unit : units) {
    if (unit.name == name) return unit.factor;
  }
  return std::nullopt;
}

absl::Status Expected(absl::string_view what, absl::string_view text) {
  bool cut = false;
  const std::string shown = base::BeginForQuote(text, kShownBytes, &cut);
  return absl::InvalidArgumentError(absl::StrCat(
      "expected ", what, ", found ", base::Quoted(shown), cut ? "..." : ""));
}

// Removes the longest decimal number from the front of `text`; empty if there
// is none. Takes no sign in the middle, no hexadecimal, no "inf".
absl::string_view ConsumeDecimal(absl::string_view* text) {
  const auto digits = [text](size_t at) {
    const size_t begin = at;
    while (at < text->size() && absl::ascii_isdigit((*text)[at])) ++at;
    return at - begin;
  };
  size_t end = 0;
  if (end < text->size() && ((*text)[0] == '-' || (*text)[0] == '+')) ++end;
  size_t mantissa = digits(end);
  end += mantissa;
  if (end < text->size() && (*text)[end] == '.') {
    const size_t fraction = digits(end + 1);
    mantissa += fraction;
    if (mantissa > 0) end += 1 + fraction;
  }
  if (mantissa == 0) return {};
  if (end < text->size() && absl::ascii_tolower((*text)[end]) == 'e') {
    size_t exponent = end + 1;
    if (exponent < text->size() &&
        ((*text)[exponent] == '-' || (*text)[exponent] == '+')) {
      ++exponent;
    }
    if (const size_t count = digits(exponent); count > 0) {
      end = exponent + count;
    }
  }
  const absl::string_view number = text->substr(0, end);
  text->remove_prefix(end);
  return number;
}

// `text` is what ConsumeDecimal() has found.
double ToDouble(absl::string_view text) {
  double value = 0;
  absl::ConsumePrefix(&text, "+");
  // Overflow gives an infinity, which the caller drops.
  (void)absl::SimpleAtod(text, &value);
  return value;
}

// The letters (and bytes beyond ASCII) at the front of `text`.
absl::string_view ConsumeName(absl::string_view* text) {
  size_t end = 0;
  while (end < text->size() &&
         (absl::ascii_isalpha((*text)[end]) ||
          static_cast<unsigned char>((*text)[end]) >= 0x80)) {
    ++end;
  }
  const absl::string_view name = text->substr(0, end);
  text->remove_prefix(end);
  return name;
}

// Blanks, and no line ends, at the front of `text`.
void SkipBlanks(absl::string_view* text) {
  while (absl::ConsumePrefix(text, " ") || absl::ConsumePrefix(text, "\t")) {
  }
}

// Removes a sign; whether it was a minus.
bool ConsumeSign(absl::string_view* text) {
  if (absl::ConsumePrefix(text, "-")) return true;
  absl::ConsumePrefix(text, "+");
  return false;
}

// What printf(3) and others write for what is no finite number: "inf", "-nan",
// "Infinity". None for anything else.
std::optional<double> ConsumeNonFinite(absl::string_view* text) {
  absl::string_view rest = *text;
  const bool negative = ConsumeSign(&rest);
  for (const absl::string_view word : {"infinity", "inf", "nan"}) {
    if (!absl::StartsWithIgnoreCase(rest, word)) continue;
    *text = rest.substr(word.size());
    if (word == "nan") return std::nan("");
    return negative ? -INFINITY : INFINITY;
  }
  return std::nullopt;
}

// The same of the whole of `text`, a unit behind it allowed: "nan ms".
std::optional<double> NonFinite(absl::Span<const Unit> units,
                                absl::string_view text) {
  const std::optional<double> number = ConsumeNonFinite(&text);
  SkipBlanks(&text);
  const bool ends = text.empty() || FactorOf(units, text).has_value();
  return ends ? number : std::nullopt;
}

// A number with a unit: "1.5 ms".
struct Part {
  absl::string_view number;  // without a sign
  double factor;             // of the unit
};

// Removes a part from the front of `text`; none if there is none.
std::optional<Part> ConsumePart(absl::Span<const Unit> units,
                                absl::string_view* text) {
  if (absl::StartsWith(*text, "-") || absl::StartsWith(*text, "+")) {
    return std::nullopt;
  }
  const absl::string_view number = ConsumeDecimal(text);
  if (number.empty()) return std::nullopt;
  SkipBlanks(text);
  const std::optional<double> factor = FactorOf(units, ConsumeName(text));
  if (!factor.has_value()) return std::nullopt;
  return Part{.number = number, .factor = *factor};
}

// Adds parts up in a unit of `target`. Rounds once, so that 4.143 ms, in ms,
// stay what they are and 5 MiB are 5.24288 MB.
class Total {
 public:
  explicit Total(double target) : target_(target) {}

  void Add(const Part& part) {
    rounded_ += ToDouble(part.number) * part.factor / target_;
    std::optional<Fraction> size = Fraction::OfDecimal(part.number);
    if (size.has_value()) {
      size = size->Times(static_cast<uint64_t>(part.factor),
                         static_cast<uint64_t>(target_));
    }
    exact_ = exact_.has_value() && size.has_value() ? exact_->Plus(*size)
                                                    : std::nullopt;
  }

  double value() const {
    return exact_.has_value() ? exact_->ToDouble() : rounded_;
  }

 private:
  const double target_;
  std::optional<Fraction> exact_ = Fraction();  // none: it does not fit
  double rounded_ = 0;
};

}  // namespace

Number SimplestNumber(double value) {
  constexpr double kExact = 9007199254740992;  // 2^53
  if (std::abs(value) <= kExact && value == std::trunc(value)) {
    return static_cast<int64_t>(value);
  }
  return value;
}

absl::StatusOr<Number> ParseNumber(absl::string_view text) {
  absl::string_view rest = absl::StripAsciiWhitespace(text);
  if (const auto number = NonFinite({}, rest)) return *number;
  const absl::string_view number = ConsumeDecimal(&rest);
  if (number.empty() || !rest.empty()) return Expected("a number", text);
  int64_t integer;
  if (number.find_first_of(".eE") == number.npos &&
      absl::SimpleAtoi(number, &integer)) {
    return integer;
  }
  return ToDouble(number);
}

absl::StatusOr<Number> ParseDurationIn(absl::string_view unit,
                                       absl::string_view text) {
  constexpr absl::string_view kWhat =
      "a duration, which is a number with a unit of time (ns us ms s m h d)";
  const std::optional<double> target = FactorOf(kTimeUnits, unit);
  if (!target.has_value()) {
    return absl::InvalidArgumentError(
        absl::StrCat(base::Quoted(unit), " is no unit of time"));
  }
  absl::string_view rest = absl::StripAsciiWhitespace(text);
  if (const auto number = NonFinite(kTimeUnits, rest)) return *number;
  const bool negative = ConsumeSign(&rest);
  Total total(*target);
  double last_factor = INFINITY;
  do {
    const std::optional<Part> part = ConsumePart(kTimeUnits, &rest);
    if (!part.has_value()) return Expected(kWhat, text);
    if (part->factor >= last_factor) {
      return Expected("a duration whose units fall, as in 1m30s", text);
    }
    last_factor = part->factor;
    total.Add(*part);
    SkipBlanks(&rest);
  } while (!rest.empty());
  return SimplestNumber(negative ? -total.value() : total.value());
}

absl::StatusOr<Number> ParseBytesIn(absl::string_view unit,
                                    absl::string_view text) {
  constexpr absl::string_view kWhat =
      "a size, which is a number with a unit (B, K, MiB, kB, ...)";
  absl::string_view rest = absl::StripAsciiWhitespace(text);
  if (const auto number = NonFinite(kSizeUnits, rest)) return *number;
  const bool negative = ConsumeSign(&rest);
  const std::optional<Part> part = ConsumePart(kSizeUnits, &rest);
  if (!part.has_value() || !rest.empty()) return Expected(kWhat, text);
  Total total(FactorOf(kSizeUnits, unit).value_or(1));
  total.Add(*part);
  return SimplestNumber(negative ? -total.value() : total.value());
}

bool IsTimeUnit(absl::string_view unit) {
  return FactorOf(kTimeUnits, unit).has_value();
}

}  // namespace servo::plan
