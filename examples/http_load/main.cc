#include <memory>
#include <string>

#include "base/loop.h"
#include "http/curl_client.h"
#include "load_config.h"
#include "load_driver.h"
#include "protocol/command_line.h"
#include "protocol/driver_main.h"
#include "yaml/inspection.h"

int main(int argc, char** argv) {
  using namespace servo;
  const protocol::Program program = {
      .name = "measure",
      .version = "1.0.0",
      .summary =
          "Puts HTTP load on a URL, and reports throughput, errors and "
          "latency.",
      .options = {
          {.name = "config",
           .value = "FILE",
           .help = "The configuration, with a section http_load."},
          {.name = "check",
           .help = "Check the section http_load of the configuration, or of "
                   "each FILE (- is stdin): tell every problem on stderr, and "
                   "print what it says if there is none.",
           .is_mode = true,
           .files = "FILE"},
          {.name = "dry-run",
           .help = "The same, but print all that a run would go by, with all "
                   "defaults filled in.",
           .is_mode = true,
           .files = "FILE"},
          {.name = "schema",
           .help = "Print the JSON Schema of the section, for editors.",
           .is_mode = true}}};
  return protocol::DriverMain(
      program, argc, argv,
      [](const protocol::Arguments& arguments, base::Loop* loop) {
        const std::string path = arguments.Value("config");
        return std::make_unique<http_load::LoadDriver>(
            loop, http::NewCurlClient(loop, "http_load/1.0.0"),
            [path] { return http_load::ReadLoadConfig(path); });
      },
      [](const std::string& name, const protocol::Arguments& arguments) {
        if (arguments.Has("schema")) {
          return yaml::Print(name, http_load::LoadSchema());
        }
        return http_load::InspectLoadConfig(
            name, arguments.Value("config"), arguments.files,
            arguments.Has("dry-run") ? yaml::Values::kAll
                                     : yaml::Values::kGiven);
      });
}
