#include "plan/fraction.h"

#include <cstddef>
#include <cstdlib>
#include <numeric>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"

namespace servo::plan {
namespace {

// None if it does not fit.
std::optional<uint64_t> Product(uint64_t a, uint64_t b) {
  uint64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) return std::nullopt;
  return product;
}

std::optional<uint64_t> Sum(uint64_t a, uint64_t b) {
  uint64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return std::nullopt;
  return sum;
}

std::optional<uint64_t> PowerOfTen(int exponent) {
  std::optional<uint64_t> power = 1;
  for (int i = 0; i < exponent && power.has_value(); ++i) {
    power = Product(*power, 10);
  }
  return power;
}

}  // namespace

std::optional<Fraction> Fraction::OfDecimal(absl::string_view text) {
  constexpr int kMostExponent = 100;
  std::optional<uint64_t> digits = 0;
  int exponent = 0;
  bool behind_point = false;
  size_t i = 0;
  for (; i < text.size() && absl::ascii_tolower(text[i]) != 'e'; ++i) {
    if (text[i] == '.') {
      behind_point = true;
      continue;
    }
    digits = Product(*digits, 10);
    if (digits.has_value()) digits = Sum(*digits, uint64_t(text[i] - '0'));
    if (!digits.has_value()) return std::nullopt;
    if (behind_point) --exponent;
  }
  if (i < text.size()) {
    int given = 0;
    if (!absl::SimpleAtoi(text.substr(i + 1), &given)) return std::nullopt;
    if (given > kMostExponent || given < -kMostExponent) return std::nullopt;
    exponent += given;
  }
  const std::optional<uint64_t> power = PowerOfTen(std::abs(exponent));
  if (!power.has_value()) return std::nullopt;
  const Fraction whole(*digits, 1);
  return exponent < 0 ? whole.Times(1, *power) : whole.Times(*power, 1);
}

std::optional<Fraction> Fraction::Times(uint64_t numerator,
                                        uint64_t denominator) const {
  const uint64_t above = std::gcd(numerator_, denominator);
  const uint64_t below = std::gcd(numerator, denominator_);
  const auto top = Product(numerator_ / above, numerator / below);
  const auto bottom = Product(denominator_ / below, denominator / above);
  if (!top.has_value() || !bottom.has_value()) return std::nullopt;
  return Fraction(*top, *bottom);
}

std::optional<Fraction> Fraction::Plus(const Fraction& other) const {
  const uint64_t common = std::gcd(denominator_, other.denominator_);
  const auto a = Product(numerator_, other.denominator_ / common);
  const auto b = Product(other.numerator_, denominator_ / common);
  const auto bottom = Product(denominator_ / common, other.denominator_);
  if (!a.has_value() || !b.has_value() || !bottom.has_value()) {
    return std::nullopt;
  }
  const auto top = Sum(*a, *b);
  if (!top.has_value()) return std::nullopt;
  const uint64_t divisor = std::gcd(*top, *bottom);
  return Fraction(*top / divisor, *bottom / divisor);
}

double Fraction::ToDouble() const {
  return static_cast<double>(numerator_) / static_cast<double>(denominator_);
}

}  // namespace servo::plan
