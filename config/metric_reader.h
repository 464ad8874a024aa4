// Reading the metrics of a task.
#ifndef CONFIG_METRIC_READER_H_
#define CONFIG_METRIC_READER_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "plan/metric.h"
#include "yaml/reader.h"

namespace servo::config {

// The names of all metrics of a section, and where they stand.
using MetricNames = absl::flat_hash_map<std::string, std::string>;

// What the metrics of a task depend on.
struct MetricContext {
  unsigned mode = 0;           // the task's (keys.h)
  bool takes_samples = false;  // it is a sampler, or has `sample`
  bool reads_output = false;   // it has `sample`
};

// Reads the key `metrics` of a task. Adds their names to
// `names`; one that is there already is an error. Problems are reported, and
// what has some keeps its default.
std::vector<plan::Metric> ReadMetrics(const yaml::Field& field,
                                      const MetricContext& context,
                                      MetricNames* names);

}  // namespace servo::config

#endif  // CONFIG_METRIC_READER_H_
