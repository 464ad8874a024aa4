// What is wrong with a text, and where: for people, and for readers of files
// that want to point to the place.
#ifndef JSONPATH_PARSE_ERROR_H_
#define JSONPATH_PARSE_ERROR_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"

namespace servo::jsonpath {

// A value. All texts are valid UTF-8.
struct ParseError {
  size_t offset = 0;     // in bytes, where the text stops being right
  std::string expected;  // "a name, a number, a slice, * or a filter"
  std::string found;     // "']'", "the end"
  std::string hint;      // how to fix it; may be empty

  // "offset 12: expected A, found B; HINT".
  std::string ToString() const;

  // kInvalidArgument with that text.
  absl::Status ToStatus() const;

  friend bool operator==(const ParseError&, const ParseError&) = default;
};

}  // namespace servo::jsonpath

#endif  // JSONPATH_PARSE_ERROR_H_
