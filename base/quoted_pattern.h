// Regular expressions inside of a message.
#ifndef BASE_QUOTED_PATTERN_H_
#define BASE_QUOTED_PATTERN_H_

#include <string>

#include "absl/strings/string_view.h"

namespace servo::base {

// The same as Quoted() and QuotedWhole() (quoted.h), but backslashes and quotes
// stay as they are written: in a pattern they have a meaning.
std::string QuotedPattern(absl::string_view pattern);
std::string QuotedWholePattern(absl::string_view pattern);

}  // namespace servo::base

#endif  // BASE_QUOTED_PATTERN_H_
