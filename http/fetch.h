// One request, for callers without an event loop.
#ifndef HTTP_FETCH_H_
#define HTTP_FETCH_H_

#include "absl/status/statusor.h"
#include "http/request.h"

namespace servo::http {

// Sends `request` and waits for its answer, blocking the calling thread. Errors
// are those of Client::Start(), both forms. A 503 is a Response, not an error.
absl::StatusOr<Response> Fetch(const Request& request);

}  // namespace servo::http

#endif  // HTTP_FETCH_H_
