// Many latencies in little memory.
#ifndef LATENCY_HISTOGRAM_H_
#define LATENCY_HISTOGRAM_H_

#include <cstdint>
#include <map>

#include "absl/time/time.h"

namespace http_load {

// Counts latencies in buckets whose width grows with the value, as
// HdrHistogram does: exact to the microsecond below a millisecond, to 0.2 %
// above. So memory depends on how far the values are spread and not on how many
// there are, and nothing is sampled.
class LatencyHistogram {
 public:
  // A negative latency counts as none.
  void Add(absl::Duration latency);
  void Merge(const LatencyHistogram& other);

  uint64_t count() const { return count_; }

  // The nearest-rank percentile, 0 < `percent` <= 100: the smallest value that
  // at least this share does not exceed, rounded up to the end of its bucket.
  // Of 100, the greatest value as it was added. Zero if nothing was added.
  absl::Duration Percentile(int percent) const;

 private:
  std::map<uint64_t, uint64_t> buckets_;  // the last microsecond of each: count
  uint64_t count_ = 0;
  absl::Duration max_ = absl::ZeroDuration();
};

}  // namespace http_load

#endif  // LATENCY_HISTOGRAM_H_
