// Text from elsewhere inside of a message: of a configuration, of an answer.
#ifndef BASE_QUOTED_H_
#define BASE_QUOTED_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace servo::base {

// `text` in double quotes, masked (quote_masking.h), cut with "..." if it has
// more than `max_bytes`, control characters and quotes escaped: always one line
// of well-formed UTF-8. What is not UTF-8 becomes U+FFFD.
std::string Quoted(absl::string_view text, size_t max_bytes = 60);

// The same, but neither masked nor cut.
std::string QuotedWhole(absl::string_view text);

}  // namespace servo::base

#endif  // BASE_QUOTED_H_
