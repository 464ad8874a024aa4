// The HTTP client on libcurl's multi interface, driven by the event loop.
#ifndef HTTP_CURL_CLIENT_H_
#define HTTP_CURL_CLIENT_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "base/loop.h"
#include "http/client.h"

namespace servo::http {

// Makes a client on `loop`, which must outlive it; `user_agent` is sent unless
// a request brings its own. libcurl is initialised on first use, not here.
// Honours http_proxy, https_proxy, all_proxy and no_proxy of the environment;
// reads no netrc, no curlrc, keeps no cookies. No thread is ever started.
//
// Destruction cancels all transfers and closes all connections.
std::unique_ptr<Client> NewCurlClient(base::Loop* loop, std::string user_agent);

}  // namespace servo::http

#endif  // HTTP_CURL_CLIENT_H_
