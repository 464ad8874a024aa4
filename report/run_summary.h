// What a person reads at the end of a run: a table of the metrics, and a line
// that says how the run ended.
#ifndef REPORT_RUN_SUMMARY_H_
#define REPORT_RUN_SUMMARY_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "report/metric_rows.h"

namespace servo::report {

// Lines with a column for each of: name, value, unit, limits, "ok" or "BROKEN".
// A column that no metric needs is not there; of limits neither is the last one
// if none has any. Empty without rows.
std::string MetricsTable(const std::vector<MetricRow>& rows);

// "success after 1m4s", or "failed after 1m4s (slo-violation)" and the message
// in lines of its own. `result` is a ResultWord(). Without control characters.
std::string SummaryText(absl::string_view result, absl::string_view reason,
                        absl::string_view message, absl::Duration took);

}  // namespace servo::report

#endif  // REPORT_RUN_SUMMARY_H_
