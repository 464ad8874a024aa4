// HTTPS: connections, redirects, proxies, client certificates.

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/client.h"
#include "http/phase.h"
#include "http/request.h"
#include "http/testing/loopback_server.h"
#include "http/testing/test_tls.h"
#include "http/testing/tls_fixture.h"

namespace servo::http {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;

using Result = absl::StatusOr<Response>;

class CurlClientTlsTest : public TlsFixture {};

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
    const Result by_name = Send(To(server.UrlByName()));
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

TEST_F(CurlClientTlsTest, TellsWhenTheServerSpeaksNoTls) {
  LoopbackServer plain(&loop_);
  plain.OnConnect(Reply().Send("HTTP/1.1 400 Bad Request\r\n\r\n").Close());
  const Result result = Send(To(plain.Url("/", "https")));
  EXPECT_EQ(result.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(
      result.status().message(),
      EndsWith(": TLS handshake failed: the server does not speak TLS on "
               "this port"));
  EXPECT_EQ(FailedPhase(result.status()), Phase::kTlsHandshake);
}

TEST_F(CurlClientTlsTest, TellsWhenTheServerLeavesTheHandshake) {
  LoopbackServer plain(&loop_);
  plain.OnConnect(Reply().Close());
  const Result result = Send(To(plain.Url("/", "https")));
  EXPECT_EQ(result.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(result.status().message(),
              AnyOf(EndsWith(": TLS handshake failed: the server closed the "
                             "connection"),
                    EndsWith(": TLS handshake failed: Recv failure: "
                             "Connection reset by peer")));
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

TEST_F(CurlClientTlsTest, SendsNoAddressAsServerName) {
  std::vector<std::string> names;
  const TlsServer server = Good({.server_names = &names});
  ASSERT_TRUE(Send(To(server.Url())).ok());
  ASSERT_TRUE(Send(To(server.UrlByName())).ok());
  EXPECT_THAT(names, ElementsAre("", "localhost"));
}

// A connection that other authorities vouched for must not be used again.
TEST_F(CurlClientTlsTest, DoesNotReuseAConnectionOfOtherAuthorities) {
  const TlsServer server = Good();
  ASSERT_TRUE(Send(To(server.Url())).ok());
  Request request = To(server.Url());
  request.tls.ca_bundle = WriteFile("other.pem", TestAuthority().certificate());
  EXPECT_FALSE(Send(request).ok());
  EXPECT_EQ(server.server.accepted(), 2);
}

TEST_F(CurlClientTlsTest, ShowsAClientCertificateWithAnEncryptedKey) {
  const TlsServer server = Good({.client_authority = authority_.certificate()});
  const Identity identity = authority_.Issue({});
  Request request = To(server.Url());
  request.tls.client_cert = WriteFile("client.pem", identity.certificate);
  request.tls.client_key_passphrase = "open sesame";
  for (const std::string& key :
       {EncryptedKey(identity, "open sesame"),
        TraditionallyEncryptedKey(identity, "open sesame")}) {
    request.tls.client_key = WriteFile("client.key", key);
    const Result result = Send(request);
    EXPECT_TRUE(result.ok()) << result.status();
  }
}

TEST_F(CurlClientTlsTest, TellsThatTheServerDemandsACertificate) {
  const TlsServer server =
      Good({.version = TlsServerOptions::Version::kTls13Only,
            .client_authority = authority_.certificate()});
  EXPECT_THAT(Send(To(server.Url())).status().message(),
              HasSubstr("the server demands a client certificate"));
}

TEST_F(CurlClientTlsTest, ChecksTheClientCertificateBeforeItConnects) {
  const TlsServer server = Good();
  Request request = To(server.Url());
  request.tls.client_cert = "no/such.pem";
  EXPECT_EQ(Send(request).status(),
            absl::InvalidArgumentError("cannot read the client certificate "
                                       "no/such.pem: No such file or "
                                       "directory"));
  EXPECT_EQ(server.server.accepted(), 0);
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

// A connection that is cut ends without close_notify (RFC 9112 section 9.8).
TEST_F(CurlClientTlsTest, TellsOfAnEndWithoutCloseNotify) {
  TlsServer server = Good({.close_notify = false});
  const std::string closed =
      "the server closed the TLS connection without close_notify";
  server.server.Answer(
      Reply().Send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc").Close());
  EXPECT_THAT(Send(To(server.Url())).status().message(),
              EndsWith(absl::StrCat(": HTTP/1.1 200 OK, but ", closed,
                                    ": 6 of 9 bytes of the body are missing")));
  server.server.Answer(
      Reply().Send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc").Close());
  EXPECT_THAT(Send(To(server.Url())).status().message(),
              EndsWith(absl::StrCat(": HTTP/1.1 200 OK, but ", closed,
                                    ": the body may be cut")));
  server.server.Answer(Reply().Send("HTTP/1.1 200 OK\r\nConn").Close());
  EXPECT_THAT(
      Send(To(server.Url())).status().message(),
      EndsWith(absl::StrCat(": ", closed, " while receiving the headers")));
  // What is whole is whole.
  server.server.Answer(
      Reply().Send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc").Close());
  EXPECT_TRUE(Send(To(server.Url())).ok());
}

}  // namespace
}  // namespace servo::http
