// The keys of conditions; keys.h has the others.
#ifndef CONFIG_CONDITION_KEYS_H_
#define CONFIG_CONDITION_KEYS_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "config/metric_keys.h"
#include "yaml/key_spec.h"

namespace servo::config {

// A condition: an item of `expect`, `give_up_if` or `end_window_if` of a task.
inline constexpr yaml::KeySpec kConditionKeys[] = {
    kFromKey,
    kRegexKey,
    kJsonPathKey,
    {.name = "equals",
     .type = yaml::ValueType::kOperand,
     .shown = yaml::Shown::kSecret,
     .none_means = "another comparison",
     .doc = "Comparison: with an unquoted number as numbers, with true, false "
            "or null as JSON, else as texts."},
    {.name = "not_equals",
     .type = yaml::ValueType::kOperand,
     .shown = yaml::Shown::kSecret,
     .none_means = "another comparison",
     .doc = "Comparison: the opposite of equals."},
    {.name = "at_least",
     .type = yaml::ValueType::kNumber,
     .shown = yaml::Shown::kPublic,
     .none_means = "another comparison",
     .min = -yaml::kAnyNumber,
     .max = yaml::kAnyNumber,
     .doc = "Comparison: the value is a number, and no less than this one."},
    {.name = "at_most",
     .type = yaml::ValueType::kNumber,
     .shown = yaml::Shown::kPublic,
     .none_means = "another comparison",
     .min = -yaml::kAnyNumber,
     .max = yaml::kAnyNumber,
     .doc = "Comparison: the value is a number, and no more than this one."},
    {.name = "contains",
     .type = yaml::ValueType::kNonEmptyText,
     .shown = yaml::Shown::kSecret,
     .none_means = "another comparison",
     .doc = "Comparison: this text is a part of the value."},
    {.name = "matches",
     .type = yaml::ValueType::kRegex,
     .shown = yaml::Shown::kPublic,
     .none_means = "another comparison",
     .doc = "Comparison: this regular expression (RE2) has a match in the "
            "value; ^ and $ match at line ends."},
    {.name = "exists",
     .type = yaml::ValueType::kBool,
     .shown = yaml::Shown::kPublic,
     .none_means = "`true` without another comparison",
     .doc = "Comparison: whether there is a value at all."},
    {.name = "of",
     .type = yaml::ValueType::kChoice,
     .shown = yaml::Shown::kPublic,
     .none_means = "`all` in expect, else `any`",
     .choices = "all any",
     .doc = "Of several values: whether all must fulfil the comparison, or one "
            "is enough."},
    {.name = "take",
     .type = yaml::ValueType::kChoice,
     .shown = yaml::Shown::kPublic,
     .none_means = "the values",
     .choices = "count",
     .doc = "count compares the number of values instead, which can be 0."},
};
inline constexpr size_t kFirstComparison = kJsonPathPosition + 1;
inline constexpr size_t kComparisons = 7;

// The position in the table; an unknown name doesn't compile.
consteval size_t ConditionKey(absl::string_view name) {
  return yaml::KeyIndex(kConditionKeys, name);
}

}  // namespace servo::config

#endif  // CONFIG_CONDITION_KEYS_H_
