// The keys of `ready`; keys.h has the others.
#ifndef CONFIG_READY_KEYS_H_
#define CONFIG_READY_KEYS_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "config/keys.h"
#include "yaml/key_spec.h"

namespace servo::config {

// The mapping `ready` of a task. The signs come first.
inline constexpr yaml::KeySpec kReadyKeys[] = {
    {.name = "tcp",
     .type = yaml::ValueType::kTcpAddress,
     .shown = yaml::Shown::kPublic,
     .none_means = "another sign",
     .doc = "Sign: a port that accepts connections, HOST:PORT or, of "
            "localhost, PORT."},
    {.name = "http",
     .type = yaml::ValueType::kUrl,
     .shown = yaml::Shown::kUrl,
     .none_means = "another sign",
     .doc = "Sign: an http or https URL that is answered with a status from "
            "200 to 399; redirects are not followed."},
    {.name = "output",
     .type = yaml::ValueType::kRegex,
     .shown = yaml::Shown::kPublic,
     .none_means = "another sign",
     .doc = "Sign: a line of the task's output, of either stream, in which "
            "this regular expression (RE2) has a match."},
    {.name = "file",
     .type = yaml::ValueType::kNonEmptyText,
     .shown = yaml::Shown::kSecret,
     .none_means = "another sign",
     .doc = "Sign: a file that is there; its path is relative to the task's "
            "cwd."},
    {.name = "within",
     .type = yaml::ValueType::kSeconds,
     .shown = yaml::Shown::kPublic,
     .default_text = "30",
     .max = kMaxSeconds,
     .above_min = true,
     .doc = "How long the sign is waited for; then the task is ended, and the "
            "attempt has failed."},
    {.name = "interval",
     .type = yaml::ValueType::kSeconds,
     .shown = yaml::Shown::kPublic,
     .default_text = "0.2",
     .min = 0.01,
     .max = kMaxSeconds,
     .doc = "How often to look, from begin to begin; a look takes 2 seconds "
            "at most."},
};
inline constexpr size_t kSigns = 4;

// The position in the table; an unknown name doesn't compile.
consteval size_t ReadyKey(absl::string_view name) {
  return yaml::KeyIndex(kReadyKeys, name);
}

}  // namespace servo::config

#endif  // CONFIG_READY_KEYS_H_
