#include <cstdlib>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/curl_client.h"
#include "http/phase.h"
#include "http/request.h"
#include "http/testing/client_fixture.h"
#include "http/testing/loopback_server.h"

namespace servo::http {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(CurlClientTest, UsesTheProxyOfTheEnvironment) {
  LoopbackServer proxy(&loop_);
  setenv("http_proxy",
         absl::StrCat("http://user:secret@127.0.0.1:", proxy.port()).c_str(),
         1);
  ASSERT_TRUE(Get("http://servo.invalid/path").ok());
  EXPECT_EQ(proxy.requests().back().target, "http://servo.invalid/path");
  EXPECT_EQ(
      HeaderOr(proxy.requests().back().headers, "Proxy-Authorization", kNone),
      "Basic dXNlcjpzZWNyZXQ=");

  setenv("no_proxy", "servo.invalid,127.0.0.1", 1);
  ASSERT_TRUE(Get(server_.Url("/direct")).ok());
  EXPECT_EQ(last().target, "/direct");
}

TEST_F(CurlClientTest, TunnelsHttpsThroughTheProxy) {
  LoopbackServer proxy(&loop_);
  proxy.Answer(Reply::Of(403, "no"));
  setenv("HTTPS_PROXY", proxy.Url("").c_str(), 1);
  Request request = To("https://servo.invalid/path");
  request.tls.verify = false;
  const Result result = Send(request);
  EXPECT_EQ(proxy.requests().back().method, "CONNECT");
  EXPECT_EQ(proxy.requests().back().target, "servo.invalid:443");
  EXPECT_EQ(result.status().message(),
            "GET https://servo.invalid/path: the proxy refuses the connection "
            "with status 403");
  EXPECT_EQ(FailedPhase(result.status()), Phase::kProxy);
}

TEST_F(CurlClientTest, ATasksProxyAuthorizationReplacesTheProxysOwn) {
  LoopbackServer proxy(&loop_);
  proxy.AnswerAlways("servo.invalid:443", Reply::Of(407));
  const std::string url =
      absl::StrCat("http://user:secret@127.0.0.1:", proxy.port());
  setenv("all_proxy", url.c_str(), 1);
  Request request = To("http://servo.invalid/");
  request.headers = {{"proxy-authorization", "Bearer mine"}};
  ASSERT_TRUE(Send(request).ok());
  EXPECT_THAT(proxy.requests().back().head,
              AllOf(HasSubstr("proxy-authorization: Bearer mine\r\n"),
                    Not(HasSubstr("Basic"))));
  request.url = "https://servo.invalid/";
  request.tls.verify = false;
  EXPECT_FALSE(Send(request).ok());
  EXPECT_THAT(proxy.requests().back().head,
              AllOf(HasSubstr("CONNECT "),
                    HasSubstr("proxy-authorization: Bearer mine\r\n"),
                    Not(HasSubstr("Basic"))));
}

TEST_F(CurlClientTest, NamesWhatAProxyDoesNot) {
  LoopbackServer proxy(&loop_);
  setenv("https_proxy", proxy.Url("").c_str(), 1);
  Request request = To("https://servo.invalid/path");
  request.tls.verify = false;
  proxy.Answer(Reply().Close());
  Result result = Send(request);
  EXPECT_EQ(result.status().message(),
            "GET https://servo.invalid/path: the proxy closed the connection "
            "without an answer to CONNECT");
  EXPECT_EQ(FailedPhase(result.status()), Phase::kProxy);

  proxy.Answer(Reply().Stall());
  request.idle_timeout = absl::Milliseconds(100);
  result = Send(request);
  EXPECT_EQ(result.status().message(),
            "GET https://servo.invalid/path: not connected within 100ms "
            "(http_timeout), still waiting for the proxy to connect");
  EXPECT_EQ(FailedPhase(result.status()), Phase::kProxy);
}

TEST_F(CurlClientTest, TellsTheProxyFromTheServer) {
  LoopbackServer proxy(&loop_);
  setenv("http_proxy", proxy.Url("").c_str(), 1);
  proxy.Answer(Reply().Close());
  EXPECT_EQ(Get("http://servo.invalid/path").status().message(),
            "GET http://servo.invalid/path: the proxy closed the connection "
            "without an answer");

  // A proxy of HTTPS that speaks no TLS.
  const std::string url = absl::StrCat("https://127.0.0.1:", proxy.port());
  for (const char* target :
       {"http://servo.invalid/", "https://servo.invalid/"}) {
    setenv("all_proxy", url.c_str(), 1);
    unsetenv("http_proxy");
    proxy.OnConnect(Reply().Send("HTTP/1.1 400 Bad Request\r\n\r\n").Close());
    const Result result = Get(target);
    EXPECT_THAT(result.status().message(),
                HasSubstr("TLS handshake with the proxy failed: the proxy does "
                          "not speak TLS on this port"));
    EXPECT_EQ(FailedPhase(result.status()), Phase::kTlsHandshake);
  }
}

TEST_F(CurlClientTest, NamesWhatASocksProxyDoesNot) {
  LoopbackServer proxy(&loop_);
  setenv("http_proxy",
         absl::StrCat("socks5h://127.0.0.1:", proxy.port()).c_str(), 1);
  Request request = To("http://servo.invalid/");
  request.idle_timeout = absl::Milliseconds(100);
  proxy.OnConnect(Reply().Stall());
  Result result = Send(request);
  EXPECT_EQ(result.status().message(),
            "GET http://servo.invalid/: not connected within 100ms "
            "(http_timeout), still waiting for the proxy to connect");

  // No method of authentication will do (RFC 1928 section 3).
  proxy.OnConnect(Reply().Send("\x05\xff").Stall());
  result = Send(request);
  EXPECT_THAT(result.status().message(),
              HasSubstr(": the proxy does not connect: "));
  EXPECT_EQ(FailedPhase(result.status()), Phase::kProxy);
}

TEST_F(CurlClientTest, NeverShowsTheProxysCredentials) {
  for (const char* proxy :
       {"http://user:secret@127.0.0.1:1", "http://user:secret@servo.invalid",
        "gopher://user:secret@host", "http://user:secret@host:port",
        "user:secret"}) {
    setenv("all_proxy", proxy, 1);
    const Result result = Get("http://host.invalid/");
    EXPECT_EQ(result.status().code(), absl::StatusCode::kUnavailable);
    EXPECT_THAT(result.status().message(),
                AllOf(HasSubstr("proxy"), Not(HasSubstr("secret"))));
  }
}

}  // namespace
}  // namespace servo::http
