// Where the lines of events.jsonl go.
#ifndef REPORT_EVENT_SINK_H_
#define REPORT_EVENT_SINK_H_

#include <string>

namespace servo::report {

// Takes lines. Called on the loop's thread; never blocks.
class EventSink {
 public:
  enum class Taken {
    kYes,
    kQueueFull,  // what was taken before waits to be written: later ones may go
    kFileFull,   // only the last words still have room
    kNever,      // nothing can be written any more
  };

  virtual ~EventSink() = default;

  // Takes `line`, which ends with a line break. The last words, at the end of
  // the run, have room that is kept for them.
  virtual Taken Write(std::string line, bool last_words) = 0;
};

}  // namespace servo::report

#endif  // REPORT_EVENT_SINK_H_
