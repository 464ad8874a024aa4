// `measure`: runs the tasks of its configuration around a measurement.

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/loop.h"
#include "base/quoted.h"
#include "cmd/extract.h"
#include "cmd/inspection.h"
#include "cmd/measure_driver.h"
#include "cmd/render.h"
#include "cmd/run_by_hand.h"
#include "cmd/version.h"
#include "config/keys.h"
#include "protocol/command_line.h"
#include "protocol/driver_main.h"
#include "protocol/request.h"
#include "protocol/signals.h"
#include "protocol/standard_streams.h"
#include "report/event_writer.h"
#include "yaml/file.h"

namespace servo::cmd {
namespace {

protocol::Program MeasureProgram() {
  return {
      .name = "measure",
      .version = kVersion,
      .summary =
          "Prepares an environment for a measurement, waits for the time of "
          "the measurement, and puts the environment back: runs the tasks "
          "that its configuration lists in the stages pre, start, stop and "
          "post. Reads the request as JSON from stdin; prints progress and "
          "one answer as JSON lines.",
      .options = {
          {.name = "config",
           .value = "FILE",
           .help = "The configuration. Without it: $SERVO_EXEC_CONFIG, "
                   "/servo/config.yaml, ./config.yaml, the first that there "
                   "is."},
          {.name = "run",
           .value = "DURATION",
           .help = "Measure by hand, without a request on stdin: that long, in "
                   "seconds or as 1m30s. What happens is shown on stderr; at "
                   "the end stdout gets a table of the metrics. Without an "
                   "APP_ID it is called local.",
           .is_run = true},
          {.name = "warmup",
           .value = "DURATION",
           .help = "With --run: the part of the window before what is "
                   "measured.",
           .only_with = {"run"}},
          {.name = "delay",
           .value = "DURATION",
           .help = "With --run: the part of the window before the warm-up.",
           .only_with = {"run"}},
          {.name = "json",
           .help = "With --run: print the answer's line instead of the table.",
           .only_with = {"run"}},
          {.name = "only",
           .value = "NAME",
           .help = "With --run: run only the task of this name; tasks of post "
                   "too run only if they are named.",
           .is_repeatable = true,
           .only_with = {"run"}},
          {.name = "metrics",
           .value = "FILE",
           .help = "Write how the run ended and all metrics with their limits "
                   "to the file, as JSON, whatever the outcome.",
           .only_with = {"run", ""}},
          {.name = "report",
           .value = "DIR",
           .help = "Leave a report of what has happened in DIR, in a directory "
                   "of this run's own, whatever the configuration says of it.",
           .only_with = {"run", ""}},
          {.name = "check",
           .help = "Check the configuration, or each FILE (- is stdin): tell "
                   "every problem on stderr, and print a short plan if there "
                   "is none.",
           .is_mode = true,
           .files = "FILE"},
          {.name = "dry-run",
           .help = "The same, but print all that would run, with all defaults "
                   "filled in.",
           .is_mode = true,
           .files = "FILE"},
          {.name = "format",
           .value = "FORMAT",
           .help = "With --check and --dry-run: text, or json for editors and "
                   "CI: all on stdout, each problem with its range.",
           .only_with = {"check", "dry-run"}},
          {.name = "strict",
           .help = "Take the configuration's warnings for errors, also when "
                   "measuring."},
          {.name = "extract",
           .value = "TASK",
           .help = "Print what each metric of the task finds in an output that "
                   "was saved: --output has its stdout, or the body of its "
                   "response. Exit status 1 if one must be found and is not.",
           .is_mode = true},
          {.name = "output",
           .value = "FILE",
           .help = "With --extract: what the task printed.",
           .only_with = {"extract"}},
          {.name = "stderr",
           .value = "FILE",
           .help = "With --extract: what the task printed on stderr.",
           .only_with = {"extract"}},
          {.name = "render",
           .value = "EVENTS",
           .help = "Make report.html and trace.json anew beside EVENTS, the "
                   "events.jsonl of a run or its directory, also of a run that "
                   "was killed.",
           .is_mode = true},
          {.name = "schema",
           .help = "Print the JSON Schema of the configuration, for editors.",
           .is_mode = true},
      }};
}

yaml::FilePlaces ConfigPlaces(const protocol::Arguments& arguments) {
  yaml::FilePlaces places;
  places.flag = arguments.Value("config");
  const char* variable = std::getenv(yaml::kFileVariable);
  if (variable != nullptr) places.environment = variable;
  const char* trust = std::getenv(yaml::kTrustVariable);
  places.trusted = trust != nullptr && absl::string_view(trust) == "1";
  places.guards_root = arguments.mode == protocol::Arguments::Mode::kRun;
  return places;
}

// The configuration's key at the top level: this program's, or, so that several
// can share a file, the name by which the executable was called.
std::string SectionName(int argc, char** argv) {
  const char* use_name = std::getenv("EXEC_USE_DRIVER_NAME");
  const absl::string_view path = argc > 0 ? argv[0] : "";
  const absl::string_view name = path.substr(path.rfind('/') + 1);
  if (use_name == nullptr || absl::string_view(use_name) != "1" ||
      name.empty()) {
    return std::string(config::kSectionName);
  }
  return std::string(name);
}

int UsageError(absl::string_view program, absl::string_view message) {
  std::fputs(absl::StrCat(program, ": ", message, "\n").c_str(), stderr);
  return protocol::kExitUsage;
}

// Takes the length that `option` has, if it was given.
absl::Status TakeLength(const protocol::Arguments& arguments,
                        absl::string_view option, absl::Duration* length) {
  if (!arguments.Has(option)) return absl::OkStatus();
  const absl::StatusOr<absl::Duration> parsed =
      ParseLength(arguments.Value(option));
  if (!parsed.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("--", option, ": ", parsed.status().message()));
  }
  *length = *parsed;
  return absl::OkStatus();
}

absl::StatusOr<protocol::Control> ControlOf(
    const protocol::Arguments& arguments) {
  protocol::Control control;
  absl::Status status = TakeLength(arguments, "run", &control.duration);
  status.Update(TakeLength(arguments, "warmup", &control.warmup));
  status.Update(TakeLength(arguments, "delay", &control.delay));
  if (!status.ok()) return status;
  return control;
}

// Whether the APP_ID is the name of a configuration that is there: what was
// meant is --config, and another file would be measured.
bool NamesConfiguration(const std::string& app_id) {
  const bool is_yaml =
      absl::EndsWith(app_id, ".yaml") || absl::EndsWith(app_id, ".yml");
  return is_yaml && access(app_id.c_str(), F_OK) == 0;
}

int Run(const std::string& program, const protocol::Arguments& arguments,
        absl::string_view section, const protocol::Streams& streams,
        base::Loop* loop, protocol::SignalSource* signals) {
  const absl::StatusOr<protocol::Control> control = ControlOf(arguments);
  if (!control.ok()) {
    return UsageError(program, control.status().message());
  }
  if (NamesConfiguration(arguments.app_id)) {
    return UsageError(program,
                      absl::StrCat(base::Quoted(arguments.app_id),
                                   " stands for the APP_ID, and is a file; a "
                                   "configuration is named by --config=FILE"));
  }
  return RunByHand(
      {.program = program,
       .app_id = arguments.app_id.empty() ? "local" : arguments.app_id,
       .control = *control,
       .places = ConfigPlaces(arguments),
       .section = std::string(section),
       .strict = arguments.Has("strict"),
       .verbose = arguments.verbose,
       .json = arguments.Has("json"),
       .only = arguments.Values("only"),
       .metrics_path = arguments.Value("metrics"),
       .report_dir = arguments.Value("report")},
      streams, loop, signals);
}

int Extract(absl::string_view program, const protocol::Arguments& arguments,
            absl::string_view section) {
  if (!arguments.Has("output")) {
    return UsageError(program, "--extract needs --output=FILE");
  }
  return ExtractFromSaved(program, ConfigPlaces(arguments),
                          std::string(section),
                          {.task = arguments.Value("extract"),
                           .output_path = arguments.Value("output"),
                           .stderr_path = arguments.Value("stderr")});
}

int InspectConfig(const std::string& program,
                  const protocol::Arguments& arguments,
                  absl::string_view section) {
  if (arguments.Has("config") && !arguments.files.empty()) {
    return UsageError(program,
                      "name files after --check, or one by --config, not both");
  }
  const std::string format = arguments.Value("format");
  if (arguments.Has("format") && format != "text" && format != "json") {
    return UsageError(program, "--format is text or json");
  }
  const Inspection inspection = {.program = program,
                                 .places = ConfigPlaces(arguments),
                                 .files = arguments.files,
                                 .strict = arguments.Has("strict"),
                                 .section = std::string(section),
                                 .format = format == "json"
                                               ? Inspection::Format::kJson
                                               : Inspection::Format::kText};
  return arguments.Has("dry-run") ? PrintDryRun(inspection)
                                  : CheckConfig(inspection);
}

int RunMode(const std::string& program, const protocol::Arguments& arguments,
            absl::string_view section) {
  if (arguments.Has("schema")) return PrintSchema(program);
  if (arguments.Has("render")) {
    return Render(program, arguments.Value("render"));
  }
  if (arguments.Has("extract")) return Extract(program, arguments, section);
  return InspectConfig(program, arguments, section);
}

}  // namespace
}  // namespace servo::cmd

int main(int argc, char** argv) {
  using namespace servo;
  const std::string section = cmd::SectionName(argc, argv);
  const int exit_code = protocol::DriverMain(
      cmd::MeasureProgram(), argc, argv,
      [&section](const protocol::Arguments& arguments, base::Loop* loop) {
        return std::make_unique<cmd::MeasureDriver>(
            loop, cmd::ConfigPlaces(arguments), section,
            arguments.Has("strict"),
            cmd::MeasureExtras{.metrics_path = arguments.Value("metrics"),
                               .report_dir = arguments.Value("report")});
      },
      [&section](const std::string& program,
                 const protocol::Arguments& arguments) {
        return cmd::RunMode(program, arguments, section);
      },
      [&section](const std::string& program,
                 const protocol::Arguments& arguments,
                 const protocol::Streams& streams, base::Loop* loop,
                 protocol::SignalSource* signals) {
        return cmd::Run(program, arguments, section, streams, loop, signals);
      });
  // A disk that hangs must not keep the core waiting.
  if (report::EventWriter::AnyAbandoned()) {
    close(STDOUT_FILENO);
    close(STDERR_FILENO);
    _exit(exit_code);
  }
  return exit_code;
}
