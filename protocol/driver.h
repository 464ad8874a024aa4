// What a measure driver implements; RunMain() does the rest of the servo
// protocol for it.
#ifndef PROTOCOL_DRIVER_H_
#define PROTOCOL_DRIVER_H_

#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"
#include "protocol/cancel_cause.h"
#include "protocol/messages.h"
#include "protocol/request.h"

namespace servo::protocol {

// Takes what a driver has to say while it measures. Called on the loop's
// thread; never blocks, and calls nothing of the driver but Driver::Progress().
//
// Progress lines keep a pace (pacer.h): what is said faster waits, and several
// messages may share a line. After the answer nothing is sent any more. Texts
// may hold any bytes; ill-formed UTF-8 becomes U+FFFD. The core shows them to
// people: no secrets.
class Reporter {
 public:
  virtual ~Reporter() = default;

  // Tells what begins now; with --verbose also on stderr, at once. Of several
  // that wait only the newest is sent.
  virtual void Stage(std::string message) = 0;

  // Sends a message that is never dropped for a newer one.
  virtual void Notify(std::string message) = 0;

  // Writes a warning to stderr, at once, and sends it like Notify(): the core
  // and the aggregator drop stderr when the measurement succeeds. Where much
  // was written to stderr before, it is only sent (measurement.h).
  virtual void Warn(std::string message) = 0;

  // Writes a line to stderr, at once, if --verbose is given.
  virtual void Detail(absl::string_view message) = 0;

  // Whether Detail() writes anything; what costs time to word is asked for only
  // then.
  virtual bool wants_details() const { return true; }
};

// One measurement of one driver. RunMain() calls everything on its loop's
// thread: Describe() alone, or Measure() once and then Progress(), Activity(),
// Cancel() and Hurry() until `done` has been called.
class Driver {
 public:
  // What a measurement is given.
  struct Session {
    std::string app_id;
    Control control;
    Reporter* reporter;  // outlives the measurement, not the driver
  };
  // Gives the answer; called exactly once, never from inside a call of
  // RunMain().
  using Done = absl::AnyInvocable<void(Answer)>;

  virtual ~Driver() = default;

  // The metrics that Measure() can return: name to {"unit": TEXT, ...}. An
  // object; empty by default. An error's message becomes the answer's.
  virtual absl::StatusOr<nlohmann::json> Describe() {
    return nlohmann::json::object();
  }

  // Begins to measure and returns. From here on the cleanup is the driver's own
  // duty, on every way out.
  virtual void Measure(const Session& session, Done done) = 0;

  // Asks the measurement to end early. `done` must still be called, once
  // everything is cleaned up, with Answer::Cancelled(), or with the failure if
  // one happened before. May come repeatedly.
  virtual void Cancel(const CancelCause& cause) = 0;

  // A second, impatient request: skip what can be skipped, leave nothing
  // running. May come without a Cancel() before it, and repeatedly.
  virtual void Hurry(const CancelCause& cause) { Cancel(cause); }

  // How far the measurement is, 0..100, for the progress lines; what falls is
  // raised to the highest value sent.
  virtual int Progress() const = 0;

  // What is going on, for the line that is sent after 20 s without another.
  virtual std::string Activity() const = 0;

  // Hears of the answer that is about to be given, whether the driver gave it,
  // was never begun, or was given up. Called once; an error's message becomes a
  // warning and changes the answer no more.
  virtual absl::Status BeforeAnswer(const Answer&) { return absl::OkStatus(); }

  // The last call of a run: the answer is written, or can't be, and the loop
  // turns no more. For what is made of a run afterwards; nobody waits for it
  // but the end of the program, and what the core does not allow to take long.
  // An error's message becomes a line on stderr.
  virtual absl::Status AfterAnswer() { return absl::OkStatus(); }
};

}  // namespace servo::protocol

#endif  // PROTOCOL_DRIVER_H_
