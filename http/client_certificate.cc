#include "http/client_certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include <cstring>
#include <memory>
#include <string>

#include "absl/log/check.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "http/openssl_pointers.h"
#include "http/tls_files.h"

namespace servo::http {
namespace {

constexpr absl::string_view kCertificate = "the client certificate";
constexpr absl::string_view kKey = "the client's key";

using Pkcs12File = std::unique_ptr<PKCS12, FreeBy<PKCS12_free>>;

BioPtr BioOf(const std::string& content) {
  BioPtr bio(BIO_new_mem_buf(content.data(), static_cast<int>(content.size())));
  CHECK(bio != nullptr) << "out of memory";
  return bio;
}

absl::Status Unusable(absl::string_view what, absl::string_view path,
                      absl::string_view reason) {
  return absl::InvalidArgumentError(
      absl::StrCat("cannot use ", what, " ", path, ": ", reason));
}

// What a file is that holds none of the PEM that it should.
absl::Status NotPem(absl::string_view what, const std::string& path,
                    const std::string& content, absl::string_view expected) {
  const Pkcs12File pkcs12(d2i_PKCS12_bio(BioOf(content).get(), nullptr));
  if (pkcs12 != nullptr) {
    return Unusable(
        what, path,
        absl::StrCat("it is PKCS#12, and PEM is needed: \"openssl pkcs12 -in ",
                     path, " -out client.pem\" makes it"));
  }
  if (!absl::StrContains(content, "-----BEGIN ")) {
    return Unusable(what, path, "it is not in PEM (-----BEGIN ...)");
  }
  return Unusable(what, path, absl::StrCat("it holds no ", expected));
}

// What OpenSSL asks for a passphrase; remembers that it did.
struct Passphrase {
  const std::string& text;
  bool asked = false;
};

int GivePassphrase(char* buffer, int size, int, void* data) {
  auto* passphrase = static_cast<Passphrase*>(data);
  passphrase->asked = true;
  const std::string& text = passphrase->text;
  if (text.empty() || text.size() > static_cast<size_t>(size)) return -1;
  std::memcpy(buffer, text.data(), text.size());
  return static_cast<int>(text.size());
}

absl::StatusOr<CertificatePtr> ReadCertificate(const std::string& path) {
  absl::StatusOr<std::string> content = ReadTlsFile(path, kCertificate);
  if (!content.ok()) return content.status();
  CertificatePtr certificate(
      PEM_read_bio_X509_AUX(BioOf(*content).get(), nullptr, nullptr, nullptr));
  if (certificate != nullptr) return certificate;
  return NotPem(kCertificate, path, *content, "certificate that can be read");
}

absl::StatusOr<KeyPtr> ReadKey(const std::string& path,
                               const std::string& passphrase_text) {
  absl::StatusOr<std::string> content = ReadTlsFile(path, kKey);
  if (!content.ok()) return content.status();
  Passphrase passphrase{passphrase_text};
  KeyPtr key(PEM_read_bio_PrivateKey(BioOf(*content).get(), nullptr,
                                     &GivePassphrase, &passphrase));
  if (key != nullptr) return key;
  if (!passphrase.asked) {
    return NotPem(kKey, path, *content, "private key that can be read");
  }
  return Unusable(kKey, path,
                  passphrase_text.empty()
                      ? "it is encrypted, and no passphrase is given (cert: "
                        "{cert: ..., key: ..., passphrase: ...})"
                      : "the passphrase does not fit");
}

absl::Status Check(const Tls& tls) {
  const absl::StatusOr<CertificatePtr> certificate =
      ReadCertificate(tls.client_cert);
  if (!certificate.ok()) return certificate.status();
  const std::string& key_path =
      tls.client_key.empty() ? tls.client_cert : tls.client_key;
  const absl::StatusOr<KeyPtr> key =
      ReadKey(key_path, tls.client_key_passphrase);
  if (!key.ok()) return key.status();
  if (X509_check_private_key(certificate->get(), key->get()) != 1) {
    return Unusable(kKey, key_path,
                    absl::StrCat("it does not belong to the certificate ",
                                 tls.client_cert));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckClientCertificate(const Tls& tls) {
  if (tls.client_cert.empty()) return absl::OkStatus();
  absl::Status status = Check(tls);
  ERR_clear_error();
  return status;
}

}  // namespace servo::http
