// The page that shows a run: report.html.
#ifndef REPORT_HTML_REPORT_H_
#define REPORT_HTML_REPORT_H_

#include <string>

#include "report/run_record.h"

namespace servo::report {

// One HTML file, which loads nothing from elsewhere. Outcome, metrics, messages
// and configuration can be read without its script; the timeline and the charts
// are drawn by it. Whatever a record holds is shown as text.
std::string HtmlReport(const RunRecord& record);

}  // namespace servo::report

#endif  // REPORT_HTML_REPORT_H_
