#include "base/code_ranges.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace servo::base {
namespace {

absl::Status Malformed(absl::string_view text, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrFormat("\"%s\" %s", text, why));
}

absl::StatusOr<int> ParseCode(absl::string_view digits, absl::string_view whole,
                              const CodeRanges::Limits& limits) {
  digits = absl::StripAsciiWhitespace(digits);
  const bool all_digits =
      !digits.empty() && std::all_of(digits.begin(), digits.end(), [](char c) {
        return absl::ascii_isdigit(c);
      });
  if (!all_digits) {
    return Malformed(
        whole,
        absl::StrFormat("is neither %s nor a range of two (such as \"%d-%d\")",
                        limits.noun, limits.min, limits.max));
  }
  int64_t code = 0;
  if (!absl::SimpleAtoi(digits, &code) || code < limits.min ||
      code > limits.max) {
    return Malformed(
        whole, absl::StrFormat("names %s, which is not %s: those are %d to %d",
                               digits, limits.noun, limits.min, limits.max));
  }
  return static_cast<int>(code);
}

}  // namespace

absl::StatusOr<CodeRanges::Range> CodeRanges::ParseRange(absl::string_view text,
                                                         const Limits& limits) {
  const size_t dash = std::min(text.find('-'), text.size());
  absl::StatusOr<int> first = ParseCode(text.substr(0, dash), text, limits);
  if (!first.ok()) return first.status();
  if (dash == text.size()) return Range{*first, *first};
  absl::StatusOr<int> last = ParseCode(text.substr(dash + 1), text, limits);
  if (!last.ok()) return last.status();
  if (*first > *last) {
    return Malformed(
        text, absl::StrFormat(
                  "is a range that runs backwards; \"%d-%d\" is meant, perhaps",
                  *last, *first));
  }
  return Range{*first, *last};
}

absl::Status CodeRanges::Add(absl::string_view text, const Limits& limits) {
  absl::StatusOr<Range> range = ParseRange(text, limits);
  if (!range.ok()) return range.status();
  ranges_.push_back(*range);
  return absl::OkStatus();
}

bool CodeRanges::Contains(int code) const {
  return std::any_of(ranges_.begin(), ranges_.end(),
                     [code](const Range& range) {
                       return range.first <= code && code <= range.last;
                     });
}

std::string CodeRanges::ToString() const {
  return absl::StrJoin(ranges_, ", ", [](std::string* out, const Range& range) {
    absl::StrAppend(out, range.first);
    if (range.last != range.first) absl::StrAppend(out, "-", range.last);
  });
}

}  // namespace servo::base
