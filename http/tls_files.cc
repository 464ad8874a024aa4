#include "http/tls_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/unique_fd.h"

namespace servo::http {
namespace {

// Where distributions put the bundle of their ca-certificates package, and the
// directory of the same.
constexpr const char* kSystemPlaces[] = {
    "/etc/ssl/certs/ca-certificates.crt",  // Debian, Arch, Gentoo, Alpine
    "/etc/pki/tls/certs/ca-bundle.crt",    // Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",              // SUSE
    "/etc/ssl/cert.pem",                   // Alpine, BSD
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Fedora, RHEL
    "/etc/ssl/certs",
};

absl::Status CannotRead(absl::string_view what, absl::string_view path,
                        absl::string_view reason) {
  return absl::InvalidArgumentError(
      absl::StrCat("cannot read ", what, " ", path, ": ", reason));
}

absl::Status CannotRead(absl::string_view what, absl::string_view path,
                        int error) {
  char buffer[128];
  return CannotRead(what, path, strerror_r(error, buffer, sizeof(buffer)));
}

bool Exists(const std::string& path) {
  struct stat info = {};
  return stat(path.c_str(), &info) == 0;
}

absl::StatusOr<TrustSource> Existing(std::string path,
                                     std::string description) {
  struct stat info = {};
  if (stat(path.c_str(), &info) != 0) {
    return CannotRead(description, path, errno);
  }
  return TrustSource{{std::move(path)}, std::move(description)};
}

std::string NamedBy(absl::string_view variable) {
  return absl::StrCat("the bundle of trusted authorities that ", variable,
                      " names,");
}

// Those of SSL_CERT_DIR.
absl::StatusOr<TrustSource> ExistingDirectories(absl::string_view list) {
  TrustSource source;
  source.description =
      "the directory of trusted authorities that SSL_CERT_DIR names,";
  for (const absl::string_view part :
       absl::StrSplit(list, ':', absl::SkipEmpty())) {
    std::string path(part);
    if (Exists(path)) source.paths.push_back(std::move(path));
  }
  if (source.paths.empty()) return CannotRead(source.description, list, ENOENT);
  return source;
}

absl::StatusOr<TrustSource> SystemSource(absl::string_view root) {
  const std::string description =
      "the system's bundle of trusted authorities (package ca-certificates)";
  for (const char* place : kSystemPlaces) {
    std::string path = absl::StrCat(root, place);
    if (Exists(path)) return Existing(std::move(path), description);
  }
  return Existing(absl::StrCat(root, kSystemPlaces[0]), description);
}

// Why a file of this kind is not read, or nullptr.
const char* Unreadable(const struct stat& info) {
  if (S_ISDIR(info.st_mode)) return "it is a directory";
  if (!S_ISREG(info.st_mode)) return "it is not a regular file";
  if (static_cast<size_t>(info.st_size) > kMaxTlsFileSize) {
    return "it is larger than 16 MiB";
  }
  return nullptr;
}

}  // namespace

absl::StatusOr<TrustSource> FindTrustSource(const Tls& tls, GetEnv get_env,
                                            absl::string_view root) {
  if (!tls.ca_bundle.empty()) {
    return Existing(tls.ca_bundle, "the bundle of trusted authorities");
  }
  const auto value_of = [&](const char* variable) {
    const char* value = get_env(variable);
    return std::string(value == nullptr ? "" : value);
  };
  // In the order of python-requests.
  for (const char* variable : {"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"}) {
    std::string path = value_of(variable);
    if (!path.empty()) return Existing(std::move(path), NamedBy(variable));
  }
  std::string file = value_of("SSL_CERT_FILE");
  const std::string directories = value_of("SSL_CERT_DIR");
  if (file.empty() && directories.empty()) return SystemSource(root);
  if (file.empty()) return ExistingDirectories(directories);
  absl::StatusOr<TrustSource> source =
      Existing(std::move(file), NamedBy("SSL_CERT_FILE"));
  if (source.ok() && !directories.empty()) {
    if (const auto more = ExistingDirectories(directories); more.ok()) {
      source->paths.insert(source->paths.end(), more->paths.begin(),
                           more->paths.end());
    }
  }
  return source;
}

absl::StatusOr<std::string> ReadTlsFile(const std::string& path,
                                        absl::string_view what) {
  struct stat info = {};
  // Opening a device may already do something.
  if (stat(path.c_str(), &info) != 0) return CannotRead(what, path, errno);
  if (const char* reason = Unreadable(info); reason != nullptr) {
    return CannotRead(what, path, reason);
  }
  const base::UniqueFd file(
      open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file.valid() || fstat(file.get(), &info) != 0) {
    return CannotRead(what, path, errno);
  }
  if (const char* reason = Unreadable(info); reason != nullptr) {
    return CannotRead(what, path, reason);
  }
  std::string content(static_cast<size_t>(info.st_size), '\0');
  size_t size = 0;
  while (size < content.size()) {
    const ssize_t got =
        read(file.get(), content.data() + size, content.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return CannotRead(what, path, errno);
    if (got == 0) break;
    size += static_cast<size_t>(got);
  }
  content.resize(size);
  return content;
}

}  // namespace servo::http
