// What a terminal shows of a text that was written for one.
#ifndef BASE_TERMINAL_TEXT_H_
#define BASE_TERMINAL_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace servo::base {

// `text`, which is UTF-8, without the escape sequences of ECMA-48: colours,
// cursor movements, titles, in their 7-bit form (ESC [) and in their 8-bit one
// (U+009B). A sequence that is not complete goes as far as it goes; a title or
// another string that is not ended in its line loses its introducer alone, so
// that nothing is lost behind an output that was cut off. Linear in time, and
// in the text's own memory.
std::string WithoutEscapeSequences(std::string text);

// Whether `text` has any of these.
bool HasEscapeSequences(absl::string_view text);

// `text` as a terminal would leave it on the screen: without escape sequences
// and without control characters but tabs and line feeds, and without those by
// which it would show characters in another order (Invisible::kReorders); of a
// line that is redrawn with carriage returns, what follows the last of them. A
// carriage return at the end of a line only ends it.
std::string VisibleText(absl::string_view text);

}  // namespace servo::base

#endif  // BASE_TERMINAL_TEXT_H_
