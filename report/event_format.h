// The version of the format of events.jsonl (docs/events.md).
#ifndef REPORT_EVENT_FORMAT_H_
#define REPORT_EVENT_FORMAT_H_

namespace servo::report {

// Written into the first line, and the newest that is read. It rises when a
// reader of the old format would misunderstand the new one.
inline constexpr int kEventFormat = 1;

}  // namespace servo::report

#endif  // REPORT_EVENT_FORMAT_H_
