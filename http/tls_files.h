// The files that a TLS handshake needs: found, and read within limits.
#ifndef HTTP_TLS_FILES_H_
#define HTTP_TLS_FILES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "http/request.h"

namespace servo::http {

// Where the trusted authorities are.
struct TrustSource {
  // PEM files, or directories of PEM files; at least one. All are trusted.
  std::vector<std::string> paths;

  // For messages: "the system's bundle of trusted authorities".
  std::string description;
};

// The value of an environment variable, nullptr if it is not set: getenv(3), or
// a test's own.
using GetEnv = absl::FunctionRef<const char*(const char* name)>;

// What `tls` trusts: its own bundle, else the first of REQUESTS_CA_BUNDLE and
// CURL_CA_BUNDLE that is set and not empty, else SSL_CERT_FILE together with
// the directories of SSL_CERT_DIR (separated by colons), else the first of the
// places where distributions keep their bundle, below `root`. Of the
// directories, those that do not exist are left out.
// kInvalidArgument if there is nothing at that place; the message names the
// path, where it came from and the reason. Not for a `tls` that verifies
// nothing.
absl::StatusOr<TrustSource> FindTrustSource(const Tls& tls, GetEnv get_env,
                                            absl::string_view root = "");

// A bundle, a certificate or a key that is larger is not read.
inline constexpr size_t kMaxTlsFileSize = 16 * 1024 * 1024;

// The content of a regular file. Otherwise kInvalidArgument: "cannot read WHAT
// PATH: REASON". Never blocks: a FIFO or a device is refused, not opened.
absl::StatusOr<std::string> ReadTlsFile(const std::string& path,
                                        absl::string_view what);

}  // namespace servo::http

#endif  // HTTP_TLS_FILES_H_
