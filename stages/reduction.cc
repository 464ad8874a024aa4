#include "stages/reduction.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <variant>

#include "absl/log/log.h"

namespace servo::stages {
namespace {

using plan::Number;
using plan::Reduction;

bool Less(Number a, Number b) {
  if (std::holds_alternative<int64_t>(a) && std::holds_alternative<int64_t>(b))
    return std::get<int64_t>(a) < std::get<int64_t>(b);
  return ToDouble(a) < ToDouble(b);
}

// Whether this is an integer that no rounding has made one.
bool IsExactInteger(double value) {
  constexpr double kExact = 9007199254740992;  // 2^53
  return std::abs(value) <= kExact && value == std::trunc(value);
}

Number Sum(absl::Span<const Number> numbers) {
  int64_t integer = 0;
  double sum = 0;
  bool exact = true;
  for (const Number number : numbers) {
    sum += ToDouble(number);
    const int64_t* part = std::get_if<int64_t>(&number);
    exact = exact && part != nullptr &&
            !__builtin_add_overflow(integer, *part, &integer);
  }
  if (exact) return integer;
  return sum;
}

// Nearest rank: the smallest value that at least `percentile` percent of all
// values do not exceed.
Number Percentile(double percentile, absl::Span<const Number> numbers) {
  std::vector<Number> sorted(numbers.begin(), numbers.end());
  // Kept from growing by a rounding error: 99.9 % of 1,000 is 999.
  const double rank = std::ceil(percentile / 100 * sorted.size() - 1e-9);
  const size_t index = rank < 1 ? 0 : static_cast<size_t>(rank) - 1;
  const auto place = sorted.begin() + std::min(index, sorted.size() - 1);
  std::nth_element(sorted.begin(), place, sorted.end(), Less);
  return *place;
}

}  // namespace

double ToDouble(Number number) {
  return std::visit([](auto value) { return static_cast<double>(value); },
                    number);
}

bool IsFinite(Number number) { return std::isfinite(ToDouble(number)); }

Number Scale(Number number, double scale, double offset) {
  if (scale == 1 && offset == 0) return number;
  const double scaled = ToDouble(number) * scale + offset;
  const bool integer = std::holds_alternative<int64_t>(number) &&
                       IsExactInteger(scale) && IsExactInteger(offset) &&
                       IsExactInteger(scaled);
  if (integer) return static_cast<int64_t>(scaled);
  return scaled;
}

bool IsGrowth(const Reduction& reduction) {
  return reduction.kind == Reduction::Kind::kIncrease ||
         reduction.kind == Reduction::Kind::kRate;
}

Number ToSample(const plan::Metric& metric, Number number) {
  if (IsGrowth(metric.over)) return number;
  return Scale(number, metric.scale, metric.offset);
}

bool CountsSamples(const plan::Metric& metric) {
  return metric.over.kind == Reduction::Kind::kCount &&
         metric.quantity == plan::Quantity::kNumber;
}

std::optional<Number> Reduce(const Reduction& reduction,
                             absl::Span<const Number> numbers) {
  if (reduction.kind == Reduction::Kind::kCount)
    return static_cast<int64_t>(numbers.size());
  if (numbers.empty()) return std::nullopt;
  switch (reduction.kind) {
    case Reduction::Kind::kFirst:
      return numbers.front();
    case Reduction::Kind::kLast:
      return numbers.back();
    case Reduction::Kind::kSum:
      return Sum(numbers);
    case Reduction::Kind::kMean:
      return ToDouble(Sum(numbers)) / numbers.size();
    case Reduction::Kind::kMin:
      return *std::min_element(numbers.begin(), numbers.end(), Less);
    case Reduction::Kind::kMax:
      return *std::max_element(numbers.begin(), numbers.end(), Less);
    case Reduction::Kind::kPercentile:
      return Percentile(reduction.percentile, numbers);
    case Reduction::Kind::kCount:
    case Reduction::Kind::kIncrease:
    case Reduction::Kind::kRate:
      break;
  }
  LOG(FATAL) << "not a reduction of numbers without times";
}

}  // namespace servo::stages
