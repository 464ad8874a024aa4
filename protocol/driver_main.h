// The whole main() of a driver.
#ifndef PROTOCOL_DRIVER_MAIN_H_
#define PROTOCOL_DRIVER_MAIN_H_

#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "base/loop.h"
#include "protocol/command_line.h"
#include "protocol/driver.h"
#include "protocol/exit_codes.h"
#include "protocol/signals.h"
#include "protocol/standard_streams.h"

namespace servo::protocol {

// Makes the driver that the command line asks for, on a loop that outlives it.
using MakeDriver = absl::FunctionRef<std::unique_ptr<Driver>(
    const Arguments& arguments, base::Loop* loop)>;

// Runs a driver by hand (hand_run.h), as an option with Option::is_run asks
// for, and returns the program's exit code. `name` is what the program was
// called.
using RunByHand = absl::FunctionRef<int(
    const std::string& name, const Arguments& arguments, const Streams& streams,
    base::Loop* loop, SignalSource* signals)>;

// Does what an option with Option::is_mode asks for, without loop and driver,
// and returns the program's exit code. `name` is what the program was called.
using RunMode =
    absl::FunctionRef<int(const std::string& name, const Arguments& arguments)>;

// Prepares the process (standard streams, signals), reads the command line,
// makes the driver on an event loop and runs it as RunMain() says; returns the
// program's exit code. To be called from main(), before anything else:
//
//   int main(int argc, char** argv) {
//     return servo::protocol::DriverMain(
//         {.name = "measure", .version = "1.0.0", .summary = "Measures."},
//         argc, argv, [](const auto& arguments, servo::base::Loop* loop) {
//           return std::make_unique<MyDriver>(loop);
//         });
//   }
//
// Help, usage errors and the lines on stderr call the program as it was called
// itself (argv[0] without directories).
//
// While `run_mode` runs, signals have their default effects, SIGPIPE apart,
// which stays ignored.
int DriverMain(const Program& program, int argc, char** argv,
               MakeDriver make_driver, RunMode run_mode, RunByHand run_by_hand);

// The same for a program that is not run by hand.
int DriverMain(const Program& program, int argc, char** argv,
               MakeDriver make_driver, RunMode run_mode);

// The same for a program without modes of its own.
int DriverMain(const Program& program, int argc, char** argv,
               MakeDriver make_driver);

// The same for a driver that needs nothing but the loop:
//
//   return servo::protocol::DriverMain<MyDriver>({.name = ...}, argc, argv);
template <typename DriverType>
int DriverMain(const Program& program, int argc, char** argv) {
  return DriverMain(program, argc, argv,
                    [](const Arguments&, base::Loop* loop) {
                      return std::make_unique<DriverType>(loop);
                    });
}

}  // namespace servo::protocol

#endif  // PROTOCOL_DRIVER_MAIN_H_
