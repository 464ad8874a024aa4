// The exec layer alone: runs a command for ten seconds at most and tells how it
// ended. Try: exec sh -c 'echo hello; exit 3'

#include <cstdio>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "exec/run.h"

int main(int argc, char** argv) {
  using namespace servo;
  const exec::Command command = {
      .argv = std::vector<std::string>(argv + 1, argv + argc)};
  absl::StatusOr<exec::Result> result =
      exec::Run(command, {.timeout = absl::Seconds(10)});
  if (!result.ok()) {
    std::fprintf(stderr, "%s\n", result.status().ToString().c_str());
    return 1;
  }
  std::printf("%s after %s\nstdout: %s\nstderr: %s\n",
              result->ending == exec::Ending::kTimedOut ? "timed out" : "over",
              absl::FormatDuration(result->elapsed).c_str(),
              result->out.Text().c_str(), result->err.Text().c_str());
  return result->code == 0 ? 0 : 1;
}
