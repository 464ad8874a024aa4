// The metrics of an attempt.
#ifndef STAGES_EXTRACTION_H_
#define STAGES_EXTRACTION_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "plan/metric.h"
#include "plan/plan.h"
#include "plan/reference.h"

namespace servo::stages {

class Sources;
class Value;

// Numbers over time.
struct Series {
  struct Point {
    absl::Time at;
    plan::Number value;
  };
  std::string id;
  std::vector<Point> points;
};

// All series of one metric.
struct MetricSeries {
  const plan::Metric* metric = nullptr;  // the plan's
  std::vector<Series> series;
};

// Why a metric has no value.
struct MetricProblem {
  const plan::Metric* metric = nullptr;  // the plan's
  bool fails = false;  // the attempt; else the metric is left out
  std::string why;     // "stdout has no match of ..."
};

// What was taken from one attempt. A value.
struct Extraction {
  std::vector<plan::MetricValue> values;
  std::vector<MetricSeries> series;
  std::vector<MetricProblem> problems;

  // Whether a value is missing that must be there.
  bool failed() const;
};

// Takes the metrics of `task` from an attempt. With `ignore_exitcode` nothing
// fails. Problems show `references`, the plan's, as they are written.
Extraction ExtractMetrics(const plan::Task& task,
                          const plan::References& references, Sources* sources);

// What `metric` takes `value` for: a number, or none for what is dropped (NaN,
// infinite, null and empty values). kInvalidArgument for what is none of these.
absl::StatusOr<std::optional<plan::Number>> NumberOf(const plan::Metric& metric,
                                                     const Value& value);

// The numbers that `metric` finds, made one. kNotFound if there is none; other
// errors say what is wrong with what was found. `absent` is not looked at.
absl::StatusOr<plan::Number> ExtractMetric(const plan::Metric& metric,
                                           Sources* sources);

}  // namespace servo::stages

#endif  // STAGES_EXTRACTION_H_
