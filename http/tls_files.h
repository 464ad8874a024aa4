// The files that a TLS handshake needs: found, and checked before connecting.
#ifndef HTTP_TLS_FILES_H_
#define HTTP_TLS_FILES_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "http/request.h"

namespace servo::http {

// Trusted authorities: a PEM bundle, or a directory of PEM files.
struct TrustStore {
  std::string path;
  bool is_directory = false;
};

// The value of an environment variable, nullptr if it is not set: getenv(3), or
// a test's own.
using GetEnv = absl::FunctionRef<const char*(const char* name)>;

// What `tls` trusts: its own bundle, else the first of REQUESTS_CA_BUNDLE,
// CURL_CA_BUNDLE and SSL_CERT_FILE that is set and not empty, else the system's
// bundle. kInvalidArgument if it can't be read; the message names the path,
// where it came from and the reason. Not to be asked if `tls` verifies nothing.
absl::StatusOr<TrustStore> FindTrustStore(const Tls& tls, GetEnv get_env);

// OK if the client certificate and key of `tls`, where given, can be read;
// otherwise kInvalidArgument with path and reason.
absl::Status CheckClientCertificate(const Tls& tls);

}  // namespace servo::http

#endif  // HTTP_TLS_FILES_H_
