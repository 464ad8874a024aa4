// Which proxy a URL is asked through: what the environment says of it.
#ifndef HTTP_PROXY_H_
#define HTTP_PROXY_H_

#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "http/url.h"

namespace servo::http {

struct Proxy {
  std::string url;        // as CURLOPT_PROXY takes it; may hold credentials
  bool is_https = false;  // spoken to by TLS itself
  bool is_socks = false;
};

// Looks up an environment variable; nullptr if it is not set.
using GetEnv = absl::FunctionRef<const char*(const char* name)>;

// The proxy for `url`; none if it is asked directly. The first that is set of
//
//   http   http_proxy, HTTP_PROXY, all_proxy, ALL_PROXY
//   https  https_proxy, HTTPS_PROXY, all_proxy, ALL_PROXY
//
// unless no_proxy, or else NO_PROXY, lists the host. HTTP_PROXY does not count
// where REQUEST_METHOD is set: a web server hands the header `Proxy` of a
// request to its programs under this name. An empty variable counts as unset.
//
// kUnavailable if the variable's value can't be used. The message names the
// variable alone: anything in the value may be a password.
absl::StatusOr<std::optional<Proxy>> FindProxy(const Url& url, GetEnv getenv);

// Whether `no_proxy`, a list separated by commas or blanks, lists the host of
// `url`. An entry is `*`, for all; a host or domain, for itself and what is
// below it, with or without a leading dot; an address; a network such as
// 10.0.0.0/8, fd00::/8 or ::/0. An address of IPv6 may be in brackets; a host,
// domain or address may be followed by `:PORT`, for that port alone.
bool IsListedInNoProxy(const Url& url, absl::string_view no_proxy);

}  // namespace servo::http

#endif  // HTTP_PROXY_H_
