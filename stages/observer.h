// Who hears what a run does.
#ifndef STAGES_OBSERVER_H_
#define STAGES_OBSERVER_H_

#include <string>

namespace servo::stages {

// Called on the loop's thread; must not call back into the engine. The texts
// may hold any bytes that tasks printed, as valid UTF-8.
class Observer {
 public:
  virtual ~Observer() = default;

  // A stage or the window begins.
  virtual void OnStage(const std::string& message) { OnMessage(message); }

  // Something that the person who started the measurement should read at once:
  // a notification, a background task that ended early.
  virtual void OnMessage(const std::string& message) = 0;

  // A failure that does not fail the run: of `post`, or of a task with
  // `ignore_exitcode`.
  virtual void OnWarning(const std::string& message) = 0;

  // What one wants to see only when looking closely: each attempt's start and
  // end.
  virtual void OnDetail(const std::string& message) = 0;
};

}  // namespace servo::stages

#endif  // STAGES_OBSERVER_H_
