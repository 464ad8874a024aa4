// The pace of progress lines (contract.md section 1).
#ifndef PROTOCOL_PACER_H_
#define PROTOCOL_PACER_H_

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"
#include "base/loop.h"

namespace servo::protocol {

// Lines are at least this far apart. The core answers each line with a signal
// once it has cancelled, and the aggregator dies of two that come close
// together.
inline constexpr absl::Duration kPace = absl::Seconds(1);

// A line is due this long after the last one, whatever else goes on: the answer
// to it is how the core tells of a cancel.
inline constexpr absl::Duration kBeat = absl::Seconds(20);

// Decides when progress lines are sent and which messages each of them carries.
//
// The first line goes out at once, each further one at least kPace after the
// last. Of stages that wait only the newest is kept; all other messages are
// kept, in their order, and share the next line. After Quiet() only beats are
// sent; messages wait until Flush(), which keeps the distance then.
//
// Lives on the loop's thread. Destruction drops what waits.
class Pacer {
 public:
  // What a line is for: a message that must arrive, or one that a newer line
  // makes worthless.
  enum class Kind { kNews, kState };

  // Sends one line now. `messages` has at least one element; they share the
  // line.
  using Send =
      absl::AnyInvocable<void(std::vector<std::string> messages, Kind kind)>;
  using Activity = absl::AnyInvocable<std::string()>;

  // How many bytes of messages wait at most, the newest one not counted.
  static constexpr size_t kDefaultLimit = 16 * 1024 * 1024;

  // `activity` tells what is going on, for a beat. `loop` outlives the pacer.
  Pacer(base::Loop* loop, Send send, Activity activity,
        size_t limit = kDefaultLimit);

  void Stage(std::string message);
  void Notify(std::string message);

  // Sends nothing but beats from now on, until Flush().
  void Quiet();

  // Sends the messages that wait, in one line, and then calls `done`; nothing
  // is sent any more after that. A stage that waits alone is dropped. All this
  // before it returns, unless the pacer is quiet and such a line would come too
  // soon: then from the loop, kPace after the last line.
  void Flush(absl::AnyInvocable<void()> done);

  // Flush() need not wait any longer, nor one that comes later.
  void Hurry();

  // How many messages were dropped because too many bytes waited.
  int dropped() const { return dropped_; }

 private:
  struct Waiting {
    std::string message;
    bool is_stage;
  };

  void Add(std::string message, bool is_stage);
  void DropStage();
  void DropBeyondLimit();
  void SendWaiting();
  void OnPace();
  void FinishFlush();
  void ArmTimers();
  void Beat();

  base::Loop* const loop_;
  Send send_;
  Activity activity_;
  const size_t limit_;
  std::deque<Waiting> waiting_;
  size_t waiting_bytes_ = 0;
  int dropped_ = 0;
  bool quiet_ = false;
  bool hurried_ = false;
  bool flushed_ = false;
  absl::AnyInvocable<void()> flush_done_;  // while Flush() waits
  base::Loop::Registration pace_;  // active while a line would come too soon
  base::Loop::Registration beat_;
};

}  // namespace servo::protocol

#endif  // PROTOCOL_PACER_H_
