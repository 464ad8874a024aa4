#include "protocol/line_writer.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace servo::protocol {

LineWriter::LineWriter(base::Loop* loop, int fd, Gone on_gone, size_t limit)
    : loop_(loop),
      inherited_fd_(fd),
      fd_(fd),
      limit_(limit),
      on_gone_(std::move(on_gone)) {
  ChooseMechanism();
  if (!gone_) WatchAgain();
}

void LineWriter::ChooseMechanism() {
  struct stat file;
  if (fstat(inherited_fd_, &file) != 0) {
    Fail(absl::ErrnoToStatus(errno, "cannot be written"));
    return;
  }
  if (S_ISREG(file.st_mode)) {
    mechanism_ = Mechanism::kWrite;
    can_hang_up_ = false;
  } else if (S_ISSOCK(file.st_mode)) {
    mechanism_ = Mechanism::kSend;
  } else if (S_ISFIFO(file.st_mode) || isatty(inherited_fd_)) {
    own_fd_.Reset(open(absl::StrCat("/proc/self/fd/", inherited_fd_).c_str(),
                       O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (!own_fd_.valid()) return;
    fd_ = own_fd_.get();
    mechanism_ = Mechanism::kWrite;
  }
}

void LineWriter::Write(JsonLine line, Keep keep) {
  if (gone_) {
    lost_ = true;
    return;
  }
  if (keep == Keep::kWithinLimit) limited_bytes_ += line.size();
  queue_.push_back({.source = std::move(line), .keep = keep});
  Flush();
  if (gone_) return;
  DropSuperseded();
  DropBeyondLimit();
  WatchAgain();
}

void LineWriter::Flush() {
  size_t pieces = kBytesPerTurn / kPieceBytes;
  while (!queue_.empty()) {
    Line& line = queue_.front();
    if (line.written == line.piece.size()) {
      if (pieces-- == 0) return;
      line.piece = line.source.Next(kPieceBytes);
      line.written = 0;
    }
    if (!WritePiece(&line)) return;
    if (line.source.done() && line.written == line.piece.size()) Remove(0);
  }
}

// Writes some of the piece; false if it has to wait, or never can be written.
bool LineWriter::WritePiece(Line* line) {
  const ssize_t written =
      WriteSome(absl::string_view(line->piece).substr(line->written));
  if (written >= 0) {
    line->written += written;
    line->begun = line->begun || written > 0;
    return true;
  }
  if (errno == EINTR) return true;
  if (errno != EAGAIN && errno != EWOULDBLOCK)
    Fail(absl::ErrnoToStatus(errno, "cannot be written"));
  return false;
}

ssize_t LineWriter::WriteSome(absl::string_view bytes) {
  switch (mechanism_) {
    case Mechanism::kWrite:
      return write(fd_, bytes.data(), bytes.size());
    case Mechanism::kSend:
      return send(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    case Mechanism::kPollFirst:
      break;
  }
  pollfd poll_now = {fd_, POLLOUT, 0};
  int ready = poll(&poll_now, 1, /*timeout=*/0);
  if (ready < 0) return -1;
  if (ready == 0) {
    errno = EAGAIN;
    return -1;
  }
  return write(fd_, bytes.data(), std::min<size_t>(bytes.size(), PIPE_BUF));
}

void LineWriter::Remove(size_t index) {
  const Line& line = queue_[index];
  if (line.keep == Keep::kWithinLimit) limited_bytes_ -= line.source.size();
  queue_.erase(queue_.begin() + static_cast<ptrdiff_t>(index));
}

// A line that was begun is always finished.
void LineWriter::DropSuperseded() {
  if (queue_.size() < 2) return;
  const size_t before_newest = queue_.size() - 2;
  const Line& line = queue_[before_newest];
  if (line.keep == Keep::kWhileNewest && !line.begun) Remove(before_newest);
}

void LineWriter::DropBeyondLimit() {
  size_t newest = queue_.size();
  while (newest > 0 && queue_[newest - 1].keep != Keep::kWithinLimit) --newest;
  size_t index = 0;
  while (limited_bytes_ > limit_ && index + 1 < newest) {
    const Line& line = queue_[index];
    if (line.keep == Keep::kWithinLimit && !line.begun) {
      --newest;
      Remove(index);
      ++dropped_;
    } else {
      ++index;
    }
  }
}

void LineWriter::WatchAgain() {
  const short events = queue_.empty() ? 0 : POLLOUT;
  if (events == 0 && !can_hang_up_) {
    watch_.Reset();
    return;
  }
  if (watch_.active() && events == watched_events_) return;
  watched_events_ = events;
  watch_ = loop_->Watch(fd_, events, [this](short revents) {
    if (revents & (POLLERR | POLLHUP | POLLNVAL)) {
      Fail(absl::UnavailableError("has no reader any more"));
      return;
    }
    Flush();
    if (!gone_) WatchAgain();
  });
}

void LineWriter::Fail(absl::Status why) {
  gone_ = true;
  lost_ = !queue_.empty();
  queue_.clear();
  limited_bytes_ = 0;
  watch_.Reset();
  if (!on_gone_) return;
  report_gone_ =
      loop_->After(absl::ZeroDuration(), [this, why = std::move(why)] {
        Gone on_gone = std::move(on_gone_);
        on_gone(why);
      });
}

}  // namespace servo::protocol
