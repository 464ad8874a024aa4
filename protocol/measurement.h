// One measurement, from the request on stdin to the last byte of the answer.
#ifndef PROTOCOL_MEASUREMENT_H_
#define PROTOCOL_MEASUREMENT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/loop.h"
#include "protocol/cancel_cause.h"
#include "protocol/driver.h"
#include "protocol/driver_run.h"
#include "protocol/exit_codes.h"
#include "protocol/line_writer.h"
#include "protocol/log.h"
#include "protocol/messages.h"
#include "protocol/pacer.h"
#include "protocol/signals.h"
#include "protocol/standard_streams.h"

namespace servo::protocol {

// How long a cancelled measurement waits for a reader that takes nothing: the
// aggregator reads no line between its cancel and the end of the drivers, so
// that an answer behind much output would wait for its SIGKILL.
inline constexpr absl::Duration kCancelledAnswerGrace = absl::Seconds(30);

// How much is written to stderr, which the core appends to a failure's message:
// warnings beyond it are sent as progress alone.
inline constexpr size_t kStderrBytes = 64 * 1024;

// Speaks with the core on behalf of a driver; what RunMain() runs for
// `measure APP_ID`, and its rules are told there. Everything happens on the
// loop, which the caller turns until over(). An exception that comes out of a
// turn is for the caller to catch and to hand to OnException().
//
// Lives on the loop's thread. What the constructor is given must outlive the
// measurement. Destruction stops everything here; the driver must not call its
// Session's reporter or `done` any more.
class Measurement final : private Reporter {
 public:
  Measurement(base::Loop* loop, const Streams& streams, SignalSource* signals,
              Log* log, Driver* driver, std::string app_id);
  ~Measurement() override;
  Measurement(const Measurement&) = delete;
  Measurement& operator=(const Measurement&) = delete;

  // Something threw while the loop turned.
  void OnException(absl::string_view what);

  // Whether nothing is left to do: the answer was written, or can't be.
  bool over() const;

  // The program's exit code, once over(): 0, 1 or 3.
  int exit_code() const;

 private:
  void Stage(std::string message) override;
  void Notify(std::string message) override;
  void Warn(std::string message) override;
  void Detail(absl::string_view message) override;
  bool wants_details() const override { return log_->verbose(); }

  void ReadInput();
  void Measure(const std::string& input);
  void OnSignal(int signal);
  void OnReaderGone(absl::string_view why);
  void SendProgress(std::vector<std::string> messages, Pacer::Kind kind);
  void Abandon(int exit_code);
  void OnAnswer(Answer answer, int exit_code);
  void WriteAnswer(Answer answer);

  base::Loop* const loop_;
  const int in_;
  SignalSource* const signals_;
  Log* const log_;
  Driver* const driver_;
  const std::string app_id_;

  bool measuring_ = false;  // has begun; also once the answer is given
  std::string input_;
  std::vector<std::string> metrics_;  // that the answer may have; empty: all
  int progress_ = 0;                  // the highest that was sent
  int unlogged_warnings_ = 0;
  bool answer_written_ = false;  // or is being written
  bool abandoned_ = false;       // nobody shall wait for the answer's reader
  int exit_code_ = kExitFailed;

  LineWriter out_;
  Pacer pacer_;
  DriverRun run_;
  base::Loop::Registration input_watch_;
  base::Loop::Registration answer_deadline_;
  base::Loop::Registration log_deadline_;
};

}  // namespace servo::protocol

#endif  // PROTOCOL_MEASUREMENT_H_
