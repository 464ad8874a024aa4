#include "latency_histogram.h"

#include <algorithm>
#include <bit>

namespace http_load {
namespace {

// Values below 2^kBits have buckets of their own; above, each doubling has half
// as many.
constexpr int kBits = 10;

uint64_t EndOfBucket(uint64_t value) {
  const int shift =
      std::max(0, static_cast<int>(std::bit_width(value)) - kBits);
  return value | ((uint64_t{1} << shift) - 1);
}

}  // namespace

void LatencyHistogram::Add(absl::Duration latency) {
  latency = std::max(latency, absl::ZeroDuration());
  ++buckets_[EndOfBucket(
      static_cast<uint64_t>(absl::ToInt64Microseconds(latency)))];
  ++count_;
  max_ = std::max(max_, latency);
}

void LatencyHistogram::Merge(const LatencyHistogram& other) {
  for (const auto& [end, count] : other.buckets_) buckets_[end] += count;
  count_ += other.count_;
  max_ = std::max(max_, other.max_);
}

absl::Duration LatencyHistogram::Percentile(int percent) const {
  const uint64_t rank =
      (count_ * static_cast<uint64_t>(percent) + 99) / 100;  // rounded up
  uint64_t passed = 0;
  for (const auto& [end, count] : buckets_) {
    passed += count;
    if (passed == count_) break;  // the last bucket's end may be beyond max_
    if (passed >= rank) {
      return absl::Microseconds(static_cast<int64_t>(end));
    }
  }
  return max_;
}

}  // namespace http_load
