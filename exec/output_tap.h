// Hearing a process's output while it runs.
#ifndef EXEC_OUTPUT_TAP_H_
#define EXEC_OUTPUT_TAP_H_

#include "absl/strings/string_view.h"

namespace servo::exec {

enum class Stream { kStdout, kStderr };

// Hears output as it arrives, before it is captured.
class OutputTap {
 public:
  virtual ~OutputTap() = default;

  // `bytes` are raw, cut anywhere, and never empty. Called on the loop's
  // thread. Must not call the runner or the process.
  virtual void OnOutput(Stream stream, absl::string_view bytes) = 0;
};

}  // namespace servo::exec

#endif  // EXEC_OUTPUT_TAP_H_
