// What the page of a report draws with its script.
#ifndef REPORT_PAGE_DATA_H_
#define REPORT_PAGE_DATA_H_

#include <string>

#include "report/run_record.h"

namespace servo::report {

// JSON that may stand in a script element, for page/common.js and its
// neighbours:
//   {"origin": UNIX_SECONDS, "length": SECONDS,
//    "window": {"begin", "end", "lead"} or null,
//    "marks": [{"at", "text"}],
//    "tasks": [[NAME, STAGE, MODE, BACKGROUND, EVERY, NOTE]],
//    "bars": [[TASK, KIND, BEGIN, END, ATTEMPT, STATE, INFO]],
//    "charts": [{"name", "unit", "note", "atLeast", "atMost",
//                "lines": [{"id", "points": [T, V, T, V, ...]}]}]}
// Outputs and points are cut so that they take some 3 MB at most, those of
// failed attempts last.
std::string PageData(const RunRecord& record);

}  // namespace servo::report

#endif  // REPORT_PAGE_DATA_H_
