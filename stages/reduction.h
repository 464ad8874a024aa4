// Several values made one.
#ifndef STAGES_REDUCTION_H_
#define STAGES_REDUCTION_H_

#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "plan/metric.h"

namespace servo::stages {

// The value of `number` as a double.
double ToDouble(plan::Number number);

// Whether it is neither NaN nor infinite.
bool IsFinite(plan::Number number);

// `number` x `scale` + `offset`. An integer stays one unless a factor, or the
// size of the result, makes a double of it.
plan::Number Scale(plan::Number number, double scale, double offset);

// Reduces finite numbers, in the order in which they were found. kCount of none
// is 0; every other reduction of none has no value. Sums of integers are
// integers unless they overflow. Not for kIncrease and kRate, which need times:
// SampleStore has them.
std::optional<plan::Number> Reduce(const plan::Reduction& reduction,
                                   absl::Span<const plan::Number> numbers);

}  // namespace servo::stages

#endif  // STAGES_REDUCTION_H_
