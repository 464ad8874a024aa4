// The keys of a capture; keys.h has the others.
#ifndef CONFIG_CAPTURE_KEYS_H_
#define CONFIG_CAPTURE_KEYS_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "config/metric_keys.h"
#include "yaml/key_spec.h"

namespace servo::config {

// A capture, by its name below `capture` of a task. The look-up comes first, as
// in kMetricKeys.
inline constexpr yaml::KeySpec kCaptureKeys[] = {
    kFromKey,
    kRegexKey,
    kJsonPathKey,
    {.name = "take",
     .type = yaml::ValueType::kChoice,
     .shown = yaml::Shown::kPublic,
     .default_text = "first",
     .choices = "first last",
     .doc = "Which of several values."},
    {.name = "matches",
     .type = yaml::ValueType::kRegex,
     .shown = yaml::Shown::kPublic,
     .none_means = "any text",
     .doc = "A regular expression (RE2) that the whole text must match, or the "
            "attempt fails."},
    {.name = "absent",
     .type = yaml::ValueType::kChoice,
     .shown = yaml::Shown::kPublic,
     .default_text = "fail",
     .choices = "fail skip",
     .doc = "What follows if nothing is found: fail (the attempt fails) or "
            "skip (what was captured before stays)."},
    {.name = "secret",
     .type = yaml::ValueType::kBool,
     .shown = yaml::Shown::kPublic,
     .default_text = "false",
     .doc = "Whether the value is a secret, which nothing that the driver "
            "writes shows."},
};

// The position in the table; an unknown name doesn't compile.
consteval size_t CaptureKey(absl::string_view name) {
  return yaml::KeyIndex(kCaptureKeys, name);
}

}  // namespace servo::config

#endif  // CONFIG_CAPTURE_KEYS_H_
