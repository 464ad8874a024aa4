// Certificates and TLS servers that exist for one test only.
#ifndef HTTP_TESTING_TEST_TLS_H_
#define HTTP_TESTING_TEST_TLS_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "http/testing/transport.h"

namespace servo::http {

// A certificate with its private key, both as PEM text. A server sends all
// certificates of the text: its own, then those of its authorities.
struct Identity {
  std::string certificate;
  std::string key;
};

enum class KeyType { kP256, kRsa1024, kRsa2048, kRsaPss2048, kEd25519 };

// What is written in a certificate.
struct CertificateSpec {
  std::vector<std::string> dns_names;
  // IPv4 or IPv6 addresses.
  std::vector<std::string> ip_addresses;
  // UTC, as "YYYYMMDDhhmmss".
  std::string not_before = "20200101000000";
  std::string not_after = "20991231235959";
  std::string common_name = "Test subject";
  KeyType key = KeyType::kP256;
  // Of the signature. An issuer with a key of Ed25519 has its own.
  std::string digest = "SHA256";
  // Name and value as openssl.cnf(5) has them: {"nameConstraints",
  // "critical,permitted;DNS:localhost"}.
  std::vector<std::pair<std::string, std::string>> extensions;
};

// An authority with a new key of its own, which nobody trusts unless told.
class TestAuthority {
 public:
  // A root, which signs its own certificate.
  TestAuthority();

  // An intermediate authority of `issuer`, which need not outlive it.
  TestAuthority(const TestAuthority& issuer, CertificateSpec spec);

  // Signs with any certificate, of an authority or not.
  explicit TestAuthority(Identity identity) : identity_(std::move(identity)) {}

  // PEM, to be trusted or to be sent.
  const std::string& certificate() const { return identity_.certificate; }

  // A new key and a certificate for it, signed by this authority.
  Identity Issue(const CertificateSpec& spec) const;

  // The same, signed by its own key alone.
  static Identity SelfSigned(const CertificateSpec& spec);

 private:
  Identity identity_;
};

// The key of `identity` in PEM, encrypted: PKCS#8, or the older form that
// OpenSSL wrote before ("DEK-Info").
std::string EncryptedKey(const Identity& identity,
                         const std::string& passphrase);
std::string TraditionallyEncryptedKey(const Identity& identity,
                                      const std::string& passphrase);

// `certificate` as "openssl x509 -trustout" writes it.
std::string TrustedCertificate(absl::string_view certificate);

// Both in one PKCS#12 file.
std::string Pkcs12(const Identity& identity, const std::string& passphrase);

struct TlsServerOptions {
  enum class Version { kAny, kTls12Only, kTls13Only };
  Identity identity;
  Version version = Version::kAny;

  // PEM: clients must show a certificate that this authority signed. Empty:
  // they are not asked.
  std::string client_authority;

  // Whether a connection ends as TLS wants it, with close_notify.
  bool close_notify = true;

  // The server name of each handshake is added, empty if the client sent none.
  // Must outlive the server.
  std::vector<std::string>* server_names = nullptr;
};

// Makes each connection one of TLS, for LoopbackServer::Options::transport.
std::unique_ptr<TransportFactory> NewTlsTransportFactory(
    const TlsServerOptions& options);

}  // namespace servo::http

#endif  // HTTP_TESTING_TEST_TLS_H_
