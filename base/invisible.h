// Characters of which a reader sees nothing, or by which others are shown
// elsewhere than they stand.
#ifndef BASE_INVISIBLE_H_
#define BASE_INVISIBLE_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace servo::base {

enum class Invisible {
  kNo,
  kControl,   // C0 and C1, DEL: a terminal obeys them
  kReorders,  // embeddings, overrides and isolates of the other direction
  kHidden,    // marks of direction, without a width, fillers, tags
};

// What `code_point` is. Blanks are seen, and so is what only changes how the
// character before it looks (variation selectors, combining marks).
Invisible InvisibleKind(uint32_t code_point);

// `text`, which is UTF-8, with each invisible character written as stderr and
// quoted texts have it: "\r", "\x1b", "\u202e", "\U000e0041". Left are tabs,
// line feeds, carriage returns before these, and joiners (U+200C, U+200D)
// behind a character that is not ASCII: Persian and emoji are written with
// them.
std::string EscapeInvisible(absl::string_view text);

}  // namespace servo::base

#endif  // BASE_INVISIBLE_H_
