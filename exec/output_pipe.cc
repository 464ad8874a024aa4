#include "exec/output_pipe.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "absl/strings/string_view.h"

namespace servo::exec {
namespace {

// How much is read of one pipe in one turn of the loop, so that timers and
// signals are heard during a flood.
constexpr size_t kTurnBytes = 1024 * 1024;

// More than this without a pause is a flood: what a pipe holds as it is made
// (pipe(7)).
constexpr size_t kFloodBytes = 64 * 1024;

// How long a flood is left alone after each look at it. In that time it fills
// much of its enlarged pipe: a few large reads instead of one for each write,
// and a writer that need not wake anyone.
constexpr absl::Duration kRest = absl::Microseconds(100);

// What a flooding writer is given. It is the most that an unprivileged user may
// ask for, and only for floods, since all pipes of a user count against one
// limit.
constexpr int kFloodCapacity = 1024 * 1024;

}  // namespace

OutputPipe::OutputPipe(base::Loop* loop, base::UniqueFd fd, size_t limit,
                       std::vector<char>* buffer)
    : loop_(loop), fd_(std::move(fd)), captured_(limit), buffer_(buffer) {
  Watch();
}

void OutputPipe::Watch() {
  watch_ = loop_->Watch(fd_.get(), POLLIN, [this](short) { ReadSome(); });
}

size_t OutputPipe::Read(size_t most) {
  most = std::min(most, buffer_->size());
  ssize_t size;
  do {
    size = read(fd_.get(), buffer_->data(), most);
  } while (size < 0 && errno == EINTR);
  if (size < 0 && errno == EAGAIN) return 0;
  if (size <= 0) {
    Close();
    return 0;
  }
  captured_.Append(absl::string_view(buffer_->data(), size));
  return static_cast<size_t>(size);
}

void OutputPipe::ReadSome() {
  if (loop_->Now() - last_read_ > 2 * kRest) burst_ = 0;
  size_t total = 0;
  while (total < kTurnBytes) {
    const size_t size = Read(buffer_->size());
    total += size;
    if (size < buffer_->size()) break;  // that was all
  }
  burst_ += total;
  last_read_ = loop_->Now();
  if (!open()) {
    if (closed_ != nullptr) std::exchange(closed_, nullptr)();
  } else if (total > 0 && burst_ > kFloodBytes && Enlarge()) {
    resting_ = true;
    watch_ = loop_->After(kRest, [this] { ReadSome(); });
  } else if (std::exchange(resting_, false)) {
    Watch();
  }
}

bool OutputPipe::Enlarge() {
  if (!enlarged_.has_value()) {
    enlarged_ = fcntl(fd_.get(), F_SETPIPE_SZ, kFloodCapacity) > 0;
  }
  return *enlarged_;
}

void OutputPipe::Drain() {
  if (!open()) return;
  const size_t size = Read(buffer_->size());
  int more = 0;
  if (size == buffer_->size()) ioctl(fd_.get(), FIONREAD, &more);
  while (more > 0) {
    const size_t next = Read(static_cast<size_t>(more));
    if (next == 0) return;
    more -= static_cast<int>(next);
  }
  // Sees the end, if that was all.
  if (open() && size > 0) Read(buffer_->size());
}

base::Captured OutputPipe::Take() {
  return std::exchange(captured_, base::Captured(0));
}

void OutputPipe::OnClosed(absl::AnyInvocable<void()> closed) {
  closed_ = std::move(closed);
}

void OutputPipe::Close() {
  watch_.Reset();
  fd_.Reset();
}

}  // namespace servo::exec
