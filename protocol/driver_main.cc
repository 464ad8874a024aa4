#include "protocol/driver_main.h"

#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/ppoll_loop.h"
#include "protocol/exit_codes.h"
#include "protocol/messages.h"
#include "protocol/run_main.h"
#include "protocol/signals.h"
#include "protocol/standard_streams.h"

namespace servo::protocol {
namespace {

// The answer where not even the loop stands.
int FailEarly(const absl::Status& why, const Streams& streams) {
  const std::string line =
      AnswerLine(Answer::Failed(why.message(), kReasonInternalError));
  (void)!write(streams.out, line.data(), line.size());
  return kExitFailed;
}

}  // namespace

int DriverMain(
    const Program& program, int argc, char** argv,
    absl::FunctionRef<std::unique_ptr<Driver>(const Arguments&, base::Loop*)>
        make_driver) {
  OpenMissingStandardStreams();
  BlockSignals();
  const Streams streams;
  absl::StatusOr<Arguments> arguments = ParseCommandLine(
      program, std::vector<std::string>(argv + std::min(argc, 1), argv + argc));
  if (!arguments.ok()) return UsageError(program, arguments.status(), streams);

  absl::StatusOr<std::unique_ptr<SignalSource>> signals = NewSignalfdSource();
  if (!signals.ok()) return FailEarly(signals.status(), streams);
  base::PpollLoop loop;
  std::unique_ptr<Driver> driver = make_driver(*arguments, &loop);
  return RunMain(program, *arguments, streams, &loop, signals->get(),
                 driver.get());
}

}  // namespace servo::protocol
