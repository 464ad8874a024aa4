#include "http/testing/test_tls.h"

#include <openssl/bio.h>
#include <openssl/conf.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdint>

#include "absl/log/check.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "http/openssl_pointers.h"

namespace servo::http {
namespace {

using BioMethod = std::unique_ptr<BIO_METHOD, FreeBy<BIO_meth_free>>;
using Configuration = std::unique_ptr<CONF, FreeBy<NCONF_free>>;
using Context = std::unique_ptr<SSL_CTX, FreeBy<SSL_CTX_free>>;
using Session = std::unique_ptr<SSL, FreeBy<SSL_free>>;

std::string LastError() {
  char text[256];
  ERR_error_string_n(ERR_peek_last_error(), text, sizeof(text));
  return text;
}

BioPtr MemoryBio(absl::string_view text = "") {
  BioPtr bio(BIO_new(BIO_s_mem()));
  CHECK(bio != nullptr);
  CHECK_EQ(BIO_write(bio.get(), text.data(), static_cast<int>(text.size())),
           static_cast<int>(text.size()));
  return bio;
}

std::string TextOf(const BioPtr& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

KeyPtr GenerateKey(KeyType type) {
  EVP_PKEY* key = nullptr;
  switch (type) {
    case KeyType::kP256:
      key = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
      break;
    case KeyType::kRsa1024:
      key = EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", size_t{1024});
      break;
    case KeyType::kRsa2048:
      key = EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", size_t{2048});
      break;
    case KeyType::kRsaPss2048: {
      EVP_PKEY_CTX* context = EVP_PKEY_CTX_new_id(EVP_PKEY_RSA_PSS, nullptr);
      CHECK_EQ(EVP_PKEY_keygen_init(context), 1) << LastError();
      CHECK_EQ(EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2048), 1);
      CHECK_EQ(EVP_PKEY_keygen(context, &key), 1) << LastError();
      EVP_PKEY_CTX_free(context);
      break;
    }
    case KeyType::kEd25519:
      key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
      break;
  }
  CHECK(key != nullptr) << LastError();
  return KeyPtr(key);
}

KeyPtr ParseKey(const std::string& pem) {
  KeyPtr key(
      PEM_read_bio_PrivateKey(MemoryBio(pem).get(), nullptr, nullptr, nullptr));
  CHECK(key != nullptr) << LastError();
  return key;
}

std::string Pem(const KeyPtr& key) {
  const BioPtr bio = MemoryBio();
  CHECK_EQ(PEM_write_bio_PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0,
                                    nullptr, nullptr),
           1);
  return TextOf(bio);
}

CertificatePtr ParseCertificate(absl::string_view pem) {
  CertificatePtr certificate(
      PEM_read_bio_X509(MemoryBio(pem).get(), nullptr, nullptr, nullptr));
  CHECK(certificate != nullptr) << LastError();
  return certificate;
}

void AddExtension(X509* certificate, const std::string& name,
                  const std::string& value) {
  // Policies want a configuration, if only an empty one.
  const Configuration configuration(NCONF_new(nullptr));
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509V3_set_nconf(&context, configuration.get());
  X509_EXTENSION* extension =
      X509V3_EXT_nconf(nullptr, &context, name.c_str(), value.c_str());
  CHECK(extension != nullptr) << name << ": " << LastError();
  CHECK_EQ(X509_add_ext(certificate, extension, -1), 1);
  X509_EXTENSION_free(extension);
}

std::string AlternativeNames(const CertificateSpec& spec) {
  std::vector<std::string> names;
  for (const std::string& name : spec.dns_names) {
    names.push_back(absl::StrCat("DNS:", name));
  }
  for (const std::string& address : spec.ip_addresses) {
    names.push_back(absl::StrCat("IP:", address));
  }
  return absl::StrJoin(names, ",");
}

void SetTime(ASN1_TIME* time, const std::string& text) {
  CHECK_EQ(ASN1_TIME_set_string_X509(time, absl::StrCat(text, "Z").c_str()), 1)
      << text;
}

// Who signs: a certificate's subject and the key that belongs to it. No
// subject: the certificate signs itself.
struct Signer {
  const X509* certificate;
  EVP_PKEY* key;
};

std::string WriteCertificate(const CertificateSpec& spec, bool is_authority,
                             const KeyPtr& subject_key, const Signer& signer) {
  const CertificatePtr certificate(X509_new());
  X509* const raw = certificate.get();
  CHECK_EQ(X509_set_version(raw, X509_VERSION_3), 1);
  uint64_t serial = 0;
  CHECK_EQ(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), 7), 1);
  CHECK_EQ(ASN1_INTEGER_set_uint64(X509_get_serialNumber(raw), serial), 1);
  SetTime(X509_getm_notBefore(raw), spec.not_before);
  SetTime(X509_getm_notAfter(raw), spec.not_after);
  X509_NAME* const name = X509_get_subject_name(raw);
  CHECK_EQ(X509_NAME_add_entry_by_txt(
               name, "CN", MBSTRING_UTF8,
               reinterpret_cast<const unsigned char*>(spec.common_name.c_str()),
               -1, -1, 0),
           1);
  CHECK_EQ(X509_set_issuer_name(
               raw, signer.certificate == nullptr
                        ? name
                        : X509_get_subject_name(signer.certificate)),
           1);
  CHECK_EQ(X509_set_pubkey(raw, subject_key.get()), 1);
  AddExtension(raw, "basicConstraints",
               is_authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
  if (const std::string names = AlternativeNames(spec); !names.empty()) {
    AddExtension(raw, "subjectAltName", names);
  }
  for (const auto& [extension, value] : spec.extensions) {
    AddExtension(raw, extension, value);
  }
  const bool has_digest = EVP_PKEY_get_id(signer.key) != EVP_PKEY_ED25519;
  const EVP_MD* const digest =
      has_digest ? EVP_get_digestbyname(spec.digest.c_str()) : nullptr;
  CHECK_GT(X509_sign(raw, signer.key, digest), 0) << LastError();
  const BioPtr bio = MemoryBio();
  CHECK_EQ(PEM_write_bio_X509(bio.get(), raw), 1);
  return TextOf(bio);
}

// A BIO of OpenSSL on a non-blocking socket, which it does not own.
int WriteToSocket(BIO* bio, const char* data, int size) {
  BIO_clear_retry_flags(bio);
  const int socket = *static_cast<const int*>(BIO_get_data(bio));
  const ssize_t sent =
      send(socket, data, static_cast<size_t>(size), MSG_NOSIGNAL);
  if (sent < 0 && errno == EAGAIN) BIO_set_retry_write(bio);
  return static_cast<int>(sent);
}

int ReadFromSocket(BIO* bio, char* buffer, int size) {
  BIO_clear_retry_flags(bio);
  const int socket = *static_cast<const int*>(BIO_get_data(bio));
  const ssize_t received = recv(socket, buffer, static_cast<size_t>(size), 0);
  if (received < 0 && errno == EAGAIN) BIO_set_retry_read(bio);
  return static_cast<int>(received);
}

long ControlSocket(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

BioMethod NewSocketMethod() {
  BioMethod method(BIO_meth_new(BIO_TYPE_SOURCE_SINK, "socket"));
  CHECK(method != nullptr);
  BIO_meth_set_write(method.get(), &WriteToSocket);
  BIO_meth_set_read(method.get(), &ReadFromSocket);
  BIO_meth_set_ctrl(method.get(), &ControlSocket);
  return method;
}

class TlsTransport final : public Transport {
 public:
  TlsTransport(int socket, SSL_CTX* context, const BIO_METHOD* method,
               bool close_notify)
      : socket_(socket),
        close_notify_(close_notify),
        session_(SSL_new(context)) {
    CHECK(session_ != nullptr);
    BIO* const bio = BIO_new(method);
    CHECK(bio != nullptr);
    BIO_set_data(bio, &socket_);
    BIO_set_init(bio, 1);
    SSL_set_bio(session_.get(), bio, bio);
    SSL_set_accept_state(session_.get());
  }
  ~TlsTransport() override {
    if (close_notify_) SSL_shutdown(session_.get());
    ERR_clear_error();
  }

  // Both do the handshake first, if it is still to be done.
  ssize_t Read(char* buffer, size_t size) override {
    ERR_clear_error();
    return Result(SSL_read(session_.get(), buffer, static_cast<int>(size)));
  }
  ssize_t Write(const char* data, size_t size) override {
    ERR_clear_error();
    return Result(SSL_write(session_.get(), data, static_cast<int>(size)));
  }

 private:
  ssize_t Result(int result) {
    if (result > 0) return result;
    const int error = SSL_get_error(session_.get(), result);
    if (error == SSL_ERROR_ZERO_RETURN) return 0;
    const bool later =
        error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
    errno = later ? EAGAIN : EPROTO;
    return -1;
  }

  int socket_;
  const bool close_notify_;
  Session session_;
};

class TlsTransportFactory final : public TransportFactory {
 public:
  explicit TlsTransportFactory(const TlsServerOptions& options)
      : close_notify_(options.close_notify),
        server_names_(options.server_names),
        method_(NewSocketMethod()),
        context_(SSL_CTX_new(TLS_server_method())) {
    SSL_CTX* const raw = context_.get();
    CHECK(raw != nullptr) << LastError();
    // Clients are tested, and are to refuse what is weak.
    SSL_CTX_set_security_level(raw, 0);
    SSL_CTX_set_mode(raw, SSL_MODE_ENABLE_PARTIAL_WRITE |
                              SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    UseIdentity(options.identity);
    if (options.version == TlsServerOptions::Version::kTls12Only) {
      SSL_CTX_set_max_proto_version(raw, TLS1_2_VERSION);
    } else if (options.version == TlsServerOptions::Version::kTls13Only) {
      SSL_CTX_set_min_proto_version(raw, TLS1_3_VERSION);
    }
    SSL_CTX_set_tlsext_servername_callback(raw, &OnServerName);
    SSL_CTX_set_tlsext_servername_arg(raw, this);
    if (options.client_authority.empty()) return;
    const CertificatePtr authority = ParseCertificate(options.client_authority);
    CHECK_EQ(X509_STORE_add_cert(SSL_CTX_get_cert_store(raw), authority.get()),
             1);
    SSL_CTX_set_verify(raw, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                       nullptr);
  }

  std::unique_ptr<Transport> New(int socket) override {
    return std::make_unique<TlsTransport>(socket, context_.get(), method_.get(),
                                          close_notify_);
  }

 private:
  void UseIdentity(const Identity& identity) {
    const BioPtr bio = MemoryBio(identity.certificate);
    bool is_first = true;
    while (X509* raw =
               PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
      const CertificatePtr certificate(raw);
      if (is_first) {
        CHECK_EQ(SSL_CTX_use_certificate(context_.get(), raw), 1)
            << LastError();
      } else {
        CHECK_EQ(SSL_CTX_add1_chain_cert(context_.get(), raw), 1);
      }
      is_first = false;
    }
    ERR_clear_error();  // of the end of the text
    CHECK_EQ(
        SSL_CTX_use_PrivateKey(context_.get(), ParseKey(identity.key).get()), 1)
        << LastError();
  }

  static int OnServerName(SSL* session, int*, void* self) {
    auto* factory = static_cast<TlsTransportFactory*>(self);
    if (factory->server_names_ != nullptr) {
      const char* name = SSL_get_servername(session, TLSEXT_NAMETYPE_host_name);
      factory->server_names_->push_back(name == nullptr ? "" : name);
    }
    return SSL_TLSEXT_ERR_OK;
  }

  const bool close_notify_;
  std::vector<std::string>* const server_names_;
  const BioMethod method_;
  const Context context_;
};

Identity IssueSigned(const CertificateSpec& spec, bool is_authority,
                     const Identity& issuer) {
  const KeyPtr key = GenerateKey(spec.key);
  const CertificatePtr issuer_certificate =
      ParseCertificate(issuer.certificate);
  const KeyPtr issuer_key = ParseKey(issuer.key);
  return {WriteCertificate(spec, is_authority, key,
                           {issuer_certificate.get(), issuer_key.get()}),
          Pem(key)};
}

Identity SelfSign(const CertificateSpec& spec, bool is_authority) {
  const KeyPtr key = GenerateKey(spec.key);
  return {WriteCertificate(spec, is_authority, key, {nullptr, key.get()}),
          Pem(key)};
}

}  // namespace

TestAuthority::TestAuthority()
    : identity_(SelfSign({.common_name = "Test authority"},
                         /*is_authority=*/true)) {}

TestAuthority::TestAuthority(const TestAuthority& issuer, CertificateSpec spec)
    : identity_(IssueSigned(spec, /*is_authority=*/true, issuer.identity_)) {}

Identity TestAuthority::Issue(const CertificateSpec& spec) const {
  return IssueSigned(spec, /*is_authority=*/false, identity_);
}

Identity TestAuthority::SelfSigned(const CertificateSpec& spec) {
  return SelfSign(spec, /*is_authority=*/false);
}

std::string EncryptedKey(const Identity& identity,
                         const std::string& passphrase) {
  const BioPtr bio = MemoryBio();
  CHECK_EQ(PEM_write_bio_PKCS8PrivateKey(
               bio.get(), ParseKey(identity.key).get(), EVP_aes_256_cbc(),
               passphrase.data(), static_cast<int>(passphrase.size()), nullptr,
               nullptr),
           1)
      << LastError();
  return TextOf(bio);
}

std::string TraditionallyEncryptedKey(const Identity& identity,
                                      const std::string& passphrase) {
  const BioPtr bio = MemoryBio();
  CHECK_EQ(PEM_write_bio_PrivateKey_traditional(
               bio.get(), ParseKey(identity.key).get(), EVP_des_ede3_cbc(),
               reinterpret_cast<const unsigned char*>(passphrase.data()),
               static_cast<int>(passphrase.size()), nullptr, nullptr),
           1)
      << LastError();
  return TextOf(bio);
}

std::string TrustedCertificate(absl::string_view certificate) {
  const BioPtr bio = MemoryBio();
  CHECK_EQ(
      PEM_write_bio_X509_AUX(bio.get(), ParseCertificate(certificate).get()),
      1);
  return TextOf(bio);
}

std::string Pkcs12(const Identity& identity, const std::string& passphrase) {
  PKCS12* file = PKCS12_create(
      passphrase.c_str(), "test", ParseKey(identity.key).get(),
      ParseCertificate(identity.certificate).get(), nullptr, 0, 0, 0, 0, 0);
  CHECK(file != nullptr) << LastError();
  const BioPtr bio = MemoryBio();
  CHECK_EQ(i2d_PKCS12_bio(bio.get(), file), 1);
  PKCS12_free(file);
  return TextOf(bio);
}

std::unique_ptr<TransportFactory> NewTlsTransportFactory(
    const TlsServerOptions& options) {
  return std::make_unique<TlsTransportFactory>(options);
}

}  // namespace servo::http
