// Sets of result codes as people write them: 200, "200-399", [200, "300-399"].
#ifndef BASE_CODE_RANGES_H_
#define BASE_CODE_RANGES_H_

#include <string>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace servo::base {

// A set of integers, given by codes and inclusive ranges of codes. A value;
// immutable once parsed; any thread may read it.
class CodeRanges {
 public:
  // The smallest and largest code that may be written, and how messages call
  // such a code, with its article.
  struct Limits {
    int min;
    int max;
    absl::string_view noun;  // "an HTTP status code"
  };

  // The empty set.
  CodeRanges() = default;

  // The codes from `first` to `last`; `first` <= `last`.
  CodeRanges(int first, int last) : ranges_{{first, last}} {}

  // Adds what `text` says: a code, or a range `FIRST-LAST`, in decimal digits
  // with blanks allowed around each number. On error nothing is added and the
  // result is kInvalidArgument with a message that quotes the text and says
  // what is wrong: not a number, outside of `limits`, or a range that runs
  // backwards.
  absl::Status Add(absl::string_view text, const Limits& limits);

  bool Contains(int code) const;
  bool empty() const { return ranges_.empty(); }

  // "200-399, 876": in the order in which they were given.
  std::string ToString() const;

  friend bool operator==(const CodeRanges&, const CodeRanges&) = default;

 private:
  struct Range {
    int first;
    int last;
    friend bool operator==(const Range&, const Range&) = default;
  };
  static absl::StatusOr<Range> ParseRange(absl::string_view text,
                                          const Limits& limits);

  absl::InlinedVector<Range, 2> ranges_;
};

}  // namespace servo::base

#endif  // BASE_CODE_RANGES_H_
