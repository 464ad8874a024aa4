// HTTPS: which authorities are trusted, and where they are found.

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/client.h"
#include "http/curl_client.h"
#include "http/request.h"
#include "http/testing/loopback_server.h"
#include "http/testing/test_tls.h"
#include "http/testing/tls_fixture.h"

namespace servo::http {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

using Result = absl::StatusOr<Response>;

class CurlClientTrustTest : public TlsFixture {
 protected:
  // What is said of a bundle that cannot be used.
  std::string Refusal(const std::string& bundle) {
    Request request = To("https://127.0.0.1:1/");
    request.tls.ca_bundle = bundle;
    const absl::Status status = Send(request).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    return std::string(status.message());
  }
};

TEST_F(CurlClientTrustTest, TrustsADirectoryOfBundles) {
  const std::string directory = absl::StrCat(testing::TempDir(), "/certs");
  ASSERT_EQ(std::system(absl::StrCat("mkdir -p ", directory).c_str()), 0);
  WriteFile("certs/a.pem", authority_.certificate());
  const TlsServer server = Good();
  Request request = To(server.Url());
  request.tls.ca_bundle = directory;
  const Result result = Send(request);
  EXPECT_TRUE(result.ok()) << result.status();
}

TEST_F(CurlClientTrustTest, TrustsTheBundleOfTheEnvironment) {
  const TlsServer server = Good();
  Request request = To(server.Url());
  request.tls.ca_bundle.clear();
  for (const char* name :
       {"SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"}) {
    setenv(name, bundle_.c_str(), 1);
    client_ = NewCurlClient(&loop_, "test-agent/1.0");
    const Result result = Send(request);
    EXPECT_TRUE(result.ok()) << name << ": " << result.status();
    // The next one stands before this one.
    setenv(name, "no/such.pem", 1);
    EXPECT_EQ(Send(request).status(),
              absl::InvalidArgumentError(absl::StrCat(
                  "cannot read the bundle of trusted authorities that ", name,
                  " names, no/such.pem: No such file or directory")));
  }
  setenv("REQUESTS_CA_BUNDLE", "", 1);
  unsetenv("CURL_CA_BUNDLE");
  setenv("SSL_CERT_FILE", bundle_.c_str(), 1);
  EXPECT_TRUE(Send(request).ok());
}

TEST_F(CurlClientTrustTest, TellsOfABundleThatHoldsNoCertificate) {
  const TlsServer server = Good();
  Request request = To(server.Url());
  request.tls.ca_bundle = WriteFile("no.pem", "nothing here\n");
  EXPECT_THAT(Send(request).status().message(), HasSubstr("no.pem"));
}

TEST_F(CurlClientTrustTest, TrustsTheDirectoriesOfTheEnvironment) {
  const TlsServer server = Good();
  const std::string directory = absl::StrCat(testing::TempDir(), "/hashed");
  std::filesystem::create_directory(directory);
  // As c_rehash(1) leaves it: a link whose name is a hash, and a list of what
  // has been revoked.
  std::filesystem::create_symlink(bundle_, directory + "/0123abcd.0");
  WriteFile("hashed/0123abcd.r0", "-----BEGIN X509 CRL-----\n");
  ASSERT_EQ(mkfifo((directory + "/fifo").c_str(), 0600), 0);
  setenv("SSL_CERT_DIR", directory.c_str(), 1);
  Request request = To(server.Url());
  request.tls.ca_bundle.clear();
  const Result result = Send(request);
  EXPECT_TRUE(result.ok()) << result.status();
}

TEST_F(CurlClientTrustTest, TrustsWhatOpenSslMarksAsTrusted) {
  const TlsServer server = Good();
  Request request = To(server.Url());
  request.tls.ca_bundle =
      WriteFile("trusted.pem", TrustedCertificate(authority_.certificate()));
  const Result result = Send(request);
  EXPECT_TRUE(result.ok()) << result.status();
}

TEST_F(CurlClientTrustTest, ReadsABundleAgainWhenItHasChanged) {
  const TlsServer server = Good();
  Request request = To(server.Url());
  request.tls.ca_bundle =
      WriteFile("changing.pem", TestAuthority().certificate());
  EXPECT_FALSE(Send(request).ok());
  WriteFile("changing.pem",
            absl::StrCat("# the right one\n", authority_.certificate()));
  const Result result = Send(request);
  EXPECT_TRUE(result.ok()) << result.status();
}

TEST_F(CurlClientTrustTest, TellsWhyABundleCannotBeUsed) {
  const std::string empty_directory =
      absl::StrCat(testing::TempDir(), "/nothing");
  std::filesystem::create_directory(empty_directory);
  EXPECT_THAT(Refusal(empty_directory),
              EndsWith("/nothing: none of its files holds a certificate in "
                       "PEM"));
  EXPECT_THAT(Refusal(WriteFile("none.pem", "nothing here\n")),
              EndsWith("/none.pem: it holds no certificate"));
  std::string damaged = authority_.certificate();
  damaged.insert(damaged.size() / 2, "!");
  EXPECT_THAT(
      Refusal(WriteFile("damaged.pem", authority_.certificate() + damaged)),
      HasSubstr("/damaged.pem: certificate 2 is damaged ("));
}

// Reading these would never end, and no timeout would be heard.
TEST_F(CurlClientTrustTest, RefusesABundleThatIsNoRegularFile) {
  const std::string fifo = absl::StrCat(testing::TempDir(), "/bundle.fifo");
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_THAT(Refusal(fifo), EndsWith(": it is not a regular file"));
  EXPECT_THAT(Refusal("/dev/zero"), EndsWith(": it is not a regular file"));
}

}  // namespace
}  // namespace servo::http
