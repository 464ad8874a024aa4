#include "http/trust_store.h"

#include <dirent.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <utility>
#include <vector>

#include "absl/log/check.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/errno_text.h"
#include "http/openssl_pointers.h"

namespace servo::http {
namespace {

constexpr size_t kMaxKnownStores = 16;

// Of a directory.
constexpr size_t kMaxFiles = 10'000;

struct CloseDirectory {
  void operator()(DIR* directory) const { closedir(directory); }
};

// Tells one state of a file or directory from another.
std::string StateOf(const std::string& path) {
  struct stat info = {};
  if (stat(path.c_str(), &info) != 0) return path;
  return absl::StrCat(path, "@", info.st_dev, ".", info.st_ino, ".",
                      info.st_size, ".", info.st_mtim.tv_sec, ".",
                      info.st_mtim.tv_nsec);
}

std::string IdentityOf(const TrustSource& source) {
  std::string identity;
  for (const std::string& path : source.paths) {
    absl::StrAppend(&identity, StateOf(path), "\n");
  }
  return identity;
}

absl::Status Unusable(absl::string_view description, absl::string_view path,
                      absl::string_view reason) {
  return absl::InvalidArgumentError(
      absl::StrCat("cannot use ", description, " ", path, ": ", reason));
}

// Adds the certificates of a PEM text and returns how many there are, or why
// one of them cannot be read.
absl::StatusOr<int> AddCertificates(const std::string& pem,
                                    X509_STORE* authorities) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  CHECK(bio != nullptr) << "out of memory";
  int count = 0;
  ERR_clear_error();
  while (X509* raw =
             PEM_read_bio_X509_AUX(bio.get(), nullptr, nullptr, nullptr)) {
    const CertificatePtr certificate(raw);
    CHECK_EQ(X509_STORE_add_cert(authorities, raw), 1) << "out of memory";
    ++count;
  }
  const unsigned long error = ERR_peek_last_error();
  ERR_clear_error();
  if (ERR_GET_LIB(error) == ERR_LIB_PEM &&
      ERR_GET_REASON(error) == PEM_R_NO_START_LINE) {
    return count;
  }
  const char* reason = ERR_reason_error_string(error);
  return absl::InvalidArgumentError(
      absl::StrCat("certificate ", count + 1, " is damaged (",
                   reason == nullptr ? "unknown reason" : reason, ")"));
}

absl::Status AddFile(const std::string& path, absl::string_view description,
                     X509_STORE* authorities) {
  absl::StatusOr<std::string> pem = ReadTlsFile(path, description);
  if (!pem.ok()) return pem.status();
  absl::StatusOr<int> count = AddCertificates(*pem, authorities);
  if (!count.ok()) {
    return Unusable(description, path, count.status().message());
  }
  if (*count == 0)
    return Unusable(description, path, "it holds no certificate");
  return absl::OkStatus();
}

// Names of the regular files in a directory, each file once: hashed directories
// have several links to each.
absl::StatusOr<std::vector<std::string>> FilesOf(
    const std::string& directory, absl::string_view description) {
  const std::unique_ptr<DIR, CloseDirectory> handle(opendir(directory.c_str()));
  if (handle == nullptr) {
    return Unusable(description, directory, base::ErrnoText(errno));
  }
  std::vector<std::string> files;
  std::set<std::pair<dev_t, ino_t>> seen;
  while (const dirent* entry = readdir(handle.get())) {
    std::string path = absl::StrCat(directory, "/", entry->d_name);
    struct stat info = {};
    if (stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode) ||
        !seen.emplace(info.st_dev, info.st_ino).second) {
      continue;
    }
    files.push_back(std::move(path));
    if (files.size() > kMaxFiles) {
      return Unusable(description, directory,
                      absl::StrCat("it has more than ", kMaxFiles, " files"));
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

absl::Status AddDirectory(const std::string& directory,
                          absl::string_view description,
                          X509_STORE* authorities) {
  const auto files = FilesOf(directory, description);
  if (!files.ok()) return files.status();
  bool any = false;
  for (const std::string& file : *files) {
    if (AddFile(file, description, authorities).ok()) any = true;
  }
  if (any) return absl::OkStatus();
  return Unusable(description, directory,
                  "none of its files holds a certificate in PEM");
}

bool IsDirectory(const std::string& path) {
  struct stat info = {};
  return stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

absl::StatusOr<std::shared_ptr<X509_STORE>> Read(const TrustSource& source) {
  std::shared_ptr<X509_STORE> authorities(X509_STORE_new(), &X509_STORE_free);
  CHECK(authorities != nullptr) << "out of memory";
  // As curl and Python have it: an intermediate authority can be trusted by
  // itself, and what is trusted goes before what a server sends.
  X509_STORE_set_flags(authorities.get(),
                       X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
  for (const std::string& path : source.paths) {
    absl::Status status =
        IsDirectory(path)
            ? AddDirectory(path, source.description, authorities.get())
            : AddFile(path, source.description, authorities.get());
    if (!status.ok()) return status;
  }
  return authorities;
}

// Without what the steps of the check have noted of it: curl tells of the first
// note, and should tell of the result.
int CheckCertificate(X509_STORE_CTX* context, void*) {
  const int result = X509_verify_cert(context);
  ERR_clear_error();
  return result;
}

}  // namespace

absl::StatusOr<TrustStore> TrustStores::Get(const Tls& tls, GetEnv get_env) {
  absl::StatusOr<TrustSource> source = FindTrustSource(tls, get_env);
  if (!source.ok()) return source.status();
  std::string identity = IdentityOf(*source);
  if (const auto known = known_.find(identity); known != known_.end()) {
    return known->second;
  }
  auto authorities = Read(*source);
  if (!authorities.ok()) return authorities.status();
  if (known_.size() >= kMaxKnownStores) known_.clear();
  TrustStore store{identity, *std::move(authorities)};
  known_.emplace(std::move(identity), store);
  return store;
}

void SecureContext(SSL_CTX* context, X509_STORE* authorities) {
  SSL_CTX_set_security_level(context, 2);
  CHECK_EQ(SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION), 1);
  SSL_CTX_set_cert_verify_callback(context, &CheckCertificate, nullptr);
  if (authorities != nullptr) SSL_CTX_set1_cert_store(context, authorities);
}

}  // namespace servo::http
