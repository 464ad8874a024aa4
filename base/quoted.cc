#include "base/quoted.h"

#include "absl/strings/str_cat.h"
#include "base/quote_escapes.h"
#include "base/quote_masking.h"
#include "base/utf8.h"

namespace servo::base {
namespace {

std::string Escaped(absl::string_view text) {
  return EscapeForQuotes(ToValidUtf8(text));
}

}  // namespace

std::string Quoted(absl::string_view text, size_t max_bytes) {
  bool cut = false;
  const std::string shown = BeginForQuote(text, max_bytes, &cut);
  return absl::StrCat("\"", Escaped(shown), cut ? "..." : "", "\"");
}

std::string QuotedWhole(absl::string_view text) {
  return absl::StrCat("\"", Escaped(text), "\"");
}

}  // namespace servo::base
