#include "report/event_fields.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace servo::report {

using nlohmann::json;

const json* Find(const json& object, const char* key) {
  const auto it = object.find(key);
  return it == object.end() ? nullptr : &*it;
}

std::optional<double> Number(const json& object, const char* key) {
  const json* value = Find(object, key);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  const double number = value->get<double>();
  if (!std::isfinite(number)) return std::nullopt;
  return number;
}

std::optional<double> Time(const json& object, const char* key) {
  const std::optional<double> time = Number(object, key);
  if (!time.has_value() || std::abs(*time) > kMaxTime) return std::nullopt;
  return time;
}

std::optional<int64_t> Integer(const json& object, const char* key) {
  const json* value = Find(object, key);
  if (value == nullptr || !value->is_number_integer()) return std::nullopt;
  if (value->is_number_unsigned() &&
      value->get<uint64_t>() > std::numeric_limits<int64_t>::max()) {
    return std::nullopt;
  }
  return value->get<int64_t>();
}

int Count(const json& object, const char* key) {
  const int64_t count = Integer(object, key).value_or(1);
  return static_cast<int>(
      std::clamp<int64_t>(count, 1, std::numeric_limits<int>::max()));
}

uint64_t Size(const json& object, const char* key) {
  return static_cast<uint64_t>(
      std::max<int64_t>(Integer(object, key).value_or(0), 0));
}

bool Flag(const json& object, const char* key) {
  const json* value = Find(object, key);
  return value != nullptr && value->is_boolean() && value->get<bool>();
}

std::string Word(const json& object, const char* key) {
  const json* value = Find(object, key);
  if (value == nullptr || !value->is_string()) return "";
  return value->get<std::string>();
}

std::optional<size_t> StageOf(const json& object) {
  const std::string word = Word(object, "stage");
  const auto it = std::find(kStageNames.begin(), kStageNames.end(), word);
  if (it == kStageNames.end()) return std::nullopt;
  return it - kStageNames.begin();
}

namespace {

MetricPlan MetricOf(const json& object) {
  return {.name = Word(object, "name"),
          .unit = Word(object, "unit"),
          .description = Word(object, "description"),
          .at_least = Number(object, "at_least"),
          .at_most = Number(object, "at_most"),
          .series = Flag(object, "series")};
}

}  // namespace

TaskRecord TaskOf(const json& object) {
  TaskRecord task = {.stage = StageOf(object).value_or(0),
                     .name = Word(object, "name"),
                     .mode = Word(object, "mode"),
                     .background = Flag(object, "background"),
                     .every = Time(object, "every")};
  const json* metrics = Find(object, "metrics");
  if (metrics == nullptr || !metrics->is_array()) return task;
  for (const json& metric : *metrics) {
    if (metric.is_object()) task.metrics.push_back(MetricOf(metric));
  }
  return task;
}

}  // namespace servo::report
