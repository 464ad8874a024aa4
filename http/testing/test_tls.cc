#include "http/testing/test_tls.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <deque>
#include <utility>

#include "absl/log/check.h"
#include "mbedtls/ctr_drbg.h"
#include "mbedtls/ecp.h"
#include "mbedtls/entropy.h"
#include "mbedtls/pk.h"
#include "mbedtls/ssl.h"
#include "mbedtls/x509_crt.h"
#include "psa/crypto.h"

namespace servo::http {
namespace {

// Mbed TLS' contexts with the life of an object.
class Random {
 public:
  Random() {
    // TLS 1.3 needs it (Mbed TLS, docs/use-psa-crypto.md).
    CHECK_EQ(psa_crypto_init(), PSA_SUCCESS);
    mbedtls_entropy_init(&entropy_);
    mbedtls_ctr_drbg_init(&generator_);
    CHECK_EQ(mbedtls_ctr_drbg_seed(&generator_, mbedtls_entropy_func, &entropy_,
                                   nullptr, 0),
             0);
  }
  ~Random() {
    mbedtls_ctr_drbg_free(&generator_);
    mbedtls_entropy_free(&entropy_);
  }
  mbedtls_ctr_drbg_context* get() { return &generator_; }

 private:
  mbedtls_entropy_context entropy_;
  mbedtls_ctr_drbg_context generator_;
};

class Key {
 public:
  Key() { mbedtls_pk_init(&key_); }
  ~Key() { mbedtls_pk_free(&key_); }

  void Generate(Random& random) {
    CHECK_EQ(
        mbedtls_pk_setup(&key_, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY)),
        0);
    CHECK_EQ(mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1, mbedtls_pk_ec(key_),
                                 mbedtls_ctr_drbg_random, random.get()),
             0);
  }

  void Parse(const std::string& pem, Random& random) {
    CHECK_EQ(
        mbedtls_pk_parse_key(
            &key_, reinterpret_cast<const unsigned char*>(pem.c_str()),
            pem.size() + 1, nullptr, 0, mbedtls_ctr_drbg_random, random.get()),
        0);
  }

  std::string Pem() {
    std::array<unsigned char, 4096> buffer = {};
    CHECK_EQ(mbedtls_pk_write_key_pem(&key_, buffer.data(), buffer.size()), 0);
    return reinterpret_cast<const char*>(buffer.data());
  }

  mbedtls_pk_context* get() { return &key_; }

 private:
  mbedtls_pk_context key_;
};

class Certificate {
 public:
  Certificate() { mbedtls_x509_crt_init(&certificate_); }
  ~Certificate() { mbedtls_x509_crt_free(&certificate_); }

  void Parse(const std::string& pem) {
    CHECK_EQ(
        mbedtls_x509_crt_parse(
            &certificate_, reinterpret_cast<const unsigned char*>(pem.c_str()),
            pem.size() + 1),
        0);
  }

  mbedtls_x509_crt* get() { return &certificate_; }

 private:
  mbedtls_x509_crt certificate_;
};

constexpr char kAuthorityName[] = "CN=Test authority";
constexpr char kSubjectName[] = "CN=Test subject";

// Subject alternative names in Mbed TLS' form, pointing into what they are made
// of.
class AlternativeNames {
 public:
  explicit AlternativeNames(const CertificateSpec& spec) {
    for (const std::string& name : spec.dns_names) {
      Add(MBEDTLS_X509_SAN_DNS_NAME, name);
    }
    for (const std::string& text : spec.ip_addresses) {
      in_addr address = {};
      CHECK_EQ(inet_pton(AF_INET, text.c_str(), &address), 1);
      Add(MBEDTLS_X509_SAN_IP_ADDRESS,
          std::string(reinterpret_cast<const char*>(&address),
                      sizeof(address)));
    }
  }

  const mbedtls_x509_san_list* get() const {
    return list_.empty() ? nullptr : &list_.front();
  }

 private:
  void Add(int type, std::string value) {
    std::string& kept = values_.emplace_back(std::move(value));
    mbedtls_x509_san_list entry = {};
    entry.node.type = type;
    entry.node.san.unstructured_name.p =
        reinterpret_cast<unsigned char*>(kept.data());
    entry.node.san.unstructured_name.len = kept.size();
    mbedtls_x509_san_list* const previous =
        list_.empty() ? nullptr : &list_.back();
    list_.push_back(entry);
    if (previous != nullptr) previous->next = &list_.back();
  }

  // Of kinds that never move their elements.
  std::deque<std::string> values_;
  std::deque<mbedtls_x509_san_list> list_;
};

std::string WriteCertificate(const CertificateSpec& spec, bool is_authority,
                             Key& subject_key, const char* issuer,
                             Key& issuer_key, Random& random) {
  mbedtls_x509write_cert writer;
  mbedtls_x509write_crt_init(&writer);
  mbedtls_x509write_crt_set_version(&writer, MBEDTLS_X509_CRT_VERSION_3);
  mbedtls_x509write_crt_set_md_alg(&writer, MBEDTLS_MD_SHA256);
  mbedtls_x509write_crt_set_subject_key(&writer, subject_key.get());
  mbedtls_x509write_crt_set_issuer_key(&writer, issuer_key.get());
  std::array<unsigned char, 8> serial = {};
  CHECK_EQ(mbedtls_ctr_drbg_random(random.get(), serial.data(), serial.size()),
           0);
  serial[0] = 1;
  CHECK_EQ(mbedtls_x509write_crt_set_serial_raw(&writer, serial.data(),
                                                serial.size()),
           0);
  CHECK_EQ(mbedtls_x509write_crt_set_validity(&writer, spec.not_before.c_str(),
                                              spec.not_after.c_str()),
           0);
  CHECK_EQ(mbedtls_x509write_crt_set_subject_name(
               &writer, is_authority ? kAuthorityName : kSubjectName),
           0);
  CHECK_EQ(mbedtls_x509write_crt_set_issuer_name(&writer, issuer), 0);
  CHECK_EQ(
      mbedtls_x509write_crt_set_basic_constraints(&writer, is_authority, -1),
      0);
  const AlternativeNames names(spec);
  if (names.get() != nullptr) {
    CHECK_EQ(mbedtls_x509write_crt_set_subject_alternative_name(&writer,
                                                                names.get()),
             0);
  }
  std::array<unsigned char, 8192> buffer = {};
  CHECK_EQ(mbedtls_x509write_crt_pem(&writer, buffer.data(), buffer.size(),
                                     mbedtls_ctr_drbg_random, random.get()),
           0);
  mbedtls_x509write_crt_free(&writer);
  return reinterpret_cast<const char*>(buffer.data());
}

int SendToSocket(void* socket, const unsigned char* data, size_t size) {
  const ssize_t sent =
      send(*static_cast<const int*>(socket), data, size, MSG_NOSIGNAL);
  if (sent >= 0) return static_cast<int>(sent);
  return errno == EAGAIN ? MBEDTLS_ERR_SSL_WANT_WRITE
                         : MBEDTLS_ERR_SSL_INTERNAL_ERROR;
}

int ReceiveFromSocket(void* socket, unsigned char* buffer, size_t size) {
  const ssize_t received =
      recv(*static_cast<const int*>(socket), buffer, size, 0);
  if (received >= 0) return static_cast<int>(received);
  return errno == EAGAIN ? MBEDTLS_ERR_SSL_WANT_READ
                         : MBEDTLS_ERR_SSL_INTERNAL_ERROR;
}

class TlsTransport final : public Transport {
 public:
  TlsTransport(int socket, const mbedtls_ssl_config* config) : socket_(socket) {
    mbedtls_ssl_init(&session_);
    CHECK_EQ(mbedtls_ssl_setup(&session_, config), 0);
    mbedtls_ssl_set_bio(&session_, &socket_, &SendToSocket, &ReceiveFromSocket,
                        nullptr);
  }
  ~TlsTransport() override {
    mbedtls_ssl_close_notify(&session_);
    mbedtls_ssl_free(&session_);
  }

  // Both do the handshake first, if it is still to be done.
  ssize_t Read(char* buffer, size_t size) override {
    return Result(mbedtls_ssl_read(
        &session_, reinterpret_cast<unsigned char*>(buffer), size));
  }
  ssize_t Write(const char* data, size_t size) override {
    return Result(mbedtls_ssl_write(
        &session_, reinterpret_cast<const unsigned char*>(data), size));
  }

 private:
  static ssize_t Result(int result) {
    if (result >= 0) return result;
    if (result == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) return 0;
    const bool later = result == MBEDTLS_ERR_SSL_WANT_READ ||
                       result == MBEDTLS_ERR_SSL_WANT_WRITE;
    errno = later ? EAGAIN : EPROTO;
    return -1;
  }

  int socket_;
  mbedtls_ssl_context session_;
};

class TlsTransportFactory final : public TransportFactory {
 public:
  explicit TlsTransportFactory(const TlsServerOptions& options) {
    certificate_.Parse(options.identity.certificate);
    key_.Parse(options.identity.key, random_);
    mbedtls_ssl_config_init(&config_);
    CHECK_EQ(mbedtls_ssl_config_defaults(&config_, MBEDTLS_SSL_IS_SERVER,
                                         MBEDTLS_SSL_TRANSPORT_STREAM,
                                         MBEDTLS_SSL_PRESET_DEFAULT),
             0);
    mbedtls_ssl_conf_rng(&config_, mbedtls_ctr_drbg_random, random_.get());
    CHECK_EQ(
        mbedtls_ssl_conf_own_cert(&config_, certificate_.get(), key_.get()), 0);
    if (options.version == TlsServerOptions::Version::kTls12Only) {
      mbedtls_ssl_conf_max_tls_version(&config_, MBEDTLS_SSL_VERSION_TLS1_2);
    } else if (options.version == TlsServerOptions::Version::kTls13Only) {
      mbedtls_ssl_conf_min_tls_version(&config_, MBEDTLS_SSL_VERSION_TLS1_3);
    }
    if (options.client_authority.empty()) return;
    client_authority_.Parse(options.client_authority);
    mbedtls_ssl_conf_ca_chain(&config_, client_authority_.get(), nullptr);
    mbedtls_ssl_conf_authmode(&config_, MBEDTLS_SSL_VERIFY_REQUIRED);
  }
  ~TlsTransportFactory() override { mbedtls_ssl_config_free(&config_); }

  std::unique_ptr<Transport> New(int socket) override {
    return std::make_unique<TlsTransport>(socket, &config_);
  }

 private:
  Random random_;
  Certificate certificate_;
  Key key_;
  Certificate client_authority_;
  mbedtls_ssl_config config_;
};

}  // namespace

TestAuthority::TestAuthority() {
  Random random;
  Key key;
  key.Generate(random);
  identity_.key = key.Pem();
  identity_.certificate =
      WriteCertificate(CertificateSpec(), /*is_authority=*/true, key,
                       kAuthorityName, key, random);
}

Identity TestAuthority::Issue(const CertificateSpec& spec) const {
  Random random;
  Key key;
  key.Generate(random);
  Key authority_key;
  authority_key.Parse(identity_.key, random);
  return {WriteCertificate(spec, /*is_authority=*/false, key, kAuthorityName,
                           authority_key, random),
          key.Pem()};
}

Identity TestAuthority::SelfSigned(const CertificateSpec& spec) {
  Random random;
  Key key;
  key.Generate(random);
  return {WriteCertificate(spec, /*is_authority=*/false, key, kSubjectName, key,
                           random),
          key.Pem()};
}

std::unique_ptr<TransportFactory> NewTlsTransportFactory(
    const TlsServerOptions& options) {
  return std::make_unique<TlsTransportFactory>(options);
}

}  // namespace servo::http
