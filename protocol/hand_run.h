// One run that a person has started: without a request on stdin, with words
// instead of JSON lines.
#ifndef PROTOCOL_HAND_RUN_H_
#define PROTOCOL_HAND_RUN_H_

#include <string>

#include "absl/base/attributes.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/loop.h"
#include "protocol/cancel_cause.h"
#include "protocol/driver.h"
#include "protocol/driver_run.h"
#include "protocol/exit_codes.h"
#include "protocol/line_writer.h"
#include "protocol/messages.h"
#include "protocol/signals.h"

namespace servo::protocol {

// What the person sees. Called on the loop's thread; never blocks.
class HandRunDisplay : public Reporter {
 public:
  // The run is asked to end, and the cleanup begins.
  virtual void CleaningUp(const CancelCause& cause) = 0;

  // The run is over: nothing but warnings is shown any more.
  virtual void Close() = 0;

  // What stdout gets at the end.
  virtual std::string Summary(const Answer& answer) = 0;

  // Whether all that was shown is written, or can't be.
  virtual bool idle() const = 0;
};

// Runs a driver for a person. The rules are those of RunMain() for signals, the
// loss of stdout, exceptions and exit codes. stdout gets HandRunDisplay's
// summary at the end, once the display has written what comes before, and
// nothing else.
//
// Lives on the loop's thread; the caller turns the loop (TurnUntilOver()). What
// the constructor is given must outlive the run.
class HandRun {
 public:
  HandRun(base::Loop* loop, int stdout_fd, SignalSource* signals,
          HandRunDisplay* display ABSL_ATTRIBUTE_LIFETIME_BOUND,
          Driver* driver ABSL_ATTRIBUTE_LIFETIME_BOUND);
  ~HandRun();
  HandRun(const HandRun&) = delete;
  HandRun& operator=(const HandRun&) = delete;

  // Begins to measure, in the loop's next turn, so that a signal that waits
  // already is heard first.
  void Begin(std::string app_id, const Control& control);

  void OnException(absl::string_view what);

  // Whether nothing is left to do.
  bool over() const;

  // Once over(): 0, 1 or 3.
  int exit_code() const;

 private:
  void OnSignal(int signal);
  void OnReaderGone(absl::string_view why);
  void OnAnswer(Answer answer, int exit_code);
  void WriteSummary();

  base::Loop* const loop_;
  SignalSource* const signals_;
  HandRunDisplay* const display_;
  DriverRun run_;
  LineWriter out_;
  std::string summary_;
  bool summary_written_ = false;
  bool abandoned_ = false;  // nobody shall wait for the reader of stdout
  int exit_code_ = kExitFailed;
  absl::Duration answered_at_;
  base::Loop::Registration next_;  // the begin, then the wait for the display
};

}  // namespace servo::protocol

#endif  // PROTOCOL_HAND_RUN_H_
