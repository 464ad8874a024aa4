#include "protocol/driver_main.h"

#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/log/log.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/ppoll_loop.h"
#include "protocol/exit_codes.h"
#include "protocol/json_line.h"
#include "protocol/messages.h"
#include "protocol/run_main.h"
#include "protocol/signals.h"
#include "protocol/standard_streams.h"

namespace servo::protocol {
namespace {

// The answer where not even the loop stands.
int FailEarly(const absl::Status& why, const Streams& streams) {
  const std::string line =
      ToString(AnswerLine(Answer::Failed(why.message(), kReasonInternalError)));
  const ssize_t written = write(streams.out, line.data(), line.size());
  return written < 0 ? kExitCancelled : kExitFailed;
}

// `program` under the name that it was called by, "/usr/bin/measure-exec" or a
// link's, so that what a person is told to type works.
Program AsCalled(const Program& program, int argc, char** argv) {
  Program called = program;
  const absl::string_view path = argc > 0 ? argv[0] : "";
  const absl::string_view name = path.substr(path.rfind('/') + 1);
  if (!name.empty()) called.name = std::string(name);
  return called;
}

}  // namespace

int DriverMain(const Program& program, int argc, char** argv,
               MakeDriver make_driver, RunMode run_mode,
               RunByHand run_by_hand) {
  OpenMissingStandardStreams();
  BlockSignals();
  const Streams streams;
  std::vector<std::string> args(argv, argv + argc);
  if (!args.empty()) args.erase(args.begin());
  const Program called = AsCalled(program, argc, argv);
  absl::StatusOr<Arguments> arguments = ParseCommandLine(called, args);
  if (!arguments.ok()) return UsageError(called, arguments.status(), streams);
  if (arguments->mode == Arguments::Mode::kOther) {
    UnblockSignals();
    return run_mode(called.name, *arguments);
  }

  absl::StatusOr<std::unique_ptr<SignalSource>> signals = NewSignalfdSource();
  if (!signals.ok()) return FailEarly(signals.status(), streams);
  base::PpollLoop loop;
  if (arguments->mode == Arguments::Mode::kRun) {
    return run_by_hand(called.name, *arguments, streams, &loop, signals->get());
  }
  std::unique_ptr<Driver> driver = make_driver(*arguments, &loop);
  // --version tells which program it is, whatever it was called.
  return RunMain(
      arguments->mode == Arguments::Mode::kVersion ? program : called,
      *arguments, streams, &loop, signals->get(), driver.get());
}

int DriverMain(const Program& program, int argc, char** argv,
               MakeDriver make_driver, RunMode run_mode) {
  return DriverMain(
      program, argc, argv, make_driver, run_mode,
      [](const std::string&, const Arguments&, const Streams&, base::Loop*,
         SignalSource*) {
        LOG(FATAL) << "an option asks for a run by hand, and DriverMain() was "
                      "given no way to do it";
        return kExitUsage;
      });
}

int DriverMain(const Program& program, int argc, char** argv,
               MakeDriver make_driver) {
  return DriverMain(
      program, argc, argv, make_driver,
      [](const std::string&, const Arguments&) {
        LOG(FATAL)
            << "an option is a mode, and DriverMain() was given no way to "
               "run it";
        return kExitUsage;
      });
}

}  // namespace servo::protocol
