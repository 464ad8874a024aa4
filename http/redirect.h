// The rules by which redirects are followed: what the next request looks like.
#ifndef HTTP_REDIRECT_H_
#define HTTP_REDIRECT_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "http/request.h"
#include "http/url.h"

namespace servo::http {

// One request of a chain of redirects; what is not here stays the same in all
// of them. Movable, not copyable.
struct Hop {
  std::string method;
  Url url;
  Headers headers;
  bool send_body = true;  // the original request's, if it has one
  std::optional<BasicAuth> auth;
  bool send_client_cert = true;
};

// Whether an answer with `status` redirects when it has a Location: 301, 302,
// 303, 307, 308.
bool IsRedirect(int status);

// The request that follows `from` after it was answered with `status`, a
// redirect, and `location`, the Location header's value (Fetch standard,
// section 4.4, "HTTP-redirect fetch", as browsers do):
//
// * 301 and 302 turn POST into GET, 303 turns all but HEAD into GET. What is
//   turned loses its body and the headers that describe it. 307 and 308 keep
//   method and body, as 301 and 302 do for all other methods.
// * Another host, another port or plain http after https: basic authentication,
//   the headers Authorization, Proxy-Authorization, Cookie and Host, and the
//   client certificate are dropped, for all further hops too. From http to
//   https of the same host, both on their default port, all are kept, as
//   python-requests does.
// * Credentials in `location` are used for what follows.
//
// kFailedPrecondition if the location is not one of http or https, or is
// malformed.
absl::StatusOr<Hop> FollowRedirect(const Hop& from, int status,
                                   absl::string_view location);

}  // namespace servo::http

#endif  // HTTP_REDIRECT_H_
