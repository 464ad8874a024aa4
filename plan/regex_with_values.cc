#include "plan/regex_with_values.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "re2/re2.h"

namespace servo::plan {

// RE2 itself tells where a group can stand: an empty one in place of each
// reference is counted, or it is not a group there.
bool ReferencesAreGroups(absl::string_view regex,
                         const References& references) {
  const std::vector<References::Piece> pieces = references.Split(regex);
  const auto count = std::count_if(pieces.begin(), pieces.end(),
                                   [](const References::Piece& piece) {
                                     return piece.reference != nullptr;
                                   });
  const absl::StatusOr<std::string> grouped = references.Replace(
      regex,
      [](const Reference&) -> absl::StatusOr<std::string> { return "()"; });
  const absl::StatusOr<Lookup::Regex> before = CompileRegex(regex);
  const absl::StatusOr<Lookup::Regex> after = CompileRegex(*grouped);
  return before.ok() && after.ok() &&
         (*after)->NumberOfCapturingGroups() ==
             (*before)->NumberOfCapturingGroups() + count;
}

absl::StatusOr<Lookup::Regex> CompileRegexWithValues(
    absl::string_view regex, const References& references,
    References::ValueOf value) {
  const absl::StatusOr<std::string> text = references.Replace(
      regex, [&](const Reference& reference) -> absl::StatusOr<std::string> {
        const absl::StatusOr<std::string> literal = value(reference);
        if (!literal.ok()) return literal.status();
        return absl::StrCat("(?:", re2::RE2::QuoteMeta(*literal), ")");
      });
  if (!text.ok()) return text.status();
  absl::StatusOr<Lookup::Regex> compiled = CompileRegex(*text);
  if (compiled.ok()) return compiled;
  return absl::InvalidArgumentError(
      "the regex with its values is too long, or a value is not UTF-8");
}

}  // namespace servo::plan
