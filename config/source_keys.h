// The keys of an entry of `secrets` or `values`; keys.h has the others.
#ifndef CONFIG_SOURCE_KEYS_H_
#define CONFIG_SOURCE_KEYS_H_

#include "absl/strings/string_view.h"
#include "yaml/key_spec.h"

namespace servo::config {

// One of them says where the text comes from. In the order of
// plan::ValueSource::Kind, from kFile on.
inline constexpr yaml::KeySpec kSourceKeys[] = {
    {.name = "file",
     .type = yaml::ValueType::kNonEmptyText,
     .shown = yaml::Shown::kSecret,
     .none_means = "another source",
     .doc = "A file that holds the text; a relative path is the driver's."},
    {.name = "env",
     .type = yaml::ValueType::kNonEmptyText,
     .shown = yaml::Shown::kSecret,
     .none_means = "another source",
     .doc = "A variable of the driver's environment. Tasks do not inherit one "
            "that holds a secret."},
    {.name = "credential",
     .type = yaml::ValueType::kNonEmptyText,
     .shown = yaml::Shown::kSecret,
     .none_means = "another source",
     .doc = "A file in the directory that $CREDENTIALS_DIRECTORY names, as "
            "systemd passes credentials; without \"/\"."},
};

// What a name of a secret or of a value looks like.
inline constexpr absl::string_view kValueNamePattern =
    "^[A-Za-z_][A-Za-z0-9_]{0,63}$";

}  // namespace servo::config

#endif  // CONFIG_SOURCE_KEYS_H_
