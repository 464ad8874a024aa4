#include "cmd/e2e/core.h"

#include <string>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"

namespace servo::e2e {

using ::nlohmann::json;

namespace {

bool IsSeries(const json& metric) {
  const auto values = metric.find("values");
  return values != metric.end() && values->is_array() &&
         absl::c_all_of(*values, [](const json& one) {
           return one.contains("id") && one.contains("data") &&
                  one["data"].is_array();
         });
}

bool IsNumber(const json& metric) {
  const auto value = metric.find("value");
  return value != metric.end() && value->is_number();
}

}  // namespace

Judgement JudgeAsTheCore(const json& metrics) {
  if (!metrics.is_object() || metrics.empty()) {
    return {.message = "Measurement driver returned no metrics"};
  }
  for (const auto& [name, metric] : metrics.items()) {
    if (!metric.is_object() || (!IsNumber(metric) && !IsSeries(metric))) {
      return {.message = absl::StrCat("metric ", name,
                                      " has no value: ", metric.dump())};
    }
  }
  return {.ok = true, .metrics = metrics};
}

Judgement JudgeAsTheCore(const DriverProcess& driver) {
  const json& answer = driver.answer();
  if (!answer.is_object()) return {.message = "no answer"};
  if (driver.exit_code() != 0 || answer.value("status", "") != "ok") {
    return {.message =
                absl::StrCat(answer.value("message", ""), driver.errors())};
  }
  return JudgeAsTheCore(answer.value("metrics", json()));
}

}  // namespace servo::e2e
