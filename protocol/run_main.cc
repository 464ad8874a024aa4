#include "protocol/run_main.h"

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <utility>

#include "absl/log/log.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "protocol/driver_run.h"
#include "protocol/exit_codes.h"
#include "protocol/json_line.h"
#include "protocol/line_writer.h"
#include "protocol/log.h"
#include "protocol/measurement.h"
#include "protocol/messages.h"

namespace servo::protocol {
namespace {

// Writes `text` and waits until it was taken; a SIGTERM or SIGINT ends the
// wait. Returns whether it was written.
bool Print(base::Loop* loop, SignalSource* signals, int fd, std::string text) {
  bool interrupted = false;
  signals->Listen(loop, [&](int signal) {
    if (signal == SIGTERM || signal == SIGINT) interrupted = true;
  });
  LineWriter writer(loop, fd, /*on_gone=*/nullptr);
  writer.Write(std::move(text), LineWriter::Keep::kAlways);
  loop->RunUntil([&] { return writer.idle() || interrupted; });
  signals->Listen(loop, nullptr);
  return writer.idle() && !writer.lost();
}

// The answer to --describe. Sets `ok` to whether it has a description.
std::string Description(Driver* driver, bool* ok) {
  std::string problem = "the description is not an object";
  *ok = false;
  try {
    absl::StatusOr<nlohmann::json> metrics = driver->Describe();
    if (!metrics.ok())
      return ToString(AnswerLine(Answer::Failed(metrics.status().message())));
    *ok = metrics->is_object();
    if (*ok) return DescribeLine(*metrics);
  } catch (const std::exception& error) {
    problem = error.what();
  }
  return ToString(AnswerLine(Answer::Failed(
      absl::StrCat("internal error: ", problem), kReasonInternalError)));
}

// Tells a person who is to type the request, and may not know it.
void TellOfTerminal(const Program& program, const Streams& streams) {
  if (isatty(streams.in) != 1) return;
  const std::string run = RunOption(program);
  const std::string text =
      absl::StrCat(program.name,
                   ": reading the request (JSON) from the terminal, up to "
                   "Ctrl-D",
                   run.empty() ? "" : "; to measure by hand give ", run, "\n");
  dprintf(streams.err, "%s", ForStderr(text, streams.err).c_str());
}

int RunMeasurement(const Program& program, const Arguments& arguments,
                   const Streams& streams, base::Loop* loop,
                   SignalSource* signals, Driver* driver) {
  TellOfTerminal(program, streams);
  Log log(loop, streams.err, program.name, arguments.verbose);
  Measurement measurement(loop, streams, signals, &log, driver,
                          arguments.app_id);
  const int exit_code = TurnUntilOver(loop, &measurement);
  TellAfterAnswer(driver, loop, &log);
  return exit_code;
}

}  // namespace

int RunMain(const Program& program, const Arguments& arguments,
            const Streams& streams, base::Loop* loop, SignalSource* signals,
            Driver* driver) {
  bool ok = true;
  std::string text;
  switch (arguments.mode) {
    case Arguments::Mode::kOther:
    case Arguments::Mode::kRun:
      LOG(FATAL) << "a mode of the driver's own was given to RunMain()";
    case Arguments::Mode::kMeasure:
      return RunMeasurement(program, arguments, streams, loop, signals, driver);
    case Arguments::Mode::kInfo:
      text = InfoLine(program.version, /*has_cancel=*/true);
      break;
    case Arguments::Mode::kDescribe:
      text = Description(driver, &ok);
      break;
    case Arguments::Mode::kHelp:
      text = HelpText(program);
      break;
    case Arguments::Mode::kVersion:
      text = absl::StrCat(program.name, " ", program.version, "\n");
      break;
  }
  const bool written = Print(loop, signals, streams.out, std::move(text));
  return ok && written ? kExitOk : kExitFailed;
}

int UsageError(const Program& program, const absl::Status& error,
               const Streams& streams) {
  const std::string text = absl::StrCat(program.name, ": ", error.message(),
                                        "\nTry '", program.name, " --help'.\n");
  dprintf(streams.err, "%s", ForStderr(text, streams.err).c_str());
  return kExitUsage;
}

}  // namespace servo::protocol
