#include "stages/metric_collector.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "stages/evenly_chosen.h"
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

// Why samples that came make no number.
std::string WhyNoGrowth(const plan::Task& task, size_t count) {
  if (count == 1) {
    return absl::StrCat("a growth needs two samples, and one of task ",
                        task.name, " came");
  }
  return absl::StrCat("all ", count, " samples of task ", task.name,
                      " came at once");
}

}  // namespace

void MetricCollector::OnWindowBegin(const WindowBegin& event) {
  begin_ = event.at + event.lead;
  end_ = event.at + event.length;
  epoch_ = absl::Now() - event.at;
}

void MetricCollector::OnWindowEnd(const WindowEnd& event) { end_ = event.at; }

void MetricCollector::OnSample(const Sample& event) {
  if (event.at > end_) return;
  Samples& samples = samples_[&event.task->metrics[event.metric]];
  if (event.at < begin_) {
    ++samples.early;
  } else {
    samples.counted.Add(event.at, event.value);
  }
}

void MetricCollector::OnSampleRejected(const SampleRejected& event) {
  ++samples_[&event.task->metrics[event.metric]].rejected;
}

void MetricCollector::OnAttemptBegin(const AttemptBegin& event) {
  if (!event.task->metrics.empty()) courses_.try_emplace(event.task);
}

void MetricCollector::OnAttemptEnd(const AttemptEnd& event) {
  const bool success = event.judgement.success();
  if (!event.task->takes_samples()) {
    if (success) Take(event.extraction);
  } else if (const auto it = courses_.find(event.task); it != courses_.end()) {
    ++it->second.rounds;
    if (!success) ++it->second.failed_rounds;
  }
}

void MetricCollector::OnTaskEnd(const TaskEnd& event) {
  if (event.effect != TaskEnd::Effect::kIgnored || event.failure == nullptr) {
    return;
  }
  if (!event.task->metrics.empty()) courses_[event.task].failed = true;
  Take(event.failure->extraction);
}

void MetricCollector::OnBackgroundEnd(const BackgroundEnd& event) {
  if (event.cause == Cause::kNone) return Take(event.extraction);
  measured_.failed_background.push_back(event);
  if (event.task->takes_samples()) return;
  // Told by that failure.
  for (const plan::Metric& metric : event.task->metrics) {
    settled_.insert(&metric);
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
    TakeSeries(series);
  }
  for (const MetricProblem& problem : extraction.problems) {
    settled_.insert(problem.metric);
    measured_.skipped.push_back(problem);
  }
}

void MetricCollector::TakeValue(const plan::MetricValue& value) {
  settled_.insert(value.metric);
  measured_.metrics.push_back(value);
  if (IsBeyondLimits(value)) measured_.beyond_limits.push_back(value);
}

void MetricCollector::TakeSeries(MetricSeries series) {
  settled_.insert(series.metric);
  bool thinned = false;
  for (Series& one : series.series) {
    if (one.points.size() <= kMaxPoints) continue;
    one.points = EvenlyChosen(one.points, kMaxPoints);
    thinned = true;
  }
  if (thinned) measured_.thinned.push_back(series.metric);
  measured_.series.push_back(std::move(series));
}

void MetricCollector::Finish(const plan::Plan& plan) {
  for (const plan::Stage stage : plan::kStages) {
    for (const plan::Task& task : plan.tasks(stage)) {
      for (const plan::Metric& metric : task.metrics) {
        if (settled_.contains(&metric)) continue;
        if (task.takes_samples()) {
          TakeSamples(task, metric);
        } else {
          TakeAbsent(task, metric, WhyNoValue(task));
        }
      }
    }
  }
}

bool MetricCollector::HasBegun(const plan::Task& task) const {
  return courses_.contains(&task);
}

// Why a task that has begun, or has not, brought no metric.
std::string MetricCollector::WhyNoValue(const plan::Task& task) const {
  if (!HasBegun(task)) {
    return absl::StrCat(
        "task ", task.name, " did not begin",
        task.begins_in_window ? ": the window was over before its turn" : "");
  }
  return absl::StrCat("task ", task.name,
                      courses_.at(&task).failed ? " failed" : " has no result");
}

std::string MetricCollector::WhyNoSample(const plan::Task& task,
                                         const Samples& samples) const {
  if (!HasBegun(task) || courses_.at(&task).failed) return WhyNoValue(task);
  std::string why = absl::StrCat("no sample of task ", task.name,
                                 " came while the measurement was on");
  const Course& course = courses_.at(&task);
  if (samples.early > 0) {
    absl::StrAppend(&why, "; ", samples.early, " came before");
  } else if (samples.rejected > 0) {
    absl::StrAppend(&why, "; ", samples.rejected,
                    samples.rejected == 1 ? " value was no number"
                                          : " values were no numbers");
  } else if (task.sample) {
    why +=
        "; many programs hold output back in a pipe: try to run this one under "
        "stdbuf -oL";
  } else if (course.rounds > 0 && course.failed_rounds == course.rounds) {
    absl::StrAppend(&why, course.rounds == 1 ? "; its only round failed"
                                             : "; all its rounds failed");
  }
  return why;
}

void MetricCollector::TakeSamples(const plan::Task& task,
                                  const plan::Metric& metric) {
  const Samples& samples = samples_[&metric];
  const SampleStore& counted = samples.counted;
  if (!counted.whole()) measured_.thinned.push_back(&metric);
  if (std::holds_alternative<plan::SampleSeries>(metric.series)) {
    if (counted.count() > 0) return TakeSampleSeries(metric, counted);
  } else if (const auto number = ReduceSamples(metric, counted)) {
    return TakeValue({&metric, *number});
  }
  TakeAbsent(task, metric,
             counted.count() > 0 ? WhyNoGrowth(task, counted.count())
                                 : WhyNoSample(task, samples));
}

void MetricCollector::TakeSampleSeries(const plan::Metric& metric,
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

// What stands for a metric of which nothing came.
void MetricCollector::TakeAbsent(const plan::Task& task,
                                 const plan::Metric& metric, std::string why) {
  using Kind = plan::AbsentValue::Kind;
  const bool has_begun = HasBegun(task);
  if (has_begun && !task.takes_samples() &&
      metric.take.kind == plan::Reduction::Kind::kCount) {
    return TakeValue({&metric, Scale(int64_t{0}, metric.scale, metric.offset)});
  }
  if (metric.absent.kind == Kind::kNumber &&
      std::holds_alternative<std::monostate>(metric.series)) {
    return TakeValue({&metric, metric.absent.number});
  }
  // What was not to run is not missed.
  const bool left_out = task.if_ran.has_value() && !has_begun;
  const bool fails =
      metric.absent.kind == Kind::kFail && !task.ignore_exitcode && !left_out;
  (fails ? measured_.missing : measured_.skipped)
      .push_back({.metric = &metric, .fails = fails, .why = std::move(why)});
}

}  // namespace servo::stages
