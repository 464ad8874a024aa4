// A run as a trace: trace.json.
#ifndef REPORT_TRACE_H_
#define REPORT_TRACE_H_

#include <string>

#include "report/run_record.h"

namespace servo::report {

// JSON in Chrome's trace format, as ui.perfetto.dev and chrome://tracing open
// it. One track has the run, in it stages and the window, in these attempts and
// the waits between them; each background task has a track of its own. Signals
// are instants, samples and series are counters.
std::string TraceJson(const RunRecord& record);

}  // namespace servo::report

#endif  // REPORT_TRACE_H_
