// One output stream of a process: the reading end of its pipe.
#ifndef EXEC_OUTPUT_PIPE_H_
#define EXEC_OUTPUT_PIPE_H_

#include <cstddef>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/types/span.h"
#include "base/captured.h"
#include "base/loop.h"
#include "base/unique_fd.h"
#include "exec/output_tap.h"

namespace servo::exec {

// Reads whatever comes, as it comes, and keeps the head and the tail. What it
// reads of a flood in one turn of the loop is bounded, so that timers and
// signals are heard. When a flood runs dry, it looks a few times more before it
// goes to sleep: to be woken again would take longer, and costs the writer as
// well. Closed at end-of-file. Neither copyable nor movable.
class OutputPipe {
 public:
  // What the pipes of one loop have in common: a buffer, which is only used
  // within calls, and how many of them are open. They share what is read in one
  // turn.
  struct Shared {
    absl::Span<char> buffer;
    int open = 0;
  };

  // `fd` is non-blocking. `shared` and the loop outlive the pipe. What is read
  // goes to `captured`.
  OutputPipe(base::Loop* loop, base::UniqueFd fd, base::Captured captured,
             Shared* shared);
  ~OutputPipe() { Close(); }
  OutputPipe(const OutputPipe&) = delete;
  OutputPipe& operator=(const OutputPipe&) = delete;

  // Whether the end has not been seen: someone holds the other end.
  bool open() const { return fd_.valid(); }

  // Reads all that the pipe holds at the moment of the call, however much more
  // is being written meanwhile.
  void Drain();

  // From now on `tap` hears, as `stream`, what is read; null: nobody does.
  void SetTap(OutputTap* tap, Stream stream);

  // What was kept so far; from now on nothing is, and no tap hears it.
  base::Captured Take();

  // Calls `closed` on the loop when the end is seen; it may destroy the pipe.
  void OnClosed(absl::AnyInvocable<void()> closed);

 private:
  void ReadSome();
  // Reads once, up to `most` bytes; the number read. 0: nothing more for now,
  // or closed.
  size_t Read(size_t most);
  void Enlarge();
  void Close();

  base::Loop* const loop_;
  base::UniqueFd fd_;
  base::Captured captured_;
  Shared* const shared_;
  OutputTap* tap_ = nullptr;
  Stream stream_ = Stream::kStdout;
  bool enlarged_ = false;
  absl::AnyInvocable<void()> closed_;
  base::Loop::Registration watch_;
};

}  // namespace servo::exec

#endif  // EXEC_OUTPUT_PIPE_H_
