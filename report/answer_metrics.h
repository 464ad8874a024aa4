// What a run has measured, as the answer has it.
#ifndef REPORT_ANSWER_METRICS_H_
#define REPORT_ANSWER_METRICS_H_

#include <vector>

#include "nlohmann/json.hpp"
#include "plan/metric.h"
#include "stages/extraction.h"
#include "stages/run_listener.h"

namespace servo::report {

// A metric's "value": an integer stays one.
nlohmann::json ToJson(plan::Number number);

// A metric's "values": times are unix seconds.
nlohmann::json ToJson(const std::vector<stages::Series>& all);

// The answer's `metrics`. An absent unit is an absent key.
nlohmann::json MetricsJson(const stages::Measured& measured);

// The answer's `annotations`.
nlohmann::json AnnotationsJson(const stages::Measured& measured);

}  // namespace servo::report

#endif  // REPORT_ANSWER_METRICS_H_
