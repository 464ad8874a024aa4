// URLs as they may be shown.
#ifndef BASE_MASK_CREDENTIALS_H_
#define BASE_MASK_CREDENTIALS_H_

#include <string>

#include "absl/strings/string_view.h"

namespace servo::base {

// `url` with `user:password@` replaced by `***@`, for messages. Any text is
// accepted; what cannot be told apart from a password with a "/", "?" or "#" in
// it is taken for one.
std::string MaskCredentials(absl::string_view url);

}  // namespace servo::base

#endif  // BASE_MASK_CREDENTIALS_H_
