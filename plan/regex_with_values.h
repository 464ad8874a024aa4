// Regular expressions that have references in them.
#ifndef PLAN_REGEX_WITH_VALUES_H_
#define PLAN_REGEX_WITH_VALUES_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "plan/lookup.h"
#include "plan/reference.h"

namespace servo::plan {

// Whether each reference in `regex`, which compiles with its placeholders,
// stands where a group could: its value is then a literal text of its own. In a
// class, between \Q and \E and behind a backslash it would not be.
bool ReferencesAreGroups(absl::string_view regex, const References& references);

// Compiles `regex` as CompileRegex() does, with the text of each value in place
// of its reference: literally, whatever it holds. The first error of `value` is
// returned as it is. kInvalidArgument, in words without a value, if that is no
// regex: it is too long, or a value is not UTF-8.
absl::StatusOr<Lookup::Regex> CompileRegexWithValues(
    absl::string_view regex, const References& references,
    References::ValueOf value);

}  // namespace servo::plan

#endif  // PLAN_REGEX_WITH_VALUES_H_
