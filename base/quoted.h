// Text of a configuration inside of a message.
#ifndef BASE_QUOTED_H_
#define BASE_QUOTED_H_

#include <string>

#include "absl/strings/string_view.h"

namespace servo::base {

// `text` in double quotes, masked (quote_masking.h), cut with "..." if it is
// long, control characters and quotes escaped: always one line. `text` is
// well-formed UTF-8, and so is the result.
std::string Quoted(absl::string_view text);

// The same, but never cut.
std::string QuotedWhole(absl::string_view text);

}  // namespace servo::base

#endif  // BASE_QUOTED_H_
