#include "base/quoted_pattern.h"

#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/quote_escapes.h"
#include "base/quote_masking.h"

namespace servo::base {
namespace {

// One line, without the escapes that would change what the pattern means.
std::string OneLine(absl::string_view pattern) {
  return absl::StrReplaceAll(EscapeForQuotes(pattern),
                             {{R"(\\)", R"(\)"}, {R"(\")", R"(")"}});
}

}  // namespace

std::string QuotedPattern(absl::string_view pattern) {
  constexpr size_t kMaxBytes = 60;
  bool cut = false;
  const std::string shown = BeginForQuote(pattern, kMaxBytes, &cut);
  return absl::StrCat("\"", OneLine(shown), cut ? "..." : "", "\"");
}

std::string QuotedWholePattern(absl::string_view pattern) {
  return absl::StrCat("\"", OneLine(pattern), "\"");
}

}  // namespace servo::base
