#include "exec/output_pipe.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace servo::exec {
namespace {

// How much is read of one pipe in one turn of the loop, and for how long one
// that runs dry is looked at, so that timers and signals are heard during a
// flood.
constexpr size_t kTurnBytes = 1024 * 1024;
constexpr absl::Duration kTurnTime = absl::Milliseconds(1);

// The capacity of a pipe as made (pipe(7)), and what a flooding writer is
// given: fewer wakings of both sides. It is the most that an unprivileged user
// may ask for, and only for pipes that were found full, since all pipes of a
// user count against one limit.
constexpr size_t kDefaultCapacity = 64 * 1024;
constexpr int kFloodCapacity = 1024 * 1024;

// How often in a row an empty pipe is looked at before its next byte is waited
// for, if a flood filled it before and at least `kBurst` bytes came in this
// turn. Some microseconds, unless the processor has other work.
constexpr int kLooks = 20;
constexpr size_t kBurst = 4096;

}  // namespace

OutputPipe::OutputPipe(base::Loop* loop, base::UniqueFd fd, size_t limit,
                       absl::Span<char> buffer)
    : loop_(loop), fd_(std::move(fd)), captured_(limit), buffer_(buffer) {
  watch_ = loop->Watch(fd_.get(), POLLIN, [this](short) { ReadSome(); });
}

size_t OutputPipe::Read(size_t most) {
  most = std::min(most, buffer_.size());
  ssize_t size;
  do {
    size = read(fd_.get(), buffer_.data(), most);
  } while (size < 0 && errno == EINTR);
  if (size < 0 && errno == EAGAIN) return 0;
  if (size <= 0) {
    Close();
    return 0;
  }
  const absl::string_view bytes(buffer_.data(), static_cast<size_t>(size));
  if (tap_ != nullptr) tap_->OnOutput(stream_, bytes);
  captured_.Append(bytes);
  return static_cast<size_t>(size);
}

void OutputPipe::ReadSome() {
  const absl::Duration turn_end = loop_->Now() + kTurnTime;
  int looks = 0;
  for (size_t total = 0; total < kTurnBytes;) {
    const size_t size = Read(buffer_.size());
    if (size == 0) {
      const bool flood = open() && enlarged_ && total >= kBurst;
      if (!flood || ++looks > kLooks || loop_->Now() >= turn_end) break;
      sched_yield();
      continue;
    }
    looks = 0;
    if (size >= kDefaultCapacity) Enlarge();
    total += size;
  }
  if (!open() && closed_ != nullptr) std::exchange(closed_, nullptr)();
}

void OutputPipe::Enlarge() {
  if (std::exchange(enlarged_, true) || !open()) return;
  fcntl(fd_.get(), F_SETPIPE_SZ, kFloodCapacity);  // as it was, if refused
}

void OutputPipe::Drain() {
  if (!open()) return;
  const size_t size = Read(buffer_.size());
  int more = 0;
  if (size == buffer_.size()) ioctl(fd_.get(), FIONREAD, &more);
  while (more > 0) {
    const size_t next = Read(static_cast<size_t>(more));
    if (next == 0) return;
    more -= static_cast<int>(next);
  }
  // Sees the end, if that was all.
  if (open() && size > 0) Read(buffer_.size());
}

void OutputPipe::SetTap(OutputTap* tap, Stream stream) {
  tap_ = tap;
  stream_ = stream;
}

base::Captured OutputPipe::Take() {
  tap_ = nullptr;
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
