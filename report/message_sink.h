// Where the words about a run go.
#ifndef REPORT_MESSAGE_SINK_H_
#define REPORT_MESSAGE_SINK_H_

#include <string>

namespace servo::report {

// Takes texts for people, of four kinds. Called on the loop's thread; returns
// at once.
class MessageSink {
 public:
  virtual ~MessageSink() = default;

  // What the run does next: a stage or the window begins.
  virtual void Stage(std::string text) = 0;

  // Something that should be read at once: a notification, a background task
  // that ended.
  virtual void Notify(std::string text) = 0;

  // What went wrong without failing the run.
  virtual void Warn(std::string text) = 0;

  // What one wants to see only when looking closely. Asked for only if
  // wants_details().
  virtual void Detail(std::string text) = 0;
  virtual bool wants_details() const = 0;
};

}  // namespace servo::report

#endif  // REPORT_MESSAGE_SINK_H_
