// One run of a driver: how it is asked to end early, and what its answer is
// then.
#ifndef PROTOCOL_DRIVER_RUN_H_
#define PROTOCOL_DRIVER_RUN_H_

#include <exception>
#include <optional>
#include <string>

#include "absl/base/attributes.h"
#include "absl/functional/any_invocable.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/loop.h"
#include "protocol/cancel_cause.h"
#include "protocol/driver.h"
#include "protocol/log.h"
#include "protocol/messages.h"

namespace servo::protocol {

// How long a driver may still take once an exception has hit it: less than the
// 300 s after which the aggregator kills.
inline constexpr absl::Duration kInternalErrorGrace = absl::Seconds(240);

// How long the program waits at its end for a slow reader of stderr.
inline constexpr absl::Duration kLogGrace = absl::Seconds(1);

// Whether `signal` is one whose repetition means that somebody is impatient:
// SIGTERM or SIGINT.
bool IsImpatient(int signal);

// The rules of a run that all who run a driver share, for the core
// (measurement.h) and for a person (hand_run.h); run_main.h tells them. Calls
// the driver on the loop's thread.
class DriverRun {
 public:
  struct Hooks {
    // The first cancel, before the driver hears of it.
    absl::AnyInvocable<void(const CancelCause&)> on_cancel;

    // The answer that is to be given, and the program's exit code. Once.
    absl::AnyInvocable<void(Answer, int exit_code)> on_answer;
  };

  // All must outlive the run. Once it is destroyed the driver must not call its
  // `done` any more.
  DriverRun(base::Loop* loop, Driver* driver ABSL_ATTRIBUTE_LIFETIME_BOUND,
            Reporter* reporter ABSL_ATTRIBUTE_LIFETIME_BOUND, Hooks hooks);
  DriverRun(const DriverRun&) = delete;
  DriverRun& operator=(const DriverRun&) = delete;

  // Begins the driver's measurement. Throws what Driver::Measure() throws,
  // which OnException() then takes for an answer.
  void Begin(std::string app_id, const Control& control);

  // Answers without the driver: it was not begun.
  void Refuse(Answer answer);

  // A signal came. Cancels, and from the second impatient one on hurries.
  void OnSignal(int signal);

  // Once; repeats do nothing. Before the driver was begun this ends the run.
  void Cancel(const CancelCause& cause);

  // Something threw while the loop turned. The first time the driver is asked
  // to cancel, the second time to hurry, the third time it is given up.
  void OnException(absl::string_view what);

  bool begun() const { return begun_; }
  bool answered() const { return answered_; }
  bool cancelled() const { return cancel_cause_.has_value(); }
  // Whether somebody is impatient.
  bool hurried() const { return impatient_signals_ > 1; }
  int exceptions() const { return exceptions_; }

 private:
  void OnDone(Answer answer);
  void GiveUp();
  void Settle(Answer answer, int exit_code);
  void TellDriver(const Answer& answer);
  Answer Cancelled() const;

  base::Loop* const loop_;
  Driver* const driver_;
  Reporter* const reporter_;
  Hooks hooks_;
  bool begun_ = false;
  bool answered_ = false;
  int impatient_signals_ = 0;
  int exceptions_ = 0;
  std::optional<CancelCause> cancel_cause_;
  std::optional<std::string> internal_error_;
  base::Loop::Registration give_up_;
};

// Calls Driver::AfterAnswer(); what goes wrong becomes a warning that begins
// with `prefix`. To be called when TurnUntilOver() has returned. Waits, for a
// moment at most, until the warning is written.
void TellAfterAnswer(Driver* driver, base::Loop* loop, Log* log,
                     absl::string_view prefix = "");

// Turns the loop until `front`, which runs a driver, is over; hands to it what
// is thrown meanwhile. Returns the program's exit code.
template <typename Front>
int TurnUntilOver(base::Loop* loop, Front* front) {
  while (!front->over()) {
    try {
      loop->RunOnce();
    } catch (const std::exception& error) {
      front->OnException(error.what());
    } catch (...) {
      front->OnException("unknown exception");
    }
  }
  return front->exit_code();
}

}  // namespace servo::protocol

#endif  // PROTOCOL_DRIVER_RUN_H_
