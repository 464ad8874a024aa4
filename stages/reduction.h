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

// Whether it makes of a counter's samples how much it grew. Such samples stay
// as they were found: what is added to a counter would look like a restart, and
// a growth is scaled as a whole.
bool IsGrowth(const plan::Reduction& reduction);

// The sample, or the value of an attempt, that `number` is for `metric`: scaled
// unless it is one of a growth.
plan::Number ToSample(const plan::Metric& metric, plan::Number number);

// Whether the samples of `metric` are only counted: then they need not be
// numbers.
bool CountsSamples(const plan::Metric& metric);

// Reduces finite numbers, in the order in which they were found. kCount of none
// is 0; every other reduction of none has no value. Sums of integers are
// integers unless they overflow. Not for kIncrease and kRate, which need times:
// SampleStore has them.
std::optional<plan::Number> Reduce(const plan::Reduction& reduction,
                                   absl::Span<const plan::Number> numbers);

}  // namespace servo::stages

#endif  // STAGES_REDUCTION_H_
