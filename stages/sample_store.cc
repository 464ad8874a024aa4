#include "stages/sample_store.h"

#include <algorithm>
#include <cstdint>
#include <variant>

#include "plan/quantity.h"
#include "stages/evenly_chosen.h"
#include "stages/reduction.h"

namespace servo::stages {
namespace {

using plan::Number;
using Kind = plan::Reduction::Kind;

}  // namespace

void SampleStore::Add(absl::Duration at, double value) {
  const Point point = {at, value};
  if (count_ == 0) {
    first_ = point;
    min_ = max_ = value;
  } else {
    min_ = std::min(min_, value);
    max_ = std::max(max_, value);
    // A counter that falls has begun anew at 0.
    increase_ += value >= last_.value ? value - last_.value : value;
  }
  sum_ += value;
  integers_ =
      integers_ && std::holds_alternative<int64_t>(plan::SimplestNumber(value));
  last_ = point;
  if (count_++ % stride_ == 0) kept_.push_back(point);
  if (kept_.size() < max_kept_) return;
  size_t size = 0;
  for (size_t i = 0; i < kept_.size(); i += 2) kept_[size++] = kept_[i];
  kept_.resize(size);
  stride_ *= 2;
}

Number SampleStore::Simplest(double value) const {
  return integers_ ? plan::SimplestNumber(value) : value;
}

Number SampleStore::Percentile(double percentile) const {
  std::vector<Number> numbers;
  numbers.reserve(kept_.size());
  for (const Point& point : kept_) numbers.push_back(Simplest(point.value));
  const std::optional<Number> number = stages::Reduce(
      {.kind = Kind::kPercentile, .percentile = percentile}, numbers);
  return number.value_or(int64_t{0});
}

std::optional<Number> SampleStore::Reduce(
    const plan::Reduction& reduction) const {
  if (reduction.kind == Kind::kCount) return static_cast<int64_t>(count_);
  if (count_ == 0) return std::nullopt;
  switch (reduction.kind) {
    case Kind::kFirst:
      return Simplest(first_.value);
    case Kind::kLast:
      return Simplest(last_.value);
    case Kind::kSum:
      return Simplest(sum_);
    case Kind::kMean:
      return sum_ / static_cast<double>(count_);
    case Kind::kMin:
      return Simplest(min_);
    case Kind::kMax:
      return Simplest(max_);
    case Kind::kPercentile:
      return Percentile(reduction.percentile);
    case Kind::kIncrease:
      if (count_ < 2) return std::nullopt;
      return Simplest(increase_);
    case Kind::kRate:
      if (last_.at <= first_.at) return std::nullopt;
      return increase_ / absl::ToDoubleSeconds(last_.at - first_.at);
    case Kind::kCount:
      break;
  }
  return std::nullopt;
}

std::vector<SampleStore::Point> SampleStore::Points(size_t max) const {
  return EvenlyChosen(kept_, max);
}

std::optional<Number> ReduceSamples(const plan::Metric& metric,
                                    const SampleStore& samples) {
  const std::optional<Number> number = samples.Reduce(metric.over);
  if (!number.has_value() || !IsGrowth(metric.over)) return number;
  return Scale(*number, metric.scale, /*offset=*/0);
}

}  // namespace servo::stages
