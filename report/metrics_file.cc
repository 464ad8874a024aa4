#include "report/metrics_file.h"

#include <string>
#include <utility>
#include <vector>

#include "nlohmann/json.hpp"
#include "plan/quantity.h"
#include "report/answer_metrics.h"

namespace servo::report {
namespace {

using nlohmann::ordered_json;

ordered_json EntryOf(const MetricRow& row) {
  ordered_json entry = ordered_json::object();
  if (row.series.has_value()) {
    entry["values"] = ToJson(*row.series);
  } else if (row.value.has_value()) {
    entry["value"] = ToJson(*row.value);
  } else {
    entry["value"] = nullptr;
  }
  if (!row.unit.empty()) entry["unit"] = row.unit;
  if (row.at_least.has_value()) {
    entry["at_least"] = ToJson(plan::SimplestNumber(*row.at_least));
  }
  if (row.at_most.has_value()) {
    entry["at_most"] = ToJson(plan::SimplestNumber(*row.at_most));
  }
  entry["ok"] = row.ok;
  return entry;
}

}  // namespace

absl::string_view ResultWord(absl::string_view status,
                             absl::string_view reason) {
  if (status == "ok") return "success";
  return reason == "cancelled" ? "cancelled" : "failed";
}

std::string MetricsFileText(absl::string_view result, absl::string_view reason,
                            const std::vector<MetricRow>& rows) {
  ordered_json document = {{"result", std::string(result)},
                           {"reason", std::string(reason)},
                           {"metrics", ordered_json::object()}};
  for (const MetricRow& row : rows) {
    document["metrics"][row.name] = EntryOf(row);
  }
  return document.dump(/*indent=*/2, /*indent_char=*/' ',
                       /*ensure_ascii=*/true,
                       ordered_json::error_handler_t::replace) +
         "\n";
}

}  // namespace servo::report
