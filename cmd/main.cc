// `measure`: runs the tasks of its configuration around a measurement.

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "base/loop.h"
#include "cmd/extract.h"
#include "cmd/inspection.h"
#include "cmd/measure_driver.h"
#include "cmd/version.h"
#include "config/keys.h"
#include "protocol/command_line.h"
#include "protocol/driver_main.h"
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

int UsageError(const char* message) {
  std::fprintf(stderr, "measure: %s\n", message);
  return protocol::kExitUsage;
}

int Extract(const protocol::Arguments& arguments, absl::string_view section) {
  if (!arguments.Has("output")) {
    return UsageError("--extract needs --output=FILE");
  }
  return ExtractFromSaved(ConfigPlaces(arguments), std::string(section),
                          {.task = arguments.Value("extract"),
                           .output_path = arguments.Value("output"),
                           .stderr_path = arguments.Value("stderr")});
}

int Inspect(const protocol::Arguments& arguments, absl::string_view section) {
  if (arguments.Has("schema")) return PrintSchema();
  if (arguments.Has("extract")) return Extract(arguments, section);
  if (arguments.Has("config") && !arguments.files.empty()) {
    return UsageError("name files after --check, or one by --config, not both");
  }
  const std::string format = arguments.Value("format");
  if (arguments.Has("format") && format != "text" && format != "json") {
    return UsageError("--format is text or json");
  }
  const Inspection inspection = {.places = ConfigPlaces(arguments),
                                 .files = arguments.files,
                                 .strict = arguments.Has("strict"),
                                 .section = std::string(section),
                                 .format = format == "json"
                                               ? Inspection::Format::kJson
                                               : Inspection::Format::kText};
  return arguments.Has("dry-run") ? PrintDryRun(inspection)
                                  : CheckConfig(inspection);
}

}  // namespace
}  // namespace servo::cmd

int main(int argc, char** argv) {
  using namespace servo;
  const std::string section = cmd::SectionName(argc, argv);
  return protocol::DriverMain(
      cmd::MeasureProgram(), argc, argv,
      [&section](const protocol::Arguments& arguments, base::Loop* loop) {
        return std::make_unique<cmd::MeasureDriver>(
            loop, cmd::ConfigPlaces(arguments), section,
            arguments.Has("strict"));
      },
      [&section](const protocol::Arguments& arguments) {
        return cmd::Inspect(arguments, section);
      });
}
