// The keys of look-ups and metrics; keys.h has the others.
#ifndef CONFIG_METRIC_KEYS_H_
#define CONFIG_METRIC_KEYS_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "yaml/key_spec.h"

namespace servo::config {

// Where a value is found: every mapping that is a look-up has these keys, first
// in its table.
inline constexpr yaml::KeySpec kFromKey = {
    .name = "from",
    .type = yaml::ValueType::kNonEmptyText,
    .shown = yaml::Shown::kPublic,
    .none_means = "`stdout`, or `body` of a request",
    .doc =
        "Of a process: stdout, stderr or exit_code (negative: the signal). "
        "Of a request: body, status or header:NAME. Of both: elapsed (the "
        "seconds that the attempt took) or file:PATH."};
inline constexpr yaml::KeySpec kRegexKey = {
    .name = "regex",
    .type = yaml::ValueType::kRegex,
    .shown = yaml::Shown::kPublic,
    .none_means = "the whole source",
    .doc =
        "A regular expression (RE2) whose first group is the value, or "
        "without groups the whole match; ^ and $ match at line ends. "
        "Excludes jsonpath."};
inline constexpr yaml::KeySpec kJsonPathKey = {
    .name = "jsonpath",
    .type = yaml::ValueType::kJsonPath,
    .shown = yaml::Shown::kPublic,
    .none_means = "the whole source",
    .doc =
        "A JSONPath (RFC 9535) into the source, which is JSON, JSON lines, "
        "or text before a JSON."};
inline constexpr size_t kFromPosition = 0;
inline constexpr size_t kRegexPosition = 1;
inline constexpr size_t kJsonPathPosition = 2;

// A metric, by its name below `metrics` of a task.
inline constexpr yaml::KeySpec kMetricKeys[] = {
    kFromKey,
    kRegexKey,
    kJsonPathKey,
    {.name = "unit",
     .type = yaml::ValueType::kAnyText,
     .shown = yaml::Shown::kPublic,
     .none_means = "none",
     .max = 128,
     .doc = "The unit, for the answer and for --describe."},
    {.name = "description",
     .type = yaml::ValueType::kAnyText,
     .shown = yaml::Shown::kPublic,
     .none_means = "none",
     .max = 1024,
     .doc = "What the metric is, for --describe."},
    {.name = "as",
     .type = yaml::ValueType::kChoice,
     .shown = yaml::Shown::kPublic,
     .default_text = "number",
     .choices = "number duration bytes",
     .doc = "How the value is read: a number; a duration, which is a number "
            "and a unit of time, converted to unit; or bytes, a number and a "
            "unit of size, converted to unit if that is one, else to bytes."},
    {.name = "scale",
     .type = yaml::ValueType::kNumber,
     .shown = yaml::Shown::kPublic,
     .default_text = "1",
     .min = -yaml::kAnyNumber,
     .max = yaml::kAnyNumber,
     .doc = "The factor that the value is multiplied with."},
    {.name = "offset",
     .type = yaml::ValueType::kNumber,
     .shown = yaml::Shown::kPublic,
     .default_text = "0",
     .min = -yaml::kAnyNumber,
     .max = yaml::kAnyNumber,
     .doc = "What is then added, but to an increase or a rate."},
    {.name = "take",
     .type = yaml::ValueType::kReduction,
     .shown = yaml::Shown::kPublic,
     .default_text = "first",
     .doc = "Which of several values: first, last, sum, mean, min, max, their "
            "count, or a percentile from p0.1 to p99.99."},
    {.name = "over",
     .type = yaml::ValueType::kReduction,
     .shown = yaml::Shown::kPublic,
     .none_means = "`mean` of samples",
     .doc = "How samples become the metric: as take, or increase or rate (per "
            "second) of a counter, for which a fall is a restart at 0."},
    {.name = "series",
     .type = yaml::ValueType::kSeries,
     .shown = yaml::Shown::kPublic,
     .none_means = "a number",
     .doc = "true returns the samples instead of a number; a mapping makes "
            "series of one JSON answer."},
    {.name = "absent",
     .type = yaml::ValueType::kAbsent,
     .shown = yaml::Shown::kPublic,
     .default_text = "fail",
     .doc = "What follows if there is no value: fail (the attempt fails), skip "
            "(the metric is left out), or a number that is taken instead."},
    {.name = "at_least",
     .type = yaml::ValueType::kNumber,
     .shown = yaml::Shown::kPublic,
     .none_means = "no limit",
     .min = -yaml::kAnyNumber,
     .max = yaml::kAnyNumber,
     .doc = "A smaller value fails the run, once stop is over."},
    {.name = "at_most",
     .type = yaml::ValueType::kNumber,
     .shown = yaml::Shown::kPublic,
     .none_means = "no limit",
     .min = -yaml::kAnyNumber,
     .max = yaml::kAnyNumber,
     .doc = "A greater value fails the run, once stop is over."},
};

// The mapping `series` of a metric.
inline constexpr yaml::KeySpec kSeriesKeys[] = {
    {.name = "items",
     .type = yaml::ValueType::kJsonPath,
     .shown = yaml::Shown::kPublic,
     .required = true,
     .doc = "A JSONPath to the items, each of which is a series."},
    {.name = "id",
     .type = yaml::ValueType::kJsonPath,
     .shown = yaml::Shown::kPublic,
     .required = true,
     .doc = "A JSONPath within an item to the series' id; an object becomes "
            "its pairs, and where there is none the item's index is taken."},
    {.name = "points",
     .type = yaml::ValueType::kJsonPath,
     .shown = yaml::Shown::kPublic,
     .required = true,
     .doc = "A JSONPath within an item to its points: lists of a time and a "
            "value."},
    {.name = "time",
     .type = yaml::ValueType::kChoice,
     .shown = yaml::Shown::kPublic,
     .default_text = "s",
     .choices = "s ms",
     .doc = "The unit of the times, which count from 1970."},
};

// Positions in the tables; an unknown name doesn't compile.
consteval size_t SeriesKey(absl::string_view name) {
  return yaml::KeyIndex(kSeriesKeys, name);
}
consteval size_t MetricKey(absl::string_view name) {
  return yaml::KeyIndex(kMetricKeys, name);
}

}  // namespace servo::config

#endif  // CONFIG_METRIC_KEYS_H_
