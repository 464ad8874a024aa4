// What a load was answered with, as a servo's metrics.
#ifndef LATENCY_REPORT_H_
#define LATENCY_REPORT_H_

#include <cstdint>
#include <map>
#include <vector>

#include "absl/time/time.h"
#include "nlohmann/json.hpp"

namespace http_load {

// Collects requests and describes them: for the whole window and for each of
// its seconds. Memory: eight bytes a request.
class LatencyReport {
 public:
  // The names and units of all metrics: what --describe tells.
  static nlohmann::json Describe();

  // A request that was due at `due` (wall clock) and took `latency` from then.
  void AddSuccess(absl::Time due, absl::Duration latency);

  // One that failed, or was not sent since too many were under way.
  void AddError(absl::Time due);

  uint64_t requests() const { return requests_; }
  uint64_t errors() const { return errors_; }

  // The metrics of a window of this length: scalars, and a series each with a
  // point a second.
  nlohmann::json Metrics(absl::Duration window) const;

 private:
  struct Second {
    std::vector<double> milliseconds;
    uint64_t errors = 0;
  };

  std::map<int64_t, Second> seconds_;  // since 1970
  uint64_t requests_ = 0;
  uint64_t errors_ = 0;
};

// The smallest value that at least the share `quantile` (0..1) of `sorted` does
// not exceed: the nearest-rank percentile. 0 of nothing.
double Percentile(const std::vector<double>& sorted, double quantile);

}  // namespace http_load

#endif  // LATENCY_REPORT_H_
