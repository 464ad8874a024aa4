#include "base/quote_escapes.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_replace.h"

namespace servo::base {

std::string EscapeForQuotes(absl::string_view text) {
  return absl::StrReplaceAll(absl::Utf8SafeCHexEscape(text),
                             {{R"(\')", R"(')"}});
}

}  // namespace servo::base
