// Arithmetic that rounds once, at its end.
#ifndef PLAN_FRACTION_H_
#define PLAN_FRACTION_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace servo::plan {

// A number that is not negative, as a fraction in lowest terms. What does not
// fit into 64 bits has none. A value.
class Fraction {
 public:
  // 0.
  Fraction() = default;

  // The decimal `text`, which has digits, at most one point and at most one
  // exponent, and no sign: "1.5e3".
  static std::optional<Fraction> OfDecimal(absl::string_view text);

  // This x `numerator` / `denominator`, which is not 0.
  std::optional<Fraction> Times(uint64_t numerator, uint64_t denominator) const;

  std::optional<Fraction> Plus(const Fraction& other) const;

  // The nearest double, unless both numbers are beyond 2^53.
  double ToDouble() const;

 private:
  Fraction(uint64_t numerator, uint64_t denominator)
      : numerator_(numerator), denominator_(denominator) {}

  uint64_t numerator_ = 0;
  uint64_t denominator_ = 1;
};

}  // namespace servo::plan

#endif  // PLAN_FRACTION_H_
