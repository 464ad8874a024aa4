// How far a transfer had come when it failed.
#ifndef HTTP_PHASE_H_
#define HTTP_PHASE_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace servo::http {

// In the order in which a transfer passes them. One on a kept-alive connection
// begins with kSend.
enum class Phase {
  kResolve,       // looking up the host's name
  kConnect,       // connecting, to the proxy if there is one
  kProxy,         // waiting for the proxy's tunnel (CONNECT, SOCKS)
  kTlsHandshake,  // TLS handshake
  kSend,          // sending the request
  kFirstByte,     // waiting for the answer, until its first line is there
  kHeaders,       // receiving status line and headers
  kBody,          // receiving the body
};

// What is done in `phase`, to stand after "while": "connecting".
absl::string_view PhaseText(Phase phase);

// `status`, which is an error, with the phase attached.
absl::Status WithPhase(absl::Status status, Phase phase);

// The phase attached to a Client's error; none if the failure belongs to none
// (too many redirects).
std::optional<Phase> FailedPhase(const absl::Status& status);

}  // namespace servo::http

#endif  // HTTP_PHASE_H_
