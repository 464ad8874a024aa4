// Series in one JSON answer (language.md section 3).
#ifndef STAGES_JSON_SERIES_H_
#define STAGES_JSON_SERIES_H_

#include <vector>

#include "absl/status/statusor.h"
#include "plan/metric.h"
#include "stages/extraction.h"
#include "stages/lookup.h"

namespace servo::stages {

// The series that `metric`, whose `series` is a plan::JsonSeries, finds: one
// for each item that has points. Errors are those of Sources::Visit(), and
// kInvalidArgument for what is no point, which is a time and a value.
absl::StatusOr<std::vector<Series>> ReadJsonSeries(const plan::Metric& metric,
                                                   Sources* sources);

}  // namespace servo::stages

#endif  // STAGES_JSON_SERIES_H_
