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

// How much is read in one turn of the loop, of one pipe and of all, and for how
// long one that runs dry is looked at, so that timers and signals are heard
// during a flood.
constexpr size_t kTurnBytes = 1024 * 1024;
constexpr size_t kLeastTurnBytes = 16 * 1024;
constexpr size_t kTurnBytesOfAll = 8 * 1024 * 1024;
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

// With more pipes than these none is looked at again: others have come
// meanwhile.
constexpr int kFewPipes = 8;

}  // namespace

OutputPipe::OutputPipe(base::Loop* loop, base::UniqueFd fd,
                       base::Captured captured, Shared* shared)
    : loop_(loop),
      fd_(std::move(fd)),
      captured_(std::move(captured)),
      shared_(shared) {
  ++shared_->open;
  watch_ = loop->Watch(fd_.get(), POLLIN, [this](short) { ReadSome(); });
}

size_t OutputPipe::Read(size_t most) {
  most = std::min(most, shared_->buffer.size());
  ssize_t size;
  do {
    size = read(fd_.get(), shared_->buffer.data(), most);
  } while (size < 0 && errno == EINTR);
  if (size < 0 && errno == EAGAIN) return 0;
  if (size <= 0) {
    Close();
    return 0;
  }
  const absl::string_view bytes(shared_->buffer.data(),
                                static_cast<size_t>(size));
  if (tap_ != nullptr) tap_->OnOutput(stream_, bytes);
  captured_.Append(bytes);
  return static_cast<size_t>(size);
}

void OutputPipe::ReadSome() {
  const absl::Duration turn_end = loop_->Now() + kTurnTime;
  const size_t most =
      std::clamp(kTurnBytesOfAll / static_cast<size_t>(shared_->open),
                 kLeastTurnBytes, kTurnBytes);
  const int looks_allowed = shared_->open <= kFewPipes ? kLooks : 0;
  int looks = 0;
  for (size_t total = 0; total < most;) {
    const size_t size = Read(most - total);
    if (size == 0) {
      const bool flood = open() && enlarged_ && total >= kBurst;
      if (!flood || ++looks > looks_allowed || loop_->Now() >= turn_end) break;
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
  const size_t size = Read(shared_->buffer.size());
  int more = 0;
  if (size == shared_->buffer.size()) ioctl(fd_.get(), FIONREAD, &more);
  while (more > 0) {
    const size_t next = Read(static_cast<size_t>(more));
    if (next == 0) return;
    more -= static_cast<int>(next);
  }
  // Sees the end, if that was all.
  if (open() && size > 0) Read(shared_->buffer.size());
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
  if (fd_.valid()) --shared_->open;
  watch_.Reset();
  fd_.Reset();
}

}  // namespace servo::exec
