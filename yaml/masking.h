// Keeping secrets out of what is shown.
#ifndef YAML_MASKING_H_
#define YAML_MASKING_H_

#include <string>

#include "absl/strings/string_view.h"

namespace servo::yaml {

// Stands for what is not shown.
inline constexpr absl::string_view kMask = "***";

// Whether a header, parameter or variable of this name usually carries a
// secret: "Authorization", "Set-Cookie", "X-Api-Key", "DB_PASSWORD", ...
bool IsSecretName(absl::string_view name);

// A line of configuration with the values of such names, and the credentials
// of URLs, replaced by as many stars as they have characters.
std::string MaskLine(absl::string_view line);

// A URL with its credentials, and the values of such names in its query,
// replaced by kMask.
std::string MaskUrl(absl::string_view url);

}  // namespace servo::yaml

#endif  // YAML_MASKING_H_
