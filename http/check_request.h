// What can be said of a request before it is sent.
#ifndef HTTP_CHECK_REQUEST_H_
#define HTTP_CHECK_REQUEST_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "http/request.h"

namespace servo::http {

// Each returns OK or kInvalidArgument with a message that says what is wrong
// and what is expected, without naming where the value came from and without
// showing credentials.

// An absolute URL of http or https with a host, no blanks or control
// characters, a port of 1..65535 if any.
absl::Status CheckUrl(absl::string_view url);

// A part of the host and port of a URL: no character that ends them, or is an
// "@".
absl::Status CheckHostPart(absl::string_view text);

// A token (RFC 9110 section 5.6.2).
absl::Status CheckMethod(absl::string_view method);

// The name a token; the value without line breaks, NUL or other control
// characters but tab (RFC 9110 section 5.5).
absl::Status CheckHeader(absl::string_view name, absl::string_view value);

// All of the above for the whole request.
absl::Status CheckRequest(const Request& request);

// The same but for the URL, for a caller that parses it anyway.
absl::Status CheckAllButUrl(const Request& request);

}  // namespace servo::http

#endif  // HTTP_CHECK_REQUEST_H_
