// Sending requests: the interface that the engine knows.
#ifndef HTTP_CLIENT_H_
#define HTTP_CLIENT_H_

#include <memory>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "http/request.h"

namespace servo::http {

// A transfer under way. Destruction cancels it, at once and in every phase,
// without a callback.
class Transfer {
 public:
  virtual ~Transfer() = default;
};

// Sends requests. Lives on one thread, that of its loop. Connections are kept
// and reused between transfers.
class Client {
 public:
  using Done = absl::AnyInvocable<void(absl::StatusOr<Response>)>;

  virtual ~Client() = default;

  // Starts `request`. `done` is called exactly once, on the loop, never from
  // inside Start(), and may destroy the Transfer. Any answer of a server is a
  // Response, whatever its status. Otherwise no (whole) answer came, and the
  // message names method, URL (without credentials), the phase that failed and
  // why:
  //
  //   kDeadlineExceeded    `timeout` has passed
  //   kUnavailable         name lookup, connect, TLS; silence longer than
  //                        `idle_timeout`; a broken or malformed answer; a file
  //                        that can't be read or written any more
  //   kFailedPrecondition  too many redirects, or one to what is not http or
  //                        https
  //   kResourceExhausted   the answer's headers or its compressed body exceed
  //                        the client's limits
  //
  // An error of Start() itself means that nothing was sent and `done` never
  // comes: kInvalidArgument, for what CheckRequest() refuses, and for a file
  // (certificate, `body_file`, `save_to`) that can't be read or made.
  virtual absl::StatusOr<std::unique_ptr<Transfer>> Start(
      const Request& request, Done done) = 0;
};

}  // namespace servo::http

#endif  // HTTP_CLIENT_H_
