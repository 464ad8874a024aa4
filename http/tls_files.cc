#include "http/tls_files.h"

#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/errno_text.h"
#include "base/regular_file.h"

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

bool Exists(const std::string& path) {
  struct stat info = {};
  return stat(path.c_str(), &info) == 0;
}

absl::StatusOr<TrustSource> Existing(std::string path,
                                     std::string description) {
  struct stat info = {};
  if (stat(path.c_str(), &info) != 0) {
    return CannotRead(description, path, base::ErrnoText(errno));
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
  if (source.paths.empty()) {
    return CannotRead(source.description, list, base::ErrnoText(ENOENT));
  }
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
  const absl::StatusOr<base::FoundFile> file = base::OpenRegularFile(path);
  if (!file.ok()) return CannotRead(what, path, file.status().message());
  if (S_ISDIR(file->info.st_mode)) {
    return CannotRead(what, path, "it is a directory");
  }
  if (!file->is_regular()) {
    return CannotRead(what, path, "it is not a regular file");
  }
  absl::StatusOr<std::string> content = base::ReadWhole(*file, kMaxTlsFileSize);
  if (absl::IsOutOfRange(content.status())) {
    return CannotRead(what, path, "it is larger than 16 MiB");
  }
  if (!content.ok()) return CannotRead(what, path, content.status().message());
  return content;
}

}  // namespace servo::http
