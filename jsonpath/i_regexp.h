// I-Regexp, the regular expressions of RFC 9485, carried out by RE2.
#ifndef JSONPATH_I_REGEXP_H_
#define JSONPATH_I_REGEXP_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "jsonpath/parse_error.h"
#include "re2/re2.h"

namespace servo::jsonpath {

// A compiled expression. Immutable; any thread may use it. A match takes time
// linear in the text's length.
class IRegexp {
 public:
  // What RFC 9485 allows and nothing more: no \d, \w or \b, no lazy
  // quantifiers, no (?...). `^` and `$` anchor, as in the mapping to other
  // dialects that its section 5 gives.
  //
  // kInvalidArgument if `pattern` is no I-Regexp; then `*error`, if not null,
  // says where. kResourceExhausted if it is one and its program is too large.
  static absl::StatusOr<IRegexp> Compile(absl::string_view pattern,
                                         ParseError* error = nullptr);

  // Whether the expression matches all of `text`.
  bool MatchesAll(absl::string_view text) const;

  // Whether it matches some part of `text`.
  bool MatchesPart(absl::string_view text) const;

  // The number of instructions it was compiled to: what a match costs a byte,
  // at worst.
  size_t program_size() const;

 private:
  explicit IRegexp(std::unique_ptr<const re2::RE2> regexp);

  std::unique_ptr<const re2::RE2> regexp_;
};

// `pattern` in RE2's syntax, or nothing, with `*error` set, if it is no
// I-Regexp. Ranges of characters are left for RE2 to judge.
std::optional<std::string> TranslateIRegexp(absl::string_view pattern,
                                            ParseError* error);

}  // namespace servo::jsonpath

#endif  // JSONPATH_I_REGEXP_H_
