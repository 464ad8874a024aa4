// One line of events.jsonl (docs/events.md), as it is put together.
#ifndef REPORT_EVENT_LINE_H_
#define REPORT_EVENT_LINE_H_

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "report/json_object.h"

namespace servo::report {

// The beginning that all events share: the kind, the time since begin, and the
// wall clock's time.
JsonObject EventLine(absl::string_view kind, absl::Duration since_begin,
                     absl::Time wall_clock);

}  // namespace servo::report

#endif  // REPORT_EVENT_LINE_H_
