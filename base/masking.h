// Texts without what their own words say is a secret: where nobody has
// declared one, the name before it tells. What a configuration declares is
// masked by its value: redactor.h.
#ifndef BASE_MASKING_H_
#define BASE_MASKING_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace servo::base {

// Stands for what is not shown.
inline constexpr absl::string_view kMask = "***";

// A part of a text: where it begins, and ends.
using TextRange = std::pair<size_t, size_t>;

// `text` with kMask in place of each of `ranges`, which are in order and do not
// overlap.
std::string MaskRanges(absl::string_view text,
                       const std::vector<TextRange>& ranges);

// Whether a header, parameter, variable or option of this name usually carries
// a secret: "Authorization", "Set-Cookie", "X-Api-Key", "PGPASS", ...
bool IsSecretName(absl::string_view name);

// Whether `text` is surely a name that a person chose, and no secret: words of
// letters, joined by "-", "_" or ".", each in lower case, in upper case or
// capitalized, 40 bytes at most. Names with digits are refused, since most
// passwords would pass with them.
bool LooksLikeName(absl::string_view text);

// `url` with `user:password@` replaced by `***@`, for messages. Any text is
// accepted; what cannot be told apart from a password with a "/", "?" or "#" in
// it is taken for one.
std::string MaskCredentials(absl::string_view url);

// A URL with its credentials, and the values of secret names in its query and
// its fragment, replaced by kMask. Any text is accepted.
std::string MaskUrl(absl::string_view url);

// Scheme, host, port and path of a URL; all else is kMask, and so is a text
// that is no URL. Shows less than MaskUrl(): for texts that may be mistyped.
std::string UrlOutline(absl::string_view url);

// One line with the values of secret names (IsSecretName()) and the credentials
// of URLs replaced by kMask. A value follows "=" or ":", or a blank if the name
// is an option ("--token VALUE"). It ends where its quotes do, those around the
// whole included; unquoted, at a blank or "&" after "=", at the end of the line
// after ":".
std::string MaskText(absl::string_view line);

// The arguments of a command, each masked so; the one after an option with a
// secret name, and a "user:password" after curl's -u, are kMask.
std::vector<std::string> MaskArguments(absl::Span<const std::string> argv);

}  // namespace servo::base

#endif  // BASE_MASKING_H_
