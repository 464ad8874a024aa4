#include "load_report.h"

#include <algorithm>
#include <functional>
#include <string>

#include "absl/strings/str_cat.h"

namespace http_load {
namespace {

// What is told of a stretch of time.
struct Numbers {
  const LatencyHistogram& successes;
  uint64_t errors;
  absl::Duration length;
};

double Throughput(const Numbers& numbers) {
  return static_cast<double>(numbers.successes.count()) /
         absl::ToDoubleSeconds(numbers.length);
}

double ErrorRate(const Numbers& numbers) {
  return 100 * static_cast<double>(numbers.errors) /
         static_cast<double>(numbers.errors + numbers.successes.count());
}

template <int kPercent>
double Latency(const Numbers& numbers) {
  return absl::ToDoubleMilliseconds(numbers.successes.Percentile(kPercent));
}

bool HasLength(const Numbers& numbers) {
  return numbers.length > absl::ZeroDuration();
}
bool HasRequests(const Numbers& numbers) {
  return numbers.errors + numbers.successes.count() > 0;
}
bool HasSuccesses(const Numbers& numbers) {
  return numbers.successes.count() > 0;
}

// Each metric is a scalar, and a series by the name of NAME_over_time.
struct Metric {
  const char* name;
  const char* unit;
  double (*value)(const Numbers&);
  // Whether there is a value: better none than a wrong one.
  bool (*known)(const Numbers&);
};
constexpr Metric kMetrics[] = {
    {"throughput", "rps", Throughput, HasLength},
    {"error_rate", "%", ErrorRate, HasRequests},
    {"latency_p50", "ms", Latency<50>, HasSuccesses},
    {"latency_p90", "ms", Latency<90>, HasSuccesses},
    {"latency_p99", "ms", Latency<99>, HasSuccesses},
    {"latency_max", "ms", Latency<100>, HasSuccesses},
};

std::string SeriesOf(const Metric& metric) {
  return absl::StrCat(metric.name, "_over_time");
}

absl::Duration StepOf(absl::Duration length) {
  return std::max(absl::Seconds(1), absl::Ceil(length / LoadReport::kMaxPoints,
                                               absl::Seconds(1)));
}

}  // namespace

nlohmann::json LoadReport::Describe() {
  nlohmann::json described;
  for (const Metric& metric : kMetrics) {
    described[metric.name] = {{"unit", metric.unit}};
    described[SeriesOf(metric)] = {{"unit", metric.unit}};
  }
  return described;
}

LoadReport::LoadReport(absl::Time begin, absl::Duration length)
    : begin_(begin), length_(length), step_(StepOf(length)) {
  intervals_.resize(static_cast<size_t>(absl::Ceil(length, step_) / step_));
}

LoadReport::Interval& LoadReport::At(absl::Duration due) {
  // What is due in the last moment of the window may be so by rounding.
  return intervals_[std::min(static_cast<size_t>(due / step_),
                             intervals_.size() - 1)];
}

absl::Duration LoadReport::LengthOf(size_t interval) const {
  return std::min(step_, length_ - static_cast<int64_t>(interval) * step_);
}

int64_t LoadReport::UnixTimeOf(size_t interval) const {
  return absl::ToUnixSeconds(begin_ + static_cast<int64_t>(interval) * step_);
}

void LoadReport::AddSuccess(absl::Duration due, absl::Duration latency) {
  At(due).successes.Add(latency);
}

void LoadReport::AddError(absl::Duration due, absl::string_view kind) {
  ++At(due).errors;
  ++errors_by_kind_[std::string(kind)];
}

nlohmann::json LoadReport::Metrics() const {
  nlohmann::json metrics = nlohmann::json::object();
  LatencyHistogram successes;
  uint64_t errors = 0;
  for (const Interval& interval : intervals_) {
    successes.Merge(interval.successes);
    errors += interval.errors;
  }
  const Numbers whole = {successes, errors, length_};
  for (const Metric& metric : kMetrics) {
    if (!metric.known(whole)) continue;
    metrics[metric.name] = {{"value", metric.value(whole)},
                            {"unit", metric.unit}};
    nlohmann::json points = nlohmann::json::array();
    for (size_t i = 0; i < intervals_.size(); ++i) {
      const Numbers numbers = {intervals_[i].successes, intervals_[i].errors,
                               LengthOf(i)};
      if (metric.known(numbers)) {
        points.push_back({UnixTimeOf(i), metric.value(numbers)});
      }
    }
    metrics[SeriesOf(metric)] = {
        {"unit", metric.unit},
        {"values", {{{"id", metric.name}, {"data", std::move(points)}}}}};
  }
  return metrics;
}

nlohmann::json LoadReport::Counts() const {
  uint64_t requests = 0;
  uint64_t errors = 0;
  for (const Interval& interval : intervals_) {
    requests += interval.successes.count() + interval.errors;
    errors += interval.errors;
  }
  nlohmann::json counts = {{"requests", requests}, {"errors", errors}};
  for (const auto& [kind, count] : errors_by_kind_) {
    counts[absl::StrCat("errors_", kind)] = count;
  }
  return counts;
}

}  // namespace http_load
