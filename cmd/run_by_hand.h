// `measure --run=DURATION`: a measurement for people.
#ifndef CMD_RUN_BY_HAND_H_
#define CMD_RUN_BY_HAND_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/loop.h"
#include "protocol/request.h"
#include "protocol/signals.h"
#include "protocol/standard_streams.h"
#include "yaml/file.h"

namespace servo::cmd {

// What is asked for.
struct HandRunOptions {
  std::string program;  // as it was called
  std::string app_id;
  protocol::Control control;
  yaml::FilePlaces places;
  std::string section;
  bool strict = false;
  bool verbose = false;
  bool json = false;              // stdout gets the answer line at the end
  std::vector<std::string> only;  // names of tasks; empty: all
  std::string metrics_path;       // of --metrics; empty: none
  std::string report_dir;         // of --report; empty: the configuration's
};

// The value of --run, --warmup or --delay: a number of seconds, or numbers with
// units of time ("90", "1m30s", "500ms"); finite and not negative.
// kInvalidArgument says what was expected.
absl::StatusOr<absl::Duration> ParseLength(absl::string_view text);

// Measures, shows on stderr what happens, and prints at the end on stdout a
// table of the metrics and how the run ended. Returns the program's exit code:
// 0, 1, 3, or 4 if limits alone were broken.
int RunByHand(const HandRunOptions& options, const protocol::Streams& streams,
              base::Loop* loop, protocol::SignalSource* signals);

}  // namespace servo::cmd

#endif  // CMD_RUN_BY_HAND_H_
