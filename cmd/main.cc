// `measure`: runs the tasks of its configuration around a measurement.

#include <cstdlib>
#include <memory>

#include "absl/strings/string_view.h"
#include "base/loop.h"
#include "cmd/inspection.h"
#include "cmd/measure_driver.h"
#include "cmd/version.h"
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
           .help = "Check the configuration, tell every problem on stderr, "
                   "and print a short plan if there is none.",
           .is_mode = true},
          {.name = "dry-run",
           .help = "Print what would run, with all defaults filled in.",
           .is_mode = true},
          {.name = "strict",
           .help = "Take the configuration's warnings for errors, also when "
                   "measuring."},
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

int Inspect(const protocol::Arguments& arguments) {
  if (arguments.Has("schema")) return PrintSchema();
  if (arguments.Has("dry-run")) {
    return PrintDryRun(ConfigPlaces(arguments), arguments.Has("strict"));
  }
  return CheckConfig(ConfigPlaces(arguments), arguments.Has("strict"));
}

}  // namespace
}  // namespace servo::cmd

int main(int argc, char** argv) {
  using namespace servo;
  return protocol::DriverMain(
      cmd::MeasureProgram(), argc, argv,
      [](const protocol::Arguments& arguments, base::Loop* loop) {
        return std::make_unique<cmd::MeasureDriver>(
            loop, cmd::ConfigPlaces(arguments), arguments.Has("strict"));
      },
      cmd::Inspect);
}
