// Owners of OpenSSL's objects, each freed by its own function.
#ifndef HTTP_OPENSSL_POINTERS_H_
#define HTTP_OPENSSL_POINTERS_H_

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>

namespace servo::http {

// std::unique_ptr<SSL, FreeBy<SSL_free>>.
template <auto kFree>
struct FreeBy {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};

using BioPtr = std::unique_ptr<BIO, FreeBy<BIO_free_all>>;
using CertificatePtr = std::unique_ptr<X509, FreeBy<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, FreeBy<EVP_PKEY_free>>;

}  // namespace servo::http

#endif  // HTTP_OPENSSL_POINTERS_H_
