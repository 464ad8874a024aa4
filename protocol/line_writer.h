// Writing whole lines to a descriptor whose reader may be slow, stuck or gone,
// without ever stalling the loop.
#ifndef PROTOCOL_LINE_WRITER_H_
#define PROTOCOL_LINE_WRITER_H_

#include <sys/types.h>

#include <cstddef>
#include <deque>
#include <string>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/loop.h"
#include "base/unique_fd.h"
#include "protocol/json_line.h"

namespace servo::protocol {

// Writes lines in order. A line of at most kPieceBytes is written with one
// write(2) if the kernel takes it whole (an empty pipe does; a full one cuts,
// and the rest follows); a longer line is written in such pieces, made only
// when they are due. Lines that the descriptor does not take now wait in a
// queue.
//
// The descriptor was inherited and its file description is shared with other
// processes, so O_NONBLOCK is never set on it: a pipe or terminal is opened
// anew through /proc/self/fd for a description of our own, a socket is written
// with MSG_DONTWAIT, a regular file does not block. Where opening anew fails,
// each write is preceded by poll(2) and limited to PIPE_BUF bytes (4 KiB),
// which do not block then.
//
// Lives on the loop's thread; SIGPIPE must be ignored or blocked. Destruction
// drops what was not written.
class LineWriter {
 public:
  // What may happen to a line while the reader is stuck.
  enum class Keep {
    kWhileNewest,  // dropped as soon as another line is queued behind it
    kWithinLimit,  // dropped, the oldest first, when too many bytes wait;
                   // the newest of them stays
    kAlways,
  };
  using Gone = absl::AnyInvocable<void(const absl::Status& why)>;

  // How many bytes of kWithinLimit lines wait at most.
  static constexpr size_t kDefaultLimit = 4 * 1024 * 1024;

  // What a pipe holds unless it was changed.
  static constexpr size_t kPieceBytes = 64 * 1024;

  // How much is written before the loop turns, however fast the reader is.
  static constexpr size_t kBytesPerTurn = 1024 * 1024;

  // `fd` stays the caller's and open until destruction. `on_gone` is called
  // once, from the loop and never from inside Write(), when lines can't be
  // written any more: the reader is gone (noticed at once, without a write, for
  // pipes, sockets and terminals), or write(2) fails otherwise; `why` says
  // which. May be null.
  LineWriter(base::Loop* loop, int fd, Gone on_gone,
             size_t limit = kDefaultLimit);
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  // Writes `line`, which ends with a line break, now or as soon as the
  // descriptor takes it. Lost once the reader is gone.
  void Write(JsonLine line, Keep keep);
  void Write(std::string line, Keep keep) {
    Write(JsonLine(std::move(line)), keep);
  }

  // Whether nothing waits: all was written or dropped.
  bool idle() const { return queue_.empty(); }

  bool gone() const { return gone_; }

  // Whether a line was lost because nobody can read it any more.
  bool lost() const { return lost_; }

  // How many kWithinLimit lines were dropped because too many waited.
  int dropped() const { return dropped_; }

 private:
  enum class Mechanism { kWrite, kSend, kPollFirst };
  struct Line {
    JsonLine source;
    Keep keep;
    std::string piece = {};  // of it, which is being written
    size_t written = 0;      // of the piece
    bool begun = false;      // and must be finished
  };

  void ChooseMechanism();
  void Flush();
  bool WritePiece(Line* line);
  ssize_t WriteSome(absl::string_view bytes);
  void Remove(size_t index);
  void DropSuperseded();
  void DropBeyondLimit();
  void WatchAgain();
  void Fail(absl::Status why);

  base::Loop* const loop_;
  const int inherited_fd_;
  base::UniqueFd own_fd_;  // of our own description, where there is one
  int fd_;                 // that is written to: own_fd_ or inherited_fd_
  Mechanism mechanism_ = Mechanism::kPollFirst;
  bool can_hang_up_ = true;  // whether poll(2) tells that the reader is gone
  const size_t limit_;
  Gone on_gone_;
  std::deque<Line> queue_;
  size_t limited_bytes_ = 0;  // of the kWithinLimit lines in it
  int dropped_ = 0;
  bool gone_ = false;
  bool lost_ = false;
  short watched_events_ = 0;
  base::Loop::Registration watch_;
  base::Loop::Registration report_gone_;
};

}  // namespace servo::protocol

#endif  // PROTOCOL_LINE_WRITER_H_
