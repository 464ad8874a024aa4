// What a run has measured, with the limits: the rows of a table.
#ifndef REPORT_METRIC_ROWS_H_
#define REPORT_METRIC_ROWS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "plan/metric.h"
#include "stages/extraction.h"
#include "stages/run_listener.h"

namespace servo::report {

// One metric. A value.
struct MetricRow {
  std::string name;
  std::string unit;  // may be empty: none

  // None of a series, and of a metric that was not found.
  std::optional<plan::Number> value;

  // Of a metric that is a series.
  std::optional<std::vector<stages::Series>> series;

  std::optional<double> at_least;
  std::optional<double> at_most;

  // Within its limits. Not of a metric that had to be found and was not.
  bool ok = true;
};

// Whether `metric` was measured, and is beyond its limits.
bool IsBeyondLimits(const stages::Measured& measured,
                    const plan::Metric& metric);

// All metrics that `measured` has, and those that are missing and fail the run;
// sorted by their names.
std::vector<MetricRow> MetricRows(const stages::Measured& measured);

}  // namespace servo::report

#endif  // REPORT_METRIC_ROWS_H_
