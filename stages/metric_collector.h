// The metrics of a run.
#ifndef STAGES_METRIC_COLLECTOR_H_
#define STAGES_METRIC_COLLECTOR_H_

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "plan/metric.h"
#include "plan/plan.h"
#include "stages/run_listener.h"
#include "stages/sample_store.h"

namespace servo::stages {

// Hears of attempts and background tasks and gathers what counts: the metrics
// of the attempt that succeeded, of the last attempt of a task whose failure is
// ignored, of background tasks that have ended, and the samples that came while
// the window was beyond its lead.
class MetricCollector final : public RunListener {
 public:
  void OnWindowBegin(const WindowBegin& event) override;
  void OnWindowEnd(const WindowEnd& event) override;
  void OnSample(const Sample& event) override;
  void OnAttemptEnd(const AttemptEnd& event) override;
  void OnTaskEnd(const TaskEnd& event) override;
  void OnBackgroundEnd(const BackgroundEnd& event) override;

  // Makes metrics of the samples. To be called once, when none is to come.
  void Finish(const plan::Plan& plan);

  // Whether a background task that counts has failed, or a metric is beyond its
  // limits.
  bool failed() const;

  const Measured& measured() const { return measured_; }

 private:
  void Take(const Extraction& extraction);
  void TakeValue(const plan::MetricValue& value);
  void TakeSamples(const plan::Task& task, const plan::Metric& metric);
  void TakeSeries(const plan::Metric& metric, const SampleStore& samples);

  Measured measured_;
  absl::Duration begin_ = absl::InfiniteDuration();  // of what counts
  absl::Duration end_ = absl::InfiniteDuration();
  absl::Time epoch_;  // when the loop's clock was at zero
  absl::flat_hash_map<const plan::Metric*, SampleStore> samples_;
};

}  // namespace servo::stages

#endif  // STAGES_METRIC_COLLECTOR_H_
