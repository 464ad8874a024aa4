#include "http/client_certificate.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/request.h"
#include "http/testing/test_tls.h"
#include "http/testing/tls_fixture.h"

namespace servo::http {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

class ClientCertificateTest : public testing::Test {
 protected:
  Tls Files(const std::string& certificate, const std::string& key,
            const std::string& passphrase = "") const {
    Tls tls;
    tls.client_cert = WriteFile("client.pem", certificate);
    if (!key.empty()) tls.client_key = WriteFile("client.key", key);
    tls.client_key_passphrase = passphrase;
    return tls;
  }

  std::string Problem(const Tls& tls) const {
    const absl::Status status = CheckClientCertificate(tls);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    return std::string(status.message());
  }

  const Identity identity_ = TestAuthority().Issue({});
};

TEST_F(ClientCertificateTest, TakesPem) {
  EXPECT_EQ(CheckClientCertificate(Tls()), absl::OkStatus());
  EXPECT_EQ(CheckClientCertificate(Files(identity_.certificate, identity_.key)),
            absl::OkStatus());
  EXPECT_EQ(
      CheckClientCertificate(Files(identity_.certificate + identity_.key, "")),
      absl::OkStatus());
  for (const std::string& key :
       {EncryptedKey(identity_, "open sesame"),
        TraditionallyEncryptedKey(identity_, "open sesame")}) {
    EXPECT_EQ(CheckClientCertificate(
                  Files(identity_.certificate, key, "open sesame")),
              absl::OkStatus());
  }
}

TEST_F(ClientCertificateTest, TellsOfThePassphrase) {
  for (const std::string& key :
       {EncryptedKey(identity_, "open sesame"),
        TraditionallyEncryptedKey(identity_, "open sesame")}) {
    EXPECT_THAT(Problem(Files(identity_.certificate, key)),
                EndsWith("/client.key: it is encrypted, and no passphrase is "
                         "given (cert: {cert: ..., key: ..., passphrase: "
                         "...})"));
    const std::string problem =
        Problem(Files(identity_.certificate, key, "open barley"));
    EXPECT_THAT(problem, EndsWith("/client.key: the passphrase does not fit"));
    EXPECT_THAT(problem, Not(HasSubstr("barley")));
  }
}

TEST_F(ClientCertificateTest, TellsWhatTheFilesAreInstead) {
  const std::string pkcs12 = Pkcs12(identity_, "open sesame");
  EXPECT_THAT(Problem(Files(pkcs12, "", "open sesame")),
              HasSubstr("/client.pem: it is PKCS#12, and PEM is needed: "
                        "\"openssl pkcs12 -in "));
  EXPECT_THAT(Problem(Files(identity_.certificate, pkcs12)),
              HasSubstr("/client.key: it is PKCS#12"));
  EXPECT_THAT(Problem(Files("", identity_.key)),
              EndsWith("/client.pem: it is not in PEM (-----BEGIN ...)"));
  EXPECT_THAT(Problem(Files(identity_.key, identity_.key)),
              EndsWith("/client.pem: it holds no certificate that can be "
                       "read"));
  EXPECT_THAT(Problem(Files(identity_.certificate, "")),
              EndsWith("/client.pem: it holds no private key that can be "
                       "read"));
  EXPECT_THAT(
      Problem(Files(identity_.certificate, TestAuthority().Issue({}).key)),
      HasSubstr("/client.key: it does not belong to the certificate "));
}

TEST_F(ClientCertificateTest, NamesWhatCannotBeRead) {
  Tls tls = Files(identity_.certificate, identity_.key);
  tls.client_key = "/dev/zero";
  EXPECT_EQ(Problem(tls),
            "cannot read the client's key /dev/zero: it is not a regular file");
  tls.client_cert = "no/such.pem";
  EXPECT_EQ(Problem(tls),
            "cannot read the client certificate no/such.pem: No such file or "
            "directory");
}

}  // namespace
}  // namespace servo::http
