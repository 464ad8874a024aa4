#include "protocol/log.h"

#include "absl/strings/str_cat.h"
#include "base/utf8.h"

namespace servo::protocol {

Log::Log(base::Loop* loop, int fd, absl::string_view program, bool verbose)
    : prefix_(absl::StrCat(program, ": ")),
      verbose_(verbose),
      writer_(loop, fd, /*on_gone=*/nullptr) {}

void Log::Warn(absl::string_view message) {
  writer_.Write(absl::StrCat(prefix_, base::ToValidUtf8(message), "\n"),
                LineWriter::Keep::kWithinLimit);
}

void Log::Detail(absl::string_view message) {
  if (verbose_) Warn(message);
}

}  // namespace servo::protocol
