// The directory that one run's report has, and its older siblings.
#ifndef REPORT_RUN_DIRECTORY_H_
#define REPORT_RUN_DIRECTORY_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/unique_fd.h"

namespace servo::report {

// The files of a run's directory.
inline constexpr absl::string_view kEventsFile = "events.jsonl";
inline constexpr absl::string_view kPageFile = "report.html";
inline constexpr absl::string_view kTraceFile = "trace.json";

// What the directory of a run is called: "20261127T201539Z-shop-k3v9q0x2m7ab",
// the time in UTC, the application's name with "_" for what is not
// [A-Za-z0-9._-] (64 bytes at most), and the run's id.
std::string RunDirectoryName(absl::Time begin, absl::string_view app_id,
                             absl::string_view run_id);

// Whether `name` has the form that RunDirectoryName() gives.
bool IsRunDirectoryName(absl::string_view name);

// Makes `parent` (and what is missing above it), in it the directory `name`
// (0700), and in that events.jsonl (0600), which is returned, open to be
// written to and locked (flock(2)) as long as it is open: by that others know a
// running run. No link is followed below `parent`. Errors name the path.
absl::StatusOr<base::UniqueFd> MakeRunDirectory(const std::string& parent,
                                                const std::string& name);

// Removes the oldest directories of runs in `parent`, by their names, so that
// `keep` are left, `own` among them. One stays if it is another user's, if its
// run is going on, or if it lacks events.jsonl or has anything but a report's
// files. No link is followed. An error tells of the first that could not be
// removed.
absl::Status RemoveOldRuns(const std::string& parent, const std::string& own,
                           int keep);

}  // namespace servo::report

#endif  // REPORT_RUN_DIRECTORY_H_
