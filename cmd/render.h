// Making report.html and trace.json of an events.jsonl: after a run, and for
// --render.
#ifndef CMD_RENDER_H_
#define CMD_RENDER_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "report/run_reader.h"

namespace servo::cmd {

// Reads `events_path`, whole or cut off, and makes report.html and trace.json
// anew beside it (mode 0600), each renamed into place when it is complete. Uses
// no state of the process, so it may run on any thread. Errors are for a person
// and name the file; kDeadlineExceeded if it is not over by `deadline`: what
// was not complete by then is not made.
absl::Status RenderReport(const std::string& events_path,
                          absl::Time deadline = absl::InfiniteFuture());

// The same for events that are still being written: takes them meanwhile, so
// that little is left to be done in the end. Thread-compatible.
class ReportMaker {
 public:
  // Beyond so many bytes nothing is kept, and Make() reads the file instead:
  // what a run's report needs shall not be the driver's memory.
  static constexpr size_t kMostKept = size_t{16} << 20;

  explicit ReportMaker(std::string events_path);

  // What was written to the file next.
  void Add(absl::string_view bytes);

  // RenderReport(), when all is written. Once.
  absl::Status Make(absl::Time deadline);

 private:
  const std::string events_path_;
  std::optional<report::RunReader> reader_;  // none: the file is read
  size_t size_ = 0;
};

// The events.jsonl that `path` means: of a run's directory the one in it, else
// itself.
std::string EventsPathOf(const std::string& path);

// --render: does the same with EventsPathOf(path), and prints the names of what
// it made, or to stderr what is wrong, as `program`. Returns the program's exit
// code.
int Render(absl::string_view program, const std::string& path);

}  // namespace servo::cmd

#endif  // CMD_RENDER_H_
