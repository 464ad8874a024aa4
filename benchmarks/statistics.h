// Medians of repeated measurements.
#ifndef BENCHMARKS_STATISTICS_H_
#define BENCHMARKS_STATISTICS_H_

#include <vector>

#include "absl/functional/function_ref.h"

namespace servo::benchmarks {

// The middle of `values`, which must not be empty.
double Median(std::vector<double> values);

// Runs `ours` and `floor`, which return seconds, in turn, once each uncounted
// and `rounds` times counted, and returns the median of ours / floor pair by
// pair: what slows the machine for a while slows both.
double MedianRatio(int rounds, absl::FunctionRef<double()> ours,
                   absl::FunctionRef<double()> floor);

}  // namespace servo::benchmarks

#endif  // BENCHMARKS_STATISTICS_H_
