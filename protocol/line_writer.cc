#include "protocol/line_writer.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
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

void LineWriter::Write(std::string line, Keep keep) {
  if (gone_) {
    lost_ = true;
    return;
  }
  queue_.push_back({std::move(line), 0, keep});
  Flush();
  if (gone_) return;
  MakeRoom();
  WatchAgain();
}

void LineWriter::Flush() {
  while (!queue_.empty()) {
    Line& line = queue_.front();
    ssize_t written =
        WriteSome(absl::string_view(line.text).substr(line.written));
    if (written < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN && errno != EWOULDBLOCK)
        Fail(absl::ErrnoToStatus(errno, "cannot be written"));
      return;
    }
    line.written += written;
    if (line.written == line.text.size()) queue_.pop_front();
  }
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

// Drops what need not wait. A line that was begun is always finished.
void LineWriter::MakeRoom() {
  size_t waiting = 0;
  for (auto line = queue_.rbegin(); line != queue_.rend(); ++line) {
    if (line->keep == Keep::kWithinLimit) waiting += line->text.size();
  }
  for (auto line = queue_.begin(); line != queue_.end();) {
    const bool superseded =
        line->keep == Keep::kWhileNewest && std::next(line) != queue_.end();
    const bool too_much = line->keep == Keep::kWithinLimit && waiting > limit_;
    if (line->written > 0 || (!superseded && !too_much)) {
      ++line;
      continue;
    }
    if (too_much) {
      waiting -= line->text.size();
      ++dropped_;
    }
    line = queue_.erase(line);
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
  watch_.Reset();
  if (!on_gone_) return;
  report_gone_ =
      loop_->After(absl::ZeroDuration(), [this, why = std::move(why)] {
        Gone on_gone = std::move(on_gone_);
        on_gone(why);
      });
}

}  // namespace servo::protocol
