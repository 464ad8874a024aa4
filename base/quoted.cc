#include "base/quoted.h"

#include <cstddef>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/quote_masking.h"

namespace servo::base {

std::string Quoted(absl::string_view text) {
  constexpr size_t kMaxBytes = 60;
  bool cut = false;
  const std::string shown = BeginForQuote(text, kMaxBytes, &cut);
  return absl::StrCat("\"", absl::Utf8SafeCHexEscape(shown), cut ? "..." : "",
                      "\"");
}

std::string QuotedWhole(absl::string_view text) {
  return absl::StrCat("\"", absl::Utf8SafeCHexEscape(text), "\"");
}

}  // namespace servo::base
