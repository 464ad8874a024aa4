// The whole main() of a driver.
#ifndef PROTOCOL_DRIVER_MAIN_H_
#define PROTOCOL_DRIVER_MAIN_H_

#include <memory>

#include "absl/functional/function_ref.h"
#include "base/loop.h"
#include "protocol/command_line.h"
#include "protocol/driver.h"

namespace servo::protocol {

// Prepares the process (standard streams, signals), reads the command line,
// makes the driver on an event loop and runs it as RunMain() says; returns the
// program's exit code. To be called from main(), before anything else, by a
// driver without modes of its own:
//
//   int main(int argc, char** argv) {
//     return servo::protocol::DriverMain(
//         {.name = "measure", .version = "1.0.0", .summary = "Measures."},
//         argc, argv, [](const Arguments&, servo::base::Loop* loop) {
//           return std::make_unique<MyDriver>(loop);
//         });
//   }
//
// The loop outlives the driver.
int DriverMain(
    const Program& program, int argc, char** argv,
    absl::FunctionRef<std::unique_ptr<Driver>(const Arguments&, base::Loop*)>
        make_driver);

}  // namespace servo::protocol

#endif  // PROTOCOL_DRIVER_MAIN_H_
