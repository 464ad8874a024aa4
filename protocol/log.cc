#include "protocol/log.h"

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/terminal_text.h"
#include "base/utf8.h"

namespace servo::protocol {
namespace {

std::string ToAscii(absl::string_view text) {
  std::string ascii;
  ascii.reserve(text.size());
  while (!text.empty()) {
    const size_t length = base::Utf8SequenceLength(text);
    const uint32_t code_point =
        length == 0 ? 0xfffd : base::DecodeUtf8(text.substr(0, length));
    if (code_point < 0x80)
      ascii += text[0];
    else if (code_point < 0x10000)
      absl::StrAppendFormat(&ascii, "\\u%04x", code_point);
    else
      absl::StrAppendFormat(&ascii, "\\U%08x", code_point);
    text.remove_prefix(length > 0 ? length : base::IllFormedUtf8Length(text));
  }
  return ascii;
}

}  // namespace

std::string ForStderr(absl::string_view text, int fd) {
  return isatty(fd) == 1 ? base::VisibleText(base::ToValidUtf8(text))
                         : ToAscii(text);
}

Log::Log(base::Loop* loop, int fd, absl::string_view program, bool verbose)
    : prefix_(absl::StrCat(program, ": ")),
      fd_(fd),
      verbose_(verbose),
      writer_(loop, fd, /*on_gone=*/nullptr) {}

void Log::Warn(absl::string_view message) {
  std::string line =
      absl::StrCat(ForStderr(prefix_, fd_), ForStderr(message, fd_), "\n");
  bytes_ += line.size();
  writer_.Write(std::move(line), LineWriter::Keep::kWithinLimit);
}

void Log::Detail(absl::string_view message) {
  if (verbose_) Warn(message);
}

}  // namespace servo::protocol
