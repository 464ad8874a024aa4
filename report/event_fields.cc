#include "report/event_fields.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "base/invisible.h"

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
  return base::EscapeInvisible(value->get_ref<const std::string&>());
}

std::optional<size_t> StageOf(const json& object) {
  const std::string word = Word(object, "stage");
  const auto it = std::find(kStageNames.begin(), kStageNames.end(), word);
  if (it == kStageNames.end()) return std::nullopt;
  return it - kStageNames.begin();
}

std::string MarkText(absl::string_view kind, const json& event) {
  if (kind == "cleanup_timeout") {
    return Flag(event, "post_follows") ? "end of the time before post"
                                       : "end of the cleanup's time";
  }
  std::string text = Word(event, "signal");
  if (text.empty()) text = Word(event, "text");
  if (kind == "hurry") absl::StrAppend(&text, " (again)");
  return text;
}

std::string GivenUpNote(const json& event) {
  const json* given_up = Find(event, "given_up");
  if (given_up == nullptr || !given_up->is_object()) return "";
  const uint64_t attempts = Size(*given_up, "attempts");
  const double millis = std::round(Time(*given_up, "after").value_or(0) * 1e3);
  return absl::StrCat("given up after ", millis / 1e3, " s and ", attempts,
                      attempts == 1 ? " attempt" : " attempts");
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
