#include "base/testing/benchmarking.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <utility>

namespace servo::base {

absl::Duration Now() {
  return absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
}

double CpuSeconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

double Median(std::vector<double> values) {
  auto middle = values.begin() + static_cast<ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double MedianRatio(int rounds, absl::FunctionRef<double()> ours,
                   absl::FunctionRef<double()> floor) {
  ours();
  floor();
  std::vector<double> ratios;
  for (int i = 0; i < rounds; ++i) {
    const double mine = ours();
    ratios.push_back(mine / floor());
  }
  return Median(std::move(ratios));
}

}  // namespace servo::base
