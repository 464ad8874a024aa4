#include <memory>

#include "base/loop.h"
#include "load_driver.h"
#include "protocol/command_line.h"
#include "protocol/driver_main.h"

int main(int argc, char** argv) {
  using namespace servo;
  return protocol::DriverMain(
      {.name = "measure",
       .version = "1.0.0",
       .summary = "Puts HTTP load on a URL, and reports throughput, errors and "
                  "latency.",
       .options = {{.name = "config",
                    .value = "FILE",
                    .help = "The configuration, with a section http_load."}}},
      argc, argv, [](const protocol::Arguments& arguments, base::Loop* loop) {
        const auto config = arguments.options.find("config");
        return std::make_unique<http_load::LoadDriver>(
            loop, config == arguments.options.end() ? "" : config->second);
      });
}
