// The known name that a mistyped one most likely means.
#ifndef BASE_NEAREST_H_
#define BASE_NEAREST_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace servo::base {

// The candidate with the fewest edits (characters inserted, deleted, replaced,
// or two neighbours swapped; letters in either case are the same, and so are
// "-" and "_") from `name`, the first of equals; or the first that begins with
// `name`. Empty if even the nearest takes edits of more than a third of the
// longer name's length.
absl::string_view Nearest(absl::string_view name,
                          absl::Span<const absl::string_view> candidates);

}  // namespace servo::base

#endif  // BASE_NEAREST_H_
