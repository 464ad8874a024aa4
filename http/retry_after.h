// When a server wants to be asked again.
#ifndef HTTP_RETRY_AFTER_H_
#define HTTP_RETRY_AFTER_H_

#include <optional>

#include "absl/time/time.h"
#include "http/request.h"

namespace servo::http {

// The longest wait that RetryAfter() returns, about a century: more is cut to
// it. How long to wait at most is the caller's to say.
inline constexpr absl::Duration kMaxRetryAfter = absl::Hours(24 * 36525);

// How long from `now`, the wall clock's time, the Retry-After header asks to
// wait: a number of seconds or an HTTP-date in any of its three forms (RFC 9110
// sections 10.2.3 and 5.6.7). A date that has passed is zero; a missing or
// malformed header is none.
std::optional<absl::Duration> RetryAfter(const Headers& headers,
                                         absl::Time now);

}  // namespace servo::http

#endif  // HTTP_RETRY_AFTER_H_
