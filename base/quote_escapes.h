// How texts are escaped that messages show in double quotes.
#ifndef BASE_QUOTE_ESCAPES_H_
#define BASE_QUOTE_ESCAPES_H_

#include <string>

#include "absl/strings/string_view.h"

namespace servo::base {

// `text` as C has it in double quotes, on one line: "\n", "\x1b", "\"", "\\".
// Bytes from 0x80 on stay.
std::string EscapeForQuotes(absl::string_view text);

}  // namespace servo::base

#endif  // BASE_QUOTE_ESCAPES_H_
