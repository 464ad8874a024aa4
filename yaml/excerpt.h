// A line of a configuration as a message may show it: keys and structure, and
// the values that are known to be public. All else is "***".
#ifndef YAML_EXCERPT_H_
#define YAML_EXCERPT_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace servo::yaml {

// A key or a scalar value on the line.
struct ExcerptToken {
  // Byte offsets in the line. Where the end is unknown, it is npos: the token
  // goes on to what can be the beginning of the next one.
  size_t begin = 0;
  size_t end = absl::string_view::npos;
  // What to show for it; empty: all of it. Hidden tokens have kMask.
  std::string shown;
};

struct Excerpt {
  std::string text;
  int caret = 0;  // where the caret belongs, in characters from 0
};

// The part of `line` around the byte offset `place`, some 120 characters, with
// "..." where it was cut. `tokens` are in the order of the line. Between them
// stay blanks, punctuation and quotes; words there (comments, anchors, tags,
// aliases, the rest of longer texts) are hidden. Takes time that does not
// depend on the line's length, but for the search among the tokens.
Excerpt MakeExcerpt(absl::string_view line,
                    absl::Span<const ExcerptToken> tokens, size_t place);

}  // namespace servo::yaml

#endif  // YAML_EXCERPT_H_
