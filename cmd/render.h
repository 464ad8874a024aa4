// Making report.html and trace.json of an events.jsonl: after a run, and for
// --render.
#ifndef CMD_RENDER_H_
#define CMD_RENDER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace servo::cmd {

// Reads `events_path`, whole or cut off, and makes report.html and trace.json
// anew beside it (mode 0600), each renamed into place when it is complete. Uses
// no state of the process, so it may run on any thread. Errors are for a person
// and name the file; kDeadlineExceeded if it is not over by `deadline`: what
// was not complete by then is not made.
absl::Status RenderReport(const std::string& events_path,
                          absl::Time deadline = absl::InfiniteFuture());

// --render: does that, and prints the names of what it made, or to stderr what
// is wrong, as `program`. Returns the program's exit code.
int Render(absl::string_view program, const std::string& events_path);

}  // namespace servo::cmd

#endif  // CMD_RENDER_H_
