// Trusted authorities as OpenSSL takes them, kept between requests.
#ifndef HTTP_TRUST_STORE_H_
#define HTTP_TRUST_STORE_H_

#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "http/request.h"
#include "http/tls_files.h"

struct ssl_ctx_st;     // OpenSSL's SSL_CTX
struct x509_store_st;  // OpenSSL's X509_STORE

namespace servo::http {

struct TrustStore {
  // Two stores of the same identity hold the same certificates: it has the
  // paths, and when the files behind them changed.
  std::string identity;
  std::shared_ptr<x509_store_st> authorities;
};

// Reads bundles once, and again when they have changed. Reading the system's
// takes some 20 ms, during which nothing else happens.
class TrustStores {
 public:
  // The authorities that `tls` trusts (FindTrustSource() of tls_files.h). Of a
  // directory: of each regular file in it that holds a certificate, named by
  // its hash or not; the others are left out.
  // kInvalidArgument if they cannot be found or read, or if there is no
  // certificate: the message names the path and the reason.
  absl::StatusOr<TrustStore> Get(const Tls& tls, GetEnv get_env);

 private:
  std::map<std::string, TrustStore> known_;  // by identity
};

// Makes `context` demand TLS 1.2 or later at OpenSSL's security level 2: keys
// of 112 bits of strength, no SHA-1 in signatures. `authorities` are those that
// it trusts; nullptr: its server is not checked.
void SecureContext(ssl_ctx_st* context, x509_store_st* authorities);

}  // namespace servo::http

#endif  // HTTP_TRUST_STORE_H_
