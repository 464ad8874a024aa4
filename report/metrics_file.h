// What `--metrics=FILE` writes.
#ifndef REPORT_METRICS_FILE_H_
#define REPORT_METRICS_FILE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "report/metric_rows.h"

namespace servo::report {

// How a run ended, for programs: of an answer with this status and reason
// "success", "cancelled" or "failed".
absl::string_view ResultWord(absl::string_view status,
                             absl::string_view reason);

// JSON, in ASCII:
//   {"result": WORD, "reason": WORD,
//    "metrics": {NAME: {"value", "unit", "at_least", "at_most", "ok"}}}
// `reason` is empty for a success. Units and limits that there are not are
// absent keys. A metric that is missing and fails the run has the value null; a
// series has `values`, as in the answer, instead of one.
std::string MetricsFileText(absl::string_view result, absl::string_view reason,
                            const std::vector<MetricRow>& rows);

}  // namespace servo::report

#endif  // REPORT_METRICS_FILE_H_
