// What OpenSSL says of a failed connection, by way of curl, in plain words.
#ifndef HTTP_TLS_FAILURE_H_
#define HTTP_TLS_FAILURE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace servo::http {

// Why the handshake with `host` failed, of curl's message.
std::string HandshakeReason(absl::string_view detail, absl::string_view host);

// Whether curl's message says that a TLS connection ended without close_notify:
// its end may not be the end of what was sent.
bool IsEndWithoutNotice(absl::string_view detail);

// curl's message about a connection that failed after the handshake, without
// the names and numbers that only OpenSSL's developers need. Other messages
// stay as they are.
std::string TlsReceiveReason(absl::string_view detail);

}  // namespace servo::http

#endif  // HTTP_TLS_FAILURE_H_
