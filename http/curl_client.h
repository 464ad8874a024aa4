// The HTTP client on libcurl's multi interface, driven by the event loop.
#ifndef HTTP_CURL_CLIENT_H_
#define HTTP_CURL_CLIENT_H_

#include <memory>
#include <string>

#include "base/loop.h"
#include "http/client.h"
#include "http/response_reader.h"

namespace servo::http {

// Makes a client on `loop`, which must outlive it; `user_agent` is sent unless
// a request brings its own. libcurl is initialised on first use, not here.
// Honours http_proxy, https_proxy, all_proxy and no_proxy of the environment
// (http/proxy.h); reads no netrc, no curlrc, keeps no cookies. No thread is
// ever started.
//
// Errors of Start(), beyond those of every Client: kInvalidArgument too for a
// bundle of trusted authorities that can't be read, if the URL is one of https.
// FailedPhase() of http/phase.h tells how far a failed transfer had come,
// OwnWords() of http/own_words.h how it failed without what servers have said.
//
// Destruction cancels all transfers and closes all connections; a Transfer may
// outlive it.
std::unique_ptr<Client> NewCurlClient(base::Loop* loop, std::string user_agent,
                                      const ResponseLimits& limits = {});

}  // namespace servo::http

#endif  // HTTP_CURL_CLIENT_H_
