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

std::string ForPerson(absl::string_view text) {
  return base::VisibleText(base::ToValidUtf8(text));
}

}  // namespace

std::string ForStderr(absl::string_view text, int fd) {
  return isatty(fd) == 1 ? ForPerson(text) : ToAscii(text);
}

Log::Log(base::Loop* loop, int fd, absl::string_view program, bool verbose,
         Reader reader)
    : prefix_(absl::StrCat(program, ": ")),
      fd_(fd),
      verbose_(verbose),
      reader_(reader),
      writer_(loop, fd, /*on_gone=*/nullptr) {}

std::string Log::Shown(absl::string_view text) const {
  return reader_ == Reader::kPerson ? ForPerson(text) : ForStderr(text, fd_);
}

void Log::Warn(absl::string_view message) {
  std::string line = absl::StrCat(Shown(prefix_), Shown(message), "\n");
  bytes_ += line.size();
  writer_.Write(std::move(line), LineWriter::Keep::kWithinLimit);
}

void Log::Detail(absl::string_view message) {
  if (verbose_) Warn(message);
}

}  // namespace servo::protocol
