#include "base/quoted.h"

#include <cstddef>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace servo::base {

std::string Quoted(absl::string_view text) {
  constexpr size_t kMaxBytes = 60;
  absl::string_view shown = text;
  if (shown.size() > kMaxBytes) {
    size_t end = kMaxBytes;
    while (end > 0 && (shown[end] & 0xc0) == 0x80) --end;
    shown = shown.substr(0, end);
  }
  return absl::StrCat("\"", absl::Utf8SafeCHexEscape(shown),
                      shown.size() < text.size() ? "..." : "", "\"");
}

std::string QuotedWhole(absl::string_view text) {
  return absl::StrCat("\"", absl::Utf8SafeCHexEscape(text), "\"");
}

}  // namespace servo::base
