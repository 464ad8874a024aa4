// Certificates and TLS servers that exist for one test only.
#ifndef HTTP_TESTING_TEST_TLS_H_
#define HTTP_TESTING_TEST_TLS_H_

#include <memory>
#include <string>
#include <vector>

#include "http/testing/transport.h"

namespace servo::http {

// A certificate with its private key, both as PEM text.
struct Identity {
  std::string certificate;
  std::string key;
};

// What is written in a certificate.
struct CertificateSpec {
  std::vector<std::string> dns_names;
  // IPv4 addresses, in dotted form.
  std::vector<std::string> ip_addresses;
  // UTC, as "YYYYMMDDhhmmss".
  std::string not_before = "20200101000000";
  std::string not_after = "20991231235959";
};

// An authority with a new key of its own, which nobody trusts unless told.
class TestAuthority {
 public:
  TestAuthority();

  // PEM, to be trusted.
  const std::string& certificate() const { return identity_.certificate; }

  // A new key and a certificate for it, signed by this authority.
  Identity Issue(const CertificateSpec& spec) const;

  // The same, signed by its own key alone.
  static Identity SelfSigned(const CertificateSpec& spec);

 private:
  Identity identity_;
};

struct TlsServerOptions {
  enum class Version { kAny, kTls12Only, kTls13Only };
  Identity identity;
  Version version = Version::kAny;

  // PEM: clients must show a certificate that this authority signed. Empty:
  // they are not asked.
  std::string client_authority;
};

// Makes each connection one of TLS, for LoopbackServer::Options::transport.
std::unique_ptr<TransportFactory> NewTlsTransportFactory(
    const TlsServerOptions& options);

}  // namespace servo::http

#endif  // HTTP_TESTING_TEST_TLS_H_
