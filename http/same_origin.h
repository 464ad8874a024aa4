// URLs that a server gave, and that must not lead elsewhere.
#ifndef HTTP_SAME_ORIGIN_H_
#define HTTP_SAME_ORIGIN_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace servo::http {

// The URL that `reference` means as seen from `base`, without a fragment, if it
// has the origin of `asked` (RFC 6454: scheme, host and port), or leads there
// by https where `asked` is http and both have their scheme's port. All may
// come from a server. kInvalidArgument says why not: "leads to http://other:80,
// another origin than ...", "has credentials", "is empty" but for a fragment,
// "has a control character".
absl::StatusOr<std::string> ResolveWithinOrigin(absl::string_view reference,
                                                absl::string_view base,
                                                absl::string_view asked);

}  // namespace servo::http

#endif  // HTTP_SAME_ORIGIN_H_
