// What the core sees of a driver: everything between the parsed command line
// and the exit code.
#ifndef PROTOCOL_RUN_MAIN_H_
#define PROTOCOL_RUN_MAIN_H_

#include "absl/status/status.h"
#include "base/loop.h"
#include "protocol/command_line.h"
#include "protocol/driver.h"
#include "protocol/signals.h"
#include "protocol/standard_streams.h"

namespace servo::protocol {

// Does what `arguments` ask for and returns the program's exit code
// (exit_codes.h). All modes but kOther and kRun, which are the
// caller's own.
//
// --info, --describe, --help and --version write their text to stdout: 0, or 1
// if it could not be written or if the driver could not describe itself.
//
// Measuring:
//  * Signals and the reader of stdout are watched from the first moment; then
//    the request is read to its end, at most kMaxRequestBytes. What is wrong
//    with it is answered as "bad-request" and the driver not called. Where
//    stdin is a terminal, a line on stderr tells the person what is read.
//  * `driver->Measure()` begins after a first progress line. What the driver
//    reports follows at the pace of pacer.h, and a line is sent kBeat after the
//    last one, whatever else goes on. What waits at the end goes out in one
//    line before the answer. After a cancel only the beats are sent until then,
//    and that line comes a second after the last one, unless somebody hurries.
//  * The signals of signals.h, and the loss of stdout (no reader, a full disk),
//    lead to `driver->Cancel()`, once; of the signals SIGTERM and SIGINT, the
//    second one of either kind, and each after it, to `driver->Hurry()`. A
//    signal before measuring began ends it at once.
//  * The driver's answer is the last line. After a cancel an answer that is ok
//    or has the reason "cancelled" becomes the cancel's: "Exiting due to
//    signal: SIGUSR1", exit code 3. One that failed for another reason stays:
//    the driver says so that it had failed of its own accord before, and what
//    failed is worth more to the reader than that others then cancelled.
//  * Once the answer is given, the program waits until it was read; a SIGTERM
//    or SIGINT, the loss of stdout, and 30 s after a cancel end the wait, exit
//    code 3.
//  * An exception from a callback is an internal error, which is the answer
//    unless a cancel came before: `driver->Cancel()`, then the loop goes on;
//    a second one leads to `driver->Hurry()`, a third, or 240 s without an
//    answer, to an answer without the driver's. The same at once if Measure()
//    itself throws.
//
// stderr gets warnings and, with --verbose, details. `signals` listens on
// `loop`; everything is called on the calling thread. BlockSignals() was called
// before.
int RunMain(const Program& program, const Arguments& arguments,
            const Streams& streams, base::Loop* loop, SignalSource* signals,
            Driver* driver);

// Tells the person what is wrong with the command line, on stderr, and returns
// kExitUsage.
int UsageError(const Program& program, const absl::Status& error,
               const Streams& streams);

}  // namespace servo::protocol

#endif  // PROTOCOL_RUN_MAIN_H_
