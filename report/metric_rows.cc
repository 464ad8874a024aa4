#include "report/metric_rows.h"

#include "absl/algorithm/container.h"

namespace servo::report {
namespace {

MetricRow RowOf(const plan::Metric& metric) {
  return {.name = metric.name,
          .unit = metric.unit,
          .at_least = metric.at_least,
          .at_most = metric.at_most};
}

}  // namespace

bool IsBeyondLimits(const stages::Measured& measured,
                    const plan::Metric& metric) {
  return absl::c_any_of(measured.beyond_limits,
                        [&metric](const plan::MetricValue& value) {
                          return value.metric->name == metric.name;
                        });
}

std::vector<MetricRow> MetricRows(const stages::Measured& measured) {
  std::vector<MetricRow> rows;
  for (const plan::MetricValue& value : measured.metrics) {
    MetricRow row = RowOf(*value.metric);
    row.value = value.value;
    row.ok = !IsBeyondLimits(measured, *value.metric);
    rows.push_back(std::move(row));
  }
  for (const stages::MetricSeries& series : measured.series) {
    MetricRow row = RowOf(*series.metric);
    row.series = series.series;
    rows.push_back(std::move(row));
  }
  for (const stages::MetricProblem& problem : measured.missing) {
    MetricRow row = RowOf(*problem.metric);
    row.ok = false;
    rows.push_back(std::move(row));
  }
  absl::c_stable_sort(rows, [](const MetricRow& a, const MetricRow& b) {
    return a.name < b.name;
  });
  return rows;
}

}  // namespace servo::report
