// What a load was answered with, as a servo's metrics.
#ifndef LOAD_REPORT_H_
#define LOAD_REPORT_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "latency_histogram.h"
#include "nlohmann/json.hpp"

namespace http_load {

// Collects the requests of a window and describes them: as a whole, and as
// series with a point a second. A window of more than kMaxPoints seconds has as
// many points, of several seconds each, so that neither memory nor the answer
// grow with it.
class LoadReport {
 public:
  static constexpr int kMaxPoints = 600;

  // The names and units of all metrics: what --describe tells.
  static nlohmann::json Describe();

  // For a window that begins at `begin` (wall clock) and has this length.
  LoadReport(absl::Time begin, absl::Duration length);

  // A request that was due so long after the window's beginning: it was
  // answered `latency` after it was due, or it failed, `kind` being one word
  // for how.
  void AddSuccess(absl::Duration due, absl::Duration latency);
  void AddError(absl::Duration due, absl::string_view kind);

  // A scalar and a series of each metric. The latencies are of successful
  // requests; where there are none, there is no latency.
  nlohmann::json Metrics() const;

  // {"requests": COUNT, "errors": COUNT, "errors_KIND": COUNT, ...}
  nlohmann::json Counts() const;

 private:
  struct Interval {
    LatencyHistogram successes;
    uint64_t errors = 0;
  };

  Interval& At(absl::Duration due);
  absl::Duration LengthOf(size_t interval) const;
  int64_t UnixTimeOf(size_t interval) const;

  const absl::Time begin_;
  const absl::Duration length_;
  absl::Duration step_;
  std::vector<Interval> intervals_;
  std::map<std::string, uint64_t, std::less<>> errors_by_kind_;
};

}  // namespace http_load

#endif  // LOAD_REPORT_H_
