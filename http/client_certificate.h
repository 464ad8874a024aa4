// The certificate that a client shows of itself.
#ifndef HTTP_CLIENT_CERTIFICATE_H_
#define HTTP_CLIENT_CERTIFICATE_H_

#include "absl/status/status.h"
#include "http/request.h"

namespace servo::http {

// OK if `tls` has no client certificate, or if certificate and key can be read,
// the passphrase fits and they belong together. Otherwise kInvalidArgument with
// the path and the reason, and never the passphrase.
absl::Status CheckClientCertificate(const Tls& tls);

}  // namespace servo::http

#endif  // HTTP_CLIENT_CERTIFICATE_H_
