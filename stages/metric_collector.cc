#include "stages/metric_collector.h"

#include <cstddef>
#include <string>
#include <utility>
#include <variant>

#include "absl/time/clock.h"
#include "stages/reduction.h"

namespace servo::stages {
namespace {

// The most points that a series is returned with.
constexpr size_t kMaxPoints = 10'000;

bool IsBeyondLimits(const plan::MetricValue& value) {
  const double number = ToDouble(value.value);
  const plan::Metric& metric = *value.metric;
  return (metric.at_least.has_value() && number < *metric.at_least) ||
         (metric.at_most.has_value() && number > *metric.at_most);
}

// Why samples make no number.
std::string WhyNone(const plan::Task& task, size_t count) {
  if (count > 0) return "a growth needs two samples, and one came";
  std::string why = "no sample came while the measurement was on";
  if (task.sample) {
    why +=
        "; many programs hold output back in a pipe: try to run this one under "
        "stdbuf -oL";
  }
  return why;
}

}  // namespace

void MetricCollector::OnWindowBegin(const WindowBegin& event) {
  begin_ = event.at + event.lead;
  end_ = event.at + event.length;
  epoch_ = absl::Now() - event.at;
}

void MetricCollector::OnWindowEnd(const WindowEnd& event) { end_ = event.at; }

void MetricCollector::OnSample(const Sample& event) {
  if (event.at < begin_ || event.at > end_) return;
  samples_[&event.task->metrics[event.metric]].Add(event.at, event.value);
}

void MetricCollector::OnAttemptEnd(const AttemptEnd& event) {
  if (event.task->takes_samples()) return;
  if (event.judgement.success()) Take(event.extraction);
}

void MetricCollector::OnTaskEnd(const TaskEnd& event) {
  if (event.effect == TaskEnd::Effect::kIgnored && event.failure != nullptr) {
    Take(event.failure->extraction);
  }
}

void MetricCollector::OnBackgroundEnd(const BackgroundEnd& event) {
  if (event.cause != Cause::kNone) {
    measured_.failed_background.push_back(event);
  } else {
    Take(event.extraction);
  }
}

bool MetricCollector::failed() const {
  return !measured_.failed_background.empty() || !measured_.missing.empty() ||
         !measured_.beyond_limits.empty();
}

void MetricCollector::Take(const Extraction& extraction) {
  for (const plan::MetricValue& value : extraction.values) {
    TakeValue(value);
  }
  for (const MetricSeries& series : extraction.series) {
    measured_.series.push_back(series);
  }
  for (const MetricProblem& problem : extraction.problems) {
    measured_.skipped.push_back(problem);
  }
}

void MetricCollector::TakeValue(const plan::MetricValue& value) {
  measured_.metrics.push_back(value);
  if (IsBeyondLimits(value)) measured_.beyond_limits.push_back(value);
}

void MetricCollector::Finish(const plan::Plan& plan) {
  for (const plan::Stage stage : plan::kStages) {
    for (const plan::Task& task : plan.tasks(stage)) {
      if (!task.takes_samples()) continue;
      for (const plan::Metric& metric : task.metrics) {
        TakeSamples(task, metric);
      }
    }
  }
}

void MetricCollector::TakeSamples(const plan::Task& task,
                                  const plan::Metric& metric) {
  using Kind = plan::AbsentValue::Kind;
  const SampleStore& samples = samples_[&metric];
  if (!samples.whole()) measured_.thinned.push_back(&metric);
  if (std::holds_alternative<plan::SampleSeries>(metric.series)) {
    if (samples.count() > 0) return TakeSeries(metric, samples);
  } else if (const auto number = samples.Reduce(metric.over)) {
    return TakeValue({&metric, *number});
  }
  if (metric.absent.kind == Kind::kNumber) {
    return TakeValue({&metric, metric.absent.number});
  }
  const bool fails = metric.absent.kind == Kind::kFail && !task.ignore_exitcode;
  (fails ? measured_.missing : measured_.skipped)
      .push_back({.metric = &metric,
                  .fails = fails,
                  .why = WhyNone(task, samples.count())});
}

void MetricCollector::TakeSeries(const plan::Metric& metric,
                                 const SampleStore& samples) {
  Series series = {.id = metric.name, .points = {}};
  if (samples.whole() && samples.count() > kMaxPoints) {
    measured_.thinned.push_back(&metric);
  }
  for (const SampleStore::Point& point : samples.Points(kMaxPoints)) {
    series.points.push_back({epoch_ + point.at, samples.Simplest(point.value)});
  }
  measured_.series.push_back({&metric, {std::move(series)}});
}

}  // namespace servo::stages
