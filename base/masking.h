// Which names belong to secrets, and URLs without their secrets.
#ifndef BASE_MASKING_H_
#define BASE_MASKING_H_

#include <string>

#include "absl/strings/string_view.h"

namespace servo::base {

// Stands for what is not shown.
inline constexpr absl::string_view kMask = "***";

// Whether a header, parameter, variable or option of this name usually carries
// a secret: "Authorization", "Set-Cookie", "X-Api-Key", "PGPASS", ...
bool IsSecretName(absl::string_view name);

// Whether `text` is surely a name that a person chose, and no secret: words of
// letters, joined by "-", "_" or ".", each in lower case, in upper case or
// capitalized, 40 bytes at most. Names with digits are refused, since most
// passwords would pass with them.
bool LooksLikeName(absl::string_view text);

// A URL with its credentials, and the values of secret names in its query,
// replaced by kMask. Any text is accepted.
std::string MaskUrl(absl::string_view url);

// Scheme, host, port and path of a URL; all else is kMask, and so is a text
// that is no URL. Shows less than MaskUrl(): for texts that may be mistyped.
std::string UrlOutline(absl::string_view url);

}  // namespace servo::base

#endif  // BASE_MASKING_H_
