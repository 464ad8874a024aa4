// The samples of one metric.
#ifndef STAGES_SAMPLE_STORE_H_
#define STAGES_SAMPLE_STORE_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "plan/metric.h"

namespace servo::stages {

// Takes any number of finite samples in the order of their times. Beyond
// kMaxKept only every second one is kept, then every fourth, and so on. A
// value; not thread-safe.
class SampleStore {
 public:
  static constexpr size_t kMaxKept = 1'000'000;

  struct Point {
    absl::Duration at;
    double value = 0;
  };

  // `max_kept`, at least 2, is for tests.
  explicit SampleStore(size_t max_kept = kMaxKept) : max_kept_(max_kept) {}

  void Add(absl::Duration at, double value);

  // All that were added.
  size_t count() const { return count_; }

  // Whether all of them are kept.
  bool whole() const { return stride_ == 1; }

  // All samples as one number: exact but for percentiles, which are of those
  // that are kept. None if there are no samples (their count is 0 then), and
  // for kIncrease and kRate if there are fewer than two.
  std::optional<plan::Number> Reduce(const plan::Reduction& reduction) const;

  // At most `max` of those that are kept, evenly chosen.
  std::vector<Point> Points(size_t max) const;

  // The value, as an integer if all samples are integers.
  plan::Number Simplest(double value) const;

 private:
  plan::Number Percentile(double percentile) const;

  size_t max_kept_;
  size_t stride_ = 1;
  std::vector<Point> kept_;
  size_t count_ = 0;
  Point first_, last_;
  double sum_ = 0;
  double min_ = 0;
  double max_ = 0;
  double increase_ = 0;
  bool integers_ = true;
};

// The value of `metric`, whose samples are those that ToSample() makes; none as
// by SampleStore::Reduce(). A growth is scaled here.
std::optional<plan::Number> ReduceSamples(const plan::Metric& metric,
                                          const SampleStore& samples);

}  // namespace servo::stages

#endif  // STAGES_SAMPLE_STORE_H_
