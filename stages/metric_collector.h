// The metrics of a run.
#ifndef STAGES_METRIC_COLLECTOR_H_
#define STAGES_METRIC_COLLECTOR_H_

#include <cstddef>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/time/time.h"
#include "plan/metric.h"
#include "plan/plan.h"
#include "stages/run_listener.h"
#include "stages/sample_store.h"

namespace servo::stages {

// Hears of attempts and background tasks and gathers what counts: the metrics
// of the attempt that succeeded, of the last attempt of a task whose failure is
// ignored, of background tasks that have ended, and the samples that came while
// the window was beyond its lead. No metric is lost: one of which nothing was
// heard is absent.
class MetricCollector final : public RunListener {
 public:
  void OnWindowBegin(const WindowBegin& event) override;
  void OnWindowEnd(const WindowEnd& event) override;
  void OnSample(const Sample& event) override;
  void OnSampleRejected(const SampleRejected& event) override;
  void OnAttemptBegin(const AttemptBegin& event) override;
  void OnAttemptEnd(const AttemptEnd& event) override;
  void OnTaskEnd(const TaskEnd& event) override;
  void OnBackgroundEnd(const BackgroundEnd& event) override;

  // Makes metrics of the samples, and judges what is absent. To be called once,
  // when nothing is to come that counts.
  void Finish(const plan::Plan& plan);

  // Whether a background task that counts has failed, or a metric is missing or
  // beyond its limits.
  bool failed() const;

  const Measured& measured() const { return measured_; }

 private:
  // What came of a metric that is made of samples.
  struct Samples {
    SampleStore counted;
    size_t early = 0;     // before what counts
    size_t rejected = 0;  // no numbers
  };

  // How a task has gone.
  struct Course {
    bool failed = false;  // and that is ignored
    size_t rounds = 0;    // of a sampler
    size_t failed_rounds = 0;
  };

  void Take(const Extraction& extraction);
  void TakeValue(const plan::MetricValue& value);
  void TakeSeries(MetricSeries series);
  void TakeSamples(const plan::Task& task, const plan::Metric& metric);
  void TakeSampleSeries(const plan::Metric& metric, const SampleStore& samples);
  void TakeAbsent(const plan::Task& task, const plan::Metric& metric,
                  std::string why);
  std::string WhyNoValue(const plan::Task& task) const;
  std::string WhyNoSample(const plan::Task& task, const Samples& samples) const;
  bool HasBegun(const plan::Task& task) const;

  Measured measured_;
  absl::Duration begin_ = absl::InfiniteDuration();  // of what counts
  absl::Duration end_ = absl::InfiniteDuration();
  absl::Time epoch_;  // when the loop's clock was at zero
  absl::flat_hash_map<const plan::Metric*, Samples> samples_;
  absl::flat_hash_map<const plan::Task*, Course> courses_;  // of what has begun
  absl::flat_hash_set<const plan::Metric*> settled_;
};

}  // namespace servo::stages

#endif  // STAGES_METRIC_COLLECTOR_H_
