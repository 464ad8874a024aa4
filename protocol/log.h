// Lines for people on stderr, which the core appends to the message of a failed
// measurement.
#ifndef PROTOCOL_LOG_H_
#define PROTOCOL_LOG_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "base/loop.h"
#include "protocol/line_writer.h"

namespace servo::protocol {

// `text` as it may be written to `fd`: for a terminal valid UTF-8 without
// control characters but tabs and line feeds; otherwise ASCII, in which other
// characters are written as \u00e9 or \U0001f600. The aggregator decodes what
// it reads in pieces of 4096 bytes, and fails on a character that is split
// between two of them.
std::string ForStderr(absl::string_view text, int fd);

// Writes "PROGRAM: MESSAGE" lines. A reader that is
// slow, stuck or gone costs lines, never time. Lives on the loop's thread.
class Log {
 public:
  // Who reads the lines: a program, through ForStderr(), or a person, always
  // text as for a terminal.
  enum class Reader { kProgram, kPerson };

  // `fd` stays the caller's and open until destruction.
  Log(base::Loop* loop, int fd, absl::string_view program, bool verbose,
      Reader reader = Reader::kProgram);

  // What should be looked at: always written.
  void Warn(absl::string_view message);

  // What one wants to see only when looking closely: with --verbose.
  void Detail(absl::string_view message);

  // Whether details are written.
  bool verbose() const { return verbose_; }

  // How long all lines so far are.
  size_t bytes() const { return bytes_; }

  // Whether all lines were written, or can't be.
  bool idle() const { return writer_.idle(); }

 private:
  std::string Shown(absl::string_view text) const;

  const std::string prefix_;
  const int fd_;
  const bool verbose_;
  const Reader reader_;
  size_t bytes_ = 0;
  LineWriter writer_;
};

}  // namespace servo::protocol

#endif  // PROTOCOL_LOG_H_
