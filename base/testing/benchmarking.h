// What the benchmarks of all layers measure with.
#ifndef BASE_TESTING_BENCHMARKING_H_
#define BASE_TESTING_BENCHMARKING_H_

#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/time/time.h"

namespace servo::base {

// The monotonic clock.
absl::Duration Now();

// The processor time that this process has used so far, in seconds: what else
// the machine does is left out.
double CpuSeconds();

// The middle of `values`, which must not be empty.
double Median(std::vector<double> values);

// Runs `ours` and `floor`, which return seconds, in turn, once each uncounted
// and `rounds` times counted, and returns the median of ours / floor pair by
// pair: what slows the machine for a while slows both.
double MedianRatio(int rounds, absl::FunctionRef<double()> ours,
                   absl::FunctionRef<double()> floor);

}  // namespace servo::base

#endif  // BASE_TESTING_BENCHMARKING_H_
