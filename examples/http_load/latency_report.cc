#include "latency_report.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace http_load {
namespace {

struct Quantile {
  const char* metric;
  double share;
};
constexpr Quantile kQuantiles[] = {{"latency_p50", 0.5},
                                   {"latency_p90", 0.9},
                                   {"latency_p99", 0.99},
                                   {"latency_max", 1}};

constexpr char kThroughput[] = "throughput";
constexpr char kErrorRate[] = "error_rate";

// A metric that is a series as well, by the name NAME_over_time.
std::string SeriesOf(const std::string& metric) {
  return metric + "_over_time";
}

const char* UnitOf(const std::string& metric) {
  if (metric == kThroughput) return "rps";
  if (metric == kErrorRate) return "%";
  return "ms";
}

void AddScalar(nlohmann::json& metrics, const std::string& metric,
               double value) {
  metrics[metric] = {{"value", value}, {"unit", UnitOf(metric)}};
}

void AddPoint(nlohmann::json& metrics, const std::string& metric,
              int64_t second, double value) {
  nlohmann::json& series = metrics[SeriesOf(metric)];
  if (series.is_null()) {
    series = {
        {"unit", UnitOf(metric)},
        {"values", {{{"id", metric}, {"data", nlohmann::json::array()}}}}};
  }
  series["values"][0]["data"].push_back({second, value});
}

double PercentOf(uint64_t part, uint64_t whole) {
  return whole == 0
             ? 0
             : 100 * static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

double Percentile(const std::vector<double>& sorted, double quantile) {
  if (sorted.empty()) return 0;
  const auto rank = static_cast<size_t>(
      std::ceil(quantile * static_cast<double>(sorted.size())));
  return sorted[std::max<size_t>(rank, 1) - 1];
}

nlohmann::json LatencyReport::Describe() {
  nlohmann::json metrics;
  auto describe = [&metrics](const std::string& metric) {
    metrics[metric] = {{"unit", UnitOf(metric)}};
    metrics[SeriesOf(metric)] = {{"unit", UnitOf(metric)}};
  };
  describe(kThroughput);
  describe(kErrorRate);
  for (const Quantile& quantile : kQuantiles) describe(quantile.metric);
  return metrics;
}

void LatencyReport::AddSuccess(absl::Time due, absl::Duration latency) {
  ++requests_;
  seconds_[absl::ToUnixSeconds(due)].milliseconds.push_back(
      absl::ToDoubleMilliseconds(latency));
}

void LatencyReport::AddError(absl::Time due) {
  ++requests_;
  ++errors_;
  ++seconds_[absl::ToUnixSeconds(due)].errors;
}

nlohmann::json LatencyReport::Metrics(absl::Duration window) const {
  nlohmann::json metrics = nlohmann::json::object();
  std::vector<double> all;
  for (const auto& [time, second] : seconds_) {
    std::vector<double> sorted = second.milliseconds;
    std::sort(sorted.begin(), sorted.end());
    all.insert(all.end(), sorted.begin(), sorted.end());
    AddPoint(metrics, kThroughput, time, static_cast<double>(sorted.size()));
    AddPoint(metrics, kErrorRate, time,
             PercentOf(second.errors, second.errors + sorted.size()));
    if (sorted.empty()) continue;
    for (const Quantile& quantile : kQuantiles) {
      AddPoint(metrics, quantile.metric, time,
               Percentile(sorted, quantile.share));
    }
  }
  std::sort(all.begin(), all.end());
  AddScalar(metrics, kThroughput,
            window > absl::ZeroDuration() ? static_cast<double>(all.size()) /
                                                absl::ToDoubleSeconds(window)
                                          : 0);
  AddScalar(metrics, kErrorRate, PercentOf(errors_, requests_));
  // Of no answer there is no latency: better no metric than a wrong one.
  if (all.empty()) return metrics;
  for (const Quantile& quantile : kQuantiles) {
    AddScalar(metrics, quantile.metric, Percentile(all, quantile.share));
  }
  return metrics;
}

}  // namespace http_load
