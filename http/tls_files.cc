#include "http/tls_files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/unique_fd.h"

namespace servo::http {
namespace {

// Where the distributions' ca-certificates packages put it; third_party/curl
// is configured with the same.
constexpr char kSystemBundle[] = "/etc/ssl/certs/ca-certificates.crt";

// In the order of python-requests; curl's own name of the variable is the last.
constexpr const char* kVariables[] = {"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",
                                      "SSL_CERT_FILE"};

absl::Status CheckReadable(const std::string& path, absl::string_view what) {
  const base::UniqueFd file(
      open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.valid()) return absl::OkStatus();
  char buffer[128];
  const char* reason = strerror_r(errno, buffer, sizeof(buffer));
  return absl::InvalidArgumentError(
      absl::StrCat("cannot read ", what, " ", path, ": ", reason));
}

absl::StatusOr<TrustStore> Checked(const std::string& path,
                                   absl::string_view what) {
  if (absl::Status status = CheckReadable(path, what); !status.ok()) {
    return status;
  }
  struct stat info = {};
  const bool is_directory =
      stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
  return TrustStore{path, is_directory};
}

}  // namespace

absl::StatusOr<TrustStore> FindTrustStore(const Tls& tls, GetEnv get_env) {
  if (!tls.ca_bundle.empty()) {
    return Checked(tls.ca_bundle, "the bundle of trusted authorities");
  }
  for (const char* variable : kVariables) {
    const char* path = get_env(variable);
    if (path == nullptr || *path == '\0') continue;
    return Checked(path, absl::StrCat("the bundle of trusted authorities that ",
                                      variable, " names,"));
  }
  return Checked(kSystemBundle,
                 "the system's bundle of trusted authorities (package "
                 "ca-certificates)");
}

absl::Status CheckClientCertificate(const Tls& tls) {
  absl::Status status;
  if (!tls.client_cert.empty()) {
    status.Update(CheckReadable(tls.client_cert, "the client certificate"));
  }
  if (!tls.client_key.empty()) {
    status.Update(CheckReadable(tls.client_key, "the client's key"));
  }
  return status;
}

}  // namespace servo::http
