#include "stages/json_series.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "jsonpath/path.h"
#include "nlohmann/json.hpp"
#include "plan/lookup.h"
#include "stages/lookup.h"
#include "stages/reduction.h"

namespace servo::stages {
namespace {

using nlohmann::json;

// "instance:a   job:b" of an object's pairs, which are sorted.
std::string IdOf(const json& id) {
  if (!id.is_object()) return Value(&id).Text();
  std::vector<std::string> pairs;
  for (const auto& [name, value] : id.items()) {
    if (name == "__name__") continue;
    pairs.push_back(absl::StrCat(name, ":", Value(&value).Text()));
  }
  return absl::StrJoin(pairs, "   ");
}

// Adds what stands at `node`: a point, or a list of points.
absl::Status AddPoints(const plan::Metric& metric, absl::Duration time_unit,
                       const json& node, Series* series) {
  if (!node.is_array()) {
    return absl::InvalidArgumentError(
        "expected points, which are lists of a time and a value");
  }
  const bool is_list_of_points = !node.empty() && node[0].is_array();
  if (is_list_of_points) {
    for (const json& point : node) {
      const absl::Status status = AddPoints(metric, time_unit, point, series);
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }
  if (node.empty()) return absl::OkStatus();
  if (node.size() != 2 || !node[0].is_number()) {
    return absl::InvalidArgumentError(
        "expected a point to be a list of a time and a value");
  }
  const absl::StatusOr<std::optional<plan::Number>> number =
      NumberOf(metric, Value(&node[1]));
  if (!number.ok()) return number.status();
  if (!number->has_value()) return absl::OkStatus();
  const plan::Number value = Scale(**number, metric.scale, metric.offset);
  if (!IsFinite(value)) return absl::OkStatus();
  series->points.push_back(
      {absl::UnixEpoch() + node[0].get<double>() * time_unit, value});
  return absl::OkStatus();
}

// Adds the series of one item, the `index`-th, if it has points.
absl::Status AddItem(const plan::Metric& metric, const json& item, size_t index,
                     std::vector<Series>* all) {
  const auto& paths = std::get<plan::JsonSeries>(metric.series);
  const auto ids = paths.id.Find(item);
  if (!ids.ok()) return ids.status();
  const auto points = paths.points.Find(item);
  if (!points.ok()) return points.status();
  Series series;
  series.id = ids->empty() ? absl::StrCat(index) : IdOf(*ids->front());
  for (const json* node : *points) {
    const absl::Status status =
        AddPoints(metric, paths.time_unit, *node, &series);
    if (!status.ok()) return status;
  }
  if (!series.points.empty()) all->push_back(std::move(series));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<Series>> ReadJsonSeries(const plan::Metric& metric,
                                                   Sources* sources) {
  plan::Lookup lookup = metric.lookup;
  lookup.finder = std::make_shared<const jsonpath::Path>(
      std::get<plan::JsonSeries>(metric.series).items);
  std::vector<Series> all;
  absl::Status status;
  size_t index = 0;
  const absl::Status visited =
      sources->Visit(lookup, Wanted::kAll, [&](const Value& item) {
        status = AddItem(metric, *item.json(), index++, &all);
        return status.ok();
      });
  if (!visited.ok()) return visited;
  if (!status.ok()) return status;
  return all;
}

}  // namespace servo::stages
