#include "report/answer_metrics.h"

#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace servo::report {

nlohmann::json ToJson(plan::Number number) {
  return std::visit([](auto value) { return nlohmann::json(value); }, number);
}

nlohmann::json ToJson(const std::vector<stages::Series>& all) {
  nlohmann::json values = nlohmann::json::array();
  for (const stages::Series& series : all) {
    nlohmann::json data = nlohmann::json::array();
    for (const stages::Series::Point& point : series.points) {
      data.push_back(
          {absl::ToUnixMillis(point.at) / 1000.0, ToJson(point.value)});
    }
    values.push_back({{"id", series.id}, {"data", std::move(data)}});
  }
  return values;
}

nlohmann::json MetricsJson(const stages::Measured& measured) {
  nlohmann::json metrics = nlohmann::json::object();
  for (const plan::MetricValue& value : measured.metrics) {
    nlohmann::json& entry = metrics[value.metric->name];
    entry["value"] = ToJson(value.value);
    if (!value.metric->unit.empty()) entry["unit"] = value.metric->unit;
  }
  for (const stages::MetricSeries& series : measured.series) {
    nlohmann::json& entry = metrics[series.metric->name];
    entry["values"] = ToJson(series.series);
    if (!series.metric->unit.empty()) entry["unit"] = series.metric->unit;
  }
  return metrics;
}

nlohmann::json AnnotationsJson(const stages::Measured& measured) {
  nlohmann::json annotations = nlohmann::json::object();
  for (const plan::Metric* metric : measured.thinned) {
    const bool is_json =
        std::holds_alternative<plan::JsonSeries>(metric->series);
    annotations[metric->name] =
        absl::StrCat("of its many ", is_json ? "points" : "samples",
                     " some were left out, evenly");
  }
  return annotations;
}

}  // namespace servo::report
