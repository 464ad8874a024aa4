// What a measure driver implements; RunMain() does the rest of the servo
// protocol for it.
#ifndef PROTOCOL_DRIVER_H_
#define PROTOCOL_DRIVER_H_

#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"
#include "protocol/messages.h"
#include "protocol/request.h"

namespace servo::protocol {

// Where a driver's words go while it measures. Called on the loop's thread;
// never blocks, and calls nothing of the driver but Driver::Progress().
class Reporter {
 public:
  virtual ~Reporter() = default;

  // Sends a progress line with Driver::Progress() and `message` now. After the
  // answer it does nothing. The core turns each line into an HTTP request of
  // its own: one for each thing that a person wants to hear of, no more.
  virtual void Progress(absl::string_view message) = 0;

  // Writes one line to stderr: a warning always, a detail only with --verbose.
  // The core shows stderr to a person when the measurement fails: no secrets.
  virtual void Warn(absl::string_view message) = 0;
  virtual void Detail(absl::string_view message) = 0;
};

// One measurement of one driver. RunMain() calls everything on its loop's
// thread: Describe() alone, or Measure() once and then Progress(), Activity(),
// Cancel() and Hurry() until `done` has been called.
class Driver {
 public:
  // What measuring is for, and where it reports to.
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
  // object; empty by default.
  virtual nlohmann::json Describe() { return nlohmann::json::object(); }

  // Begins to measure and returns. From here on the cleanup is the driver's own
  // duty, on every way out.
  virtual void Measure(const Session& session, Done done) = 0;

  // Asks for the measurement to end early, `cause` being "SIGUSR1" and the
  // like; `done` is still to be called once everything is cleaned up. May come
  // repeatedly. What to answer: Answer::Cancelled(), or the failure if one had
  // happened before.
  virtual void Cancel(absl::string_view cause) = 0;

  // A second, impatient request: skip what can be skipped, leave nothing
  // running. May come without a Cancel() before it, and repeatedly.
  virtual void Hurry(absl::string_view cause) { Cancel(cause); }

  // How far the measurement is, 0..100, for the progress lines; what falls is
  // raised to the highest value sent.
  virtual int Progress() const = 0;

  // What is going on, for the beat that is sent when nothing else was for 30 s.
  virtual std::string Activity() const = 0;
};

}  // namespace servo::protocol

#endif  // PROTOCOL_DRIVER_H_
