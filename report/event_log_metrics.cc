// What an EventLog tells of metrics, samples and series.
#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "report/event_log.h"
#include "report/metric_rows.h"
#include "stages/reduction.h"

namespace servo::report {
namespace {

constexpr absl::Duration kSampleBatch = absl::Seconds(1);

// Appends [X, Y] to a list.
void AppendPoint(double x, plan::Number y, std::string* list) {
  absl::StrAppend(list, list->size() == 1 ? "[" : ",[");
  AppendJsonNumber(x, list);
  list->push_back(',');
  AppendJsonNumber(y, list);
  list->push_back(']');
}

void AddLimits(const plan::Metric& metric, JsonObject* line) {
  if (metric.at_least.has_value()) line->Number("at_least", *metric.at_least);
  if (metric.at_most.has_value()) line->Number("at_most", *metric.at_most);
}

}  // namespace

std::string EventLog::MetricsJson(const plan::Task& task) const {
  std::string list = "[";
  for (const plan::Metric& metric : task.metrics) {
    JsonObject json;
    AddMasked("name", metric.name, &json);
    if (!metric.unit.empty()) AddMasked("unit", metric.unit, &json);
    if (!metric.description.empty()) {
      AddMasked("description", metric.description, &json);
    }
    AddLimits(metric, &json);
    json.FlagIf("series",
                !std::holds_alternative<std::monostate>(metric.series));
    absl::StrAppend(&list, list.size() == 1 ? "" : ",", std::move(json).Take());
  }
  list.push_back(']');
  return list;
}

EventLog::Batch& EventLog::BatchOf(stages::TaskId id, const plan::Task& task,
                                   size_t metric) {
  if (batches_.empty()) {
    flush_ = loop_->After(kSampleBatch, [this] { FlushSamples(); });
  }
  Batch& batch = batches_[{IndexOf(id), metric}];
  batch.metric = &task.metrics[metric];
  return batch;
}

void EventLog::OnSampleRejected(const stages::SampleRejected& event) {
  Batch& batch = BatchOf(event.id, *event.task, event.metric);
  if (batch.rejected++ == 0) batch.why_rejected = event.why.message();
}

void EventLog::OnSample(const stages::Sample& event) {
  Batch& batch = BatchOf(event.id, *event.task, event.metric);
  if (batch.seen++ % batch.stride != 0 || !std::isfinite(event.value)) return;
  if (batch.points.size() == kMaxSamples) {
    size_t kept = 0;
    for (size_t i = 0; i < kMaxSamples; i += 2) {
      batch.points[kept++] = batch.points[i];
    }
    batch.points.resize(kept);
    batch.stride *= 2;
  }
  // Growths are scaled as a whole; here the counter is.
  const double scale =
      stages::IsGrowth(batch.metric->over) ? batch.metric->scale : 1;
  batch.points.emplace_back(event.at, event.value * scale);
}

void EventLog::FlushSamples() {
  flush_.Reset();
  for (const auto& [key, batch] : std::exchange(batches_, {})) {
    FlushBatch(key.first, batch);
  }
}

void EventLog::FlushBatch(size_t task, const Batch& batch) {
  std::string points = "[";
  for (const auto& [at, value] : batch.points) {
    AppendPoint(absl::ToDoubleSeconds(at - begin_), value, &points);
  }
  points.push_back(']');
  JsonObject line = Line("samples", loop_->Now());
  line.Integer("task", static_cast<int64_t>(task));
  AddMasked("metric", batch.metric->name, &line);
  line.Raw("points", points);
  if (batch.stride > 1) line.Integer("of", static_cast<int64_t>(batch.seen));
  if (batch.rejected > 0) {
    line.Integer("rejected", batch.rejected);
    AddMasked("why", batch.why_rejected, &line);
  }
  Write(std::move(line));
}

void EventLog::AddMetric(const plan::Metric& metric, JsonObject* line) const {
  AddMasked("name", metric.name, line);
  if (const auto it = task_of_metric_.find(&metric);
      it != task_of_metric_.end()) {
    line->Integer("task", static_cast<int64_t>(it->second));
  }
  if (!metric.unit.empty()) AddMasked("unit", metric.unit, line);
}

void EventLog::WriteMetrics(const stages::Measured& measured,
                            absl::Duration at) {
  for (const plan::MetricValue& value : measured.metrics) {
    JsonObject line = Line("metric", at);
    AddMetric(*value.metric, &line);
    line.Number("value", value.value);
    AddLimits(*value.metric, &line);
    if (value.metric->at_least.has_value() ||
        value.metric->at_most.has_value()) {
      line.Flag("ok", !IsBeyondLimits(measured, *value.metric));
    }
    Write(std::move(line));
  }
  for (const stages::MetricProblem& problem : measured.skipped) {
    WriteProblem(problem, /*fails=*/false, at);
  }
  for (const stages::MetricProblem& problem : measured.missing) {
    WriteProblem(problem, /*fails=*/true, at);
  }
  for (const stages::MetricSeries& series : measured.series) {
    WriteSeries(series, at);
  }
}

void EventLog::WriteProblem(const stages::MetricProblem& problem, bool fails,
                            absl::Duration at) {
  JsonObject line = Line("metric", at);
  AddMetric(*problem.metric, &line);
  AddLimits(*problem.metric, &line);
  AddMasked("why", problem.why, &line);
  line.Flag("fails", fails);
  Write(std::move(line));
}

void EventLog::WriteSeries(const stages::MetricSeries& all, absl::Duration at) {
  for (const stages::Series& series : all.series) {
    const size_t size = series.points.size();
    const size_t kept = std::min(size, kMaxPoints);
    std::string points = "[";
    for (size_t i = 0; i < kept; ++i) {
      const auto& point =
          series.points[kept < 2 ? i : i * (size - 1) / (kept - 1)];
      AppendPoint(static_cast<double>(absl::ToUnixMillis(point.at)) / 1000.0,
                  point.value, &points);
    }
    points.push_back(']');
    JsonObject line = Line("series", at);
    AddMetric(*all.metric, &line);
    AddMasked("id", series.id, &line);
    line.Raw("points", points);
    if (kept < size) line.Integer("of", static_cast<int64_t>(size));
    Write(std::move(line));
  }
}

}  // namespace servo::report
