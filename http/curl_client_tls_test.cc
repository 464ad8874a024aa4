// HTTPS: who is trusted, who is not, and what is said then.

#include <cstdlib>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/loop.h"
#include "base/ppoll_loop.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/client.h"
#include "http/curl_client.h"
#include "http/phase.h"
#include "http/request.h"
#include "http/testing/loopback_server.h"
#include "http/testing/test_tls.h"
#include "http/testing/transport.h"

// curl 8.14.1 frees nothing of a TLS connection whose local files turn out to
// be malformed (mbed_connect_step1() in lib/vtls/mbedtls.c): about 1 KiB for
// each such request, which tests below send on purpose.
// NOLINTBEGIN(bugprone-reserved-identifier): LeakSanitizer's name.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:mbed_connect_step1";
}
// NOLINTEND(bugprone-reserved-identifier)

namespace servo::http {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;

using Result = absl::StatusOr<Response>;

constexpr absl::Duration kPatience = absl::Seconds(30);

std::string WriteFile(const std::string& name, const std::string& text) {
  std::string path = absl::StrCat(testing::TempDir(), "/", name);
  std::ofstream(path) << text;
  return path;
}

CertificateSpec ForLoopback() {
  CertificateSpec spec;
  spec.dns_names = {"localhost"};
  spec.ip_addresses = {"127.0.0.1"};
  return spec;
}

// A TLS server on its own.
struct TlsServer {
  TlsServer(base::Loop* loop, const TlsServerOptions& options)
      : transport(NewTlsTransportFactory(options)),
        server(loop, {.transport = transport.get()}) {}

  std::string Url(const std::string& path = "/") const {
    return server.Url(path, "https");
  }

  std::unique_ptr<TransportFactory> transport;
  LoopbackServer server;
};

class CurlClientTlsTest : public testing::Test {
 protected:
  CurlClientTlsTest() {
    for (const char* name :
         {"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"}) {
      unsetenv(name);
    }
  }

  // A server with a certificate of the trusted authority.
  TlsServer Good(TlsServerOptions options = {}) {
    options.identity = authority_.Issue(ForLoopback());
    return TlsServer(&loop_, options);
  }

  Request To(const std::string& url) const {
    Request request;
    request.url = url;
    request.tls.ca_bundle = bundle_;
    return request;
  }

  Result Send(const Request& request) {
    std::optional<Result> result;
    absl::StatusOr<std::unique_ptr<Transfer>> transfer = client_->Start(
        request, [&result](Result answer) { result = std::move(answer); });
    if (!transfer.ok()) return transfer.status();
    bool late = false;
    const base::Loop::Registration guard =
        loop_.After(kPatience, [&late] { late = true; });
    loop_.RunUntil([&] { return late || result.has_value(); });
    return result.has_value() ? *std::move(result)
                              : absl::UnknownError("no result");
  }

  base::PpollLoop loop_;
  TestAuthority authority_;
  const std::string bundle_ =
      WriteFile("authority.pem", authority_.certificate());
  std::unique_ptr<Client> client_ = NewCurlClient(&loop_, "test-agent/1.0");
};

TEST_F(CurlClientTlsTest, TrustsTheBundleGiven) {
  for (const auto version :
       {TlsServerOptions::Version::kAny, TlsServerOptions::Version::kTls12Only,
        TlsServerOptions::Version::kTls13Only}) {
    TlsServerOptions options;
    options.version = version;
    const TlsServer server = Good(options);
    const Result by_address = Send(To(server.Url("/path")));
    ASSERT_TRUE(by_address.ok()) << by_address.status();
    EXPECT_EQ(by_address->status, 200);
    const Result by_name = Send(
        To(absl::StrCat("https://localhost:", server.server.port(), "/path")));
    ASSERT_TRUE(by_name.ok()) << by_name.status();
  }
}

TEST_F(CurlClientTlsTest, ReusesTheConnection) {
  const TlsServer server = Good();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(Send(To(server.Url())).ok());
  EXPECT_EQ(server.server.accepted(), 1);
}

// A connection that was made without a check must not serve a request that
// wants one.
TEST_F(CurlClientTlsTest, DoesNotReuseAnUncheckedConnection) {
  TlsServer server(&loop_, {.identity = TestAuthority::SelfSigned({})});
  Request request = To(server.Url());
  request.tls.verify = false;
  ASSERT_TRUE(Send(request).ok());
  EXPECT_FALSE(Send(To(server.Url())).ok());
}

TEST_F(CurlClientTlsTest, TrustsADirectoryOfBundles) {
  const std::string directory = absl::StrCat(testing::TempDir(), "/certs");
  ASSERT_EQ(std::system(absl::StrCat("mkdir -p ", directory).c_str()), 0);
  WriteFile("certs/a.pem", authority_.certificate());
  const TlsServer server = Good();
  Request request = To(server.Url());
  request.tls.ca_bundle = directory;
  const Result result = Send(request);
  EXPECT_TRUE(result.ok()) << result.status();
}

TEST_F(CurlClientTlsTest, TrustsTheBundleOfTheEnvironment) {
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

TEST_F(CurlClientTlsTest, TellsOfABundleThatHoldsNoCertificate) {
  const TlsServer server = Good();
  Request request = To(server.Url());
  request.tls.ca_bundle = WriteFile("no.pem", "nothing here\n");
  EXPECT_THAT(Send(request).status().message(), HasSubstr("no.pem"));
}

struct RefusedCase {
  std::string name;
  CertificateSpec spec;
  std::string problem;
};

class RefusedCertificateTest : public CurlClientTlsTest,
                               public testing::WithParamInterface<RefusedCase> {
};

TEST_P(RefusedCertificateTest, IsToldInWords) {
  for (const auto version : {TlsServerOptions::Version::kTls12Only,
                             TlsServerOptions::Version::kTls13Only}) {
    const TlsServer server(
        &loop_,
        {.identity = authority_.Issue(GetParam().spec), .version = version});
    const Result result = Send(To(server.Url("/path")));
    EXPECT_EQ(result.status().code(), absl::StatusCode::kUnavailable);
    EXPECT_EQ(result.status().message(),
              absl::StrCat("GET ", server.Url("/path"),
                           ": TLS handshake failed: the server's certificate "
                           "is refused: ",
                           GetParam().problem));
    EXPECT_EQ(FailedPhase(result.status()), Phase::kTlsHandshake);

    Request unchecked = To(server.Url("/path"));
    unchecked.tls.verify = false;
    EXPECT_TRUE(Send(unchecked).ok());
  }
}

INSTANTIATE_TEST_SUITE_P(
    Certificates, RefusedCertificateTest,
    testing::Values(
        RefusedCase{"Expired",
                    {.dns_names = {},
                     .ip_addresses = {"127.0.0.1"},
                     .not_after = "20210101000000"},
                    "it has expired"},
        RefusedCase{"NotYetValid",
                    {.dns_names = {},
                     .ip_addresses = {"127.0.0.1"},
                     .not_before = "20990101000000"},
                    "it is not valid yet"},
        RefusedCase{"OtherHost",
                    {.dns_names = {"localhost"}, .ip_addresses = {"127.0.0.2"}},
                    "it is for another host than 127.0.0.1"},
        RefusedCase{"ExpiredAndOtherHost",
                    {.dns_names = {"localhost"},
                     .ip_addresses = {},
                     .not_after = "20210101000000"},
                    "it has expired, and it is for another host than "
                    "127.0.0.1"}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(CurlClientTlsTest, RefusesOtherAuthorities) {
  const std::string untrusted =
      ": TLS handshake failed: the server's certificate is refused: it is "
      "signed by no trusted authority";
  const TlsServer other(&loop_,
                        {.identity = TestAuthority().Issue(ForLoopback())});
  EXPECT_THAT(Send(To(other.Url())).status().message(), EndsWith(untrusted));
  const TlsServer self_signed(
      &loop_, {.identity = TestAuthority::SelfSigned(ForLoopback())});
  EXPECT_THAT(Send(To(self_signed.Url())).status().message(),
              EndsWith(untrusted));
}

TEST_F(CurlClientTlsTest, ShowsTheClientCertificate) {
  TlsServerOptions options;
  options.client_authority = authority_.certificate();
  for (const auto version : {TlsServerOptions::Version::kTls12Only,
                             TlsServerOptions::Version::kTls13Only}) {
    options.version = version;
    const TlsServer server = Good(options);
    const Result without = Send(To(server.Url()));
    EXPECT_EQ(without.status().code(), absl::StatusCode::kUnavailable);

    const Identity identity = authority_.Issue({});
    Request request = To(server.Url());
    request.tls.client_cert = WriteFile("client.pem", identity.certificate);
    request.tls.client_key = WriteFile("client.key", identity.key);
    const Result with = Send(request);
    EXPECT_TRUE(with.ok()) << with.status();

    request.tls.client_cert =
        WriteFile("both.pem", absl::StrCat(identity.certificate, identity.key));
    request.tls.client_key.clear();
    const Result with_one_file = Send(request);
    EXPECT_TRUE(with_one_file.ok()) << with_one_file.status();
  }
}

TEST_F(CurlClientTlsTest, TellsOfAnUnusableClientCertificate) {
  const TlsServer server = Good();
  Request request = To(server.Url());
  request.tls.client_cert = "no/such.pem";
  EXPECT_EQ(Send(request).status(),
            absl::InvalidArgumentError("cannot read the client certificate "
                                       "no/such.pem: No such file or "
                                       "directory"));
  request.tls.client_cert = WriteFile("empty.pem", "");
  EXPECT_THAT(Send(request).status().message(), HasSubstr("empty.pem"));
  const Identity identity = authority_.Issue({});
  request.tls.client_cert = WriteFile("client.pem", identity.certificate);
  request.tls.client_key = "no/such.key";
  EXPECT_EQ(Send(request).status(),
            absl::InvalidArgumentError("cannot read the client's key "
                                       "no/such.key: No such file or "
                                       "directory"));
}

TEST_F(CurlClientTlsTest, TellsWhenTheServerSpeaksNoTls) {
  LoopbackServer plain(&loop_);
  plain.OnConnect(Reply().Send("HTTP/1.1 400 Bad Request\r\n\r\n").Close());
  const Result result = Send(To(plain.Url("/", "https")));
  EXPECT_EQ(result.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(result.status().message(), HasSubstr(": TLS handshake failed: "));
  EXPECT_EQ(FailedPhase(result.status()), Phase::kTlsHandshake);
}

TEST_F(CurlClientTlsTest, TellsWhenTheServerLeavesTheHandshake) {
  LoopbackServer plain(&loop_);
  plain.OnConnect(Reply().Close());
  const Result result = Send(To(plain.Url("/", "https")));
  EXPECT_EQ(result.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(result.status().message(), HasSubstr(": TLS handshake failed: "));
}

TEST_F(CurlClientTlsTest, FollowsToPlainHttpWithoutCredentials) {
  LoopbackServer plain(&loop_);
  TlsServer server = Good();
  server.server.Answer(Reply::Redirect(302, plain.Url("/plain")));
  Request request = To(server.Url());
  request.auth = BasicAuth{"user", "secret"};
  request.headers = {{"Cookie", "secret"}};
  const Result result = Send(request);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->url, plain.Url("/plain"));
  EXPECT_THAT(server.server.requests().back().head,
              AllOf(HasSubstr("Authorization: "), HasSubstr("Cookie: ")));
  EXPECT_EQ(FindHeader(plain.requests().back().headers, "Authorization"),
            nullptr);
  EXPECT_EQ(FindHeader(plain.requests().back().headers, "Cookie"), nullptr);
}

TEST_F(CurlClientTlsTest, FollowsToHttpsAndChecksIt) {
  LoopbackServer plain(&loop_);
  TlsServer server = Good();
  plain.AnswerAlways("/", Reply::Redirect(302, server.Url("/tls")));
  const Result result = Send(To(plain.Url()));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->url, server.Url("/tls"));
  const TlsServer bad(&loop_, {.identity = TestAuthority::SelfSigned({})});
  plain.AnswerAlways("/", Reply::Redirect(302, bad.Url("/tls")));
  EXPECT_EQ(FailedPhase(Send(To(plain.Url())).status()), Phase::kTlsHandshake);
}

TEST_F(CurlClientTlsTest, RedirectToHttpsNeverFallsBackToAnotherBundle) {
  setenv("SSL_CERT_FILE", "no/such.pem", 1);
  LoopbackServer plain(&loop_);
  TlsServer server = Good();
  Request request = To(plain.Url());
  request.tls.ca_bundle.clear();
  EXPECT_TRUE(Send(request).ok()) << "not needed for http";
  plain.Answer(Reply::Redirect(302, server.Url("/tls")));
  const Result result = Send(request);
  EXPECT_EQ(result.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(result.status().message(),
            absl::StrCat("GET ", server.Url("/tls"),
                         ": cannot read the bundle of trusted authorities "
                         "that SSL_CERT_FILE names, no/such.pem: No such file "
                         "or directory"));
  EXPECT_EQ(server.server.accepted(), 0);
}

// Not only a server is spoken to by TLS.
TEST_F(CurlClientTlsTest, ChecksAnHttpsProxyOfPlainHttp) {
  Request request = To("http://servo.invalid/path");
  const TlsServer good = Good();
  const TlsServer bad(&loop_, {.identity = TestAuthority::SelfSigned({})});
  for (const char* name : {"http_proxy", "all_proxy", "ALL_PROXY"}) {
    setenv(name, good.Url("").c_str(), 1);
    Result result = Send(request);
    EXPECT_TRUE(result.ok()) << name << ": " << result.status();
    setenv(name, bad.Url("").c_str(), 1);
    result = Send(request);
    EXPECT_FALSE(result.ok()) << name;
    unsetenv(name);
  }
}

TEST_F(CurlClientTlsTest, TellsOfACutBody) {
  TlsServer server = Good();
  server.server.Answer(
      Reply().Send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc").Close());
  const Result result = Send(To(server.Url()));
  EXPECT_THAT(result.status().message(),
              EndsWith(": HTTP/1.1 200 OK, but failed while receiving the "
                       "body: end of response with 6 bytes missing"));
  EXPECT_EQ(FailedPhase(result.status()), Phase::kBody);
}

}  // namespace
}  // namespace servo::http
