// The client against servers that others wrote. run.sh starts them and tells
// their ports in the environment; without it this test fails.

#include <cstdlib>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/ppoll_loop.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/client.h"
#include "http/curl_client.h"
#include "http/fetch.h"
#include "http/phase.h"
#include "http/request.h"
#include "nlohmann/json.hpp"

namespace servo::http {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  EXPECT_NE(value, nullptr) << name << " is not set: use http/interop/run.sh";
  return value != nullptr ? value : "";
}

// The URL of a server whose port the variable `server` tells.
Request To(const char* server, const std::string& path,
           const std::string& scheme = "http") {
  Request request;
  request.url =
      absl::StrCat(scheme, "://127.0.0.1:", Environment(server), path);
  request.tls.ca_bundle = Environment("CERTIFICATES") + "/trusted.pem";
  return request;
}

Request ToTls(const char* server, const std::string& path = "/") {
  return To(server, path, "https");
}

nlohmann::json Json(const Response& response) {
  return nlohmann::json::parse(response.body.Text(), nullptr,
                               /*allow_exceptions=*/false);
}

#define ASSERT_ANSWER(result, expected)            \
  ASSERT_TRUE((result).ok()) << (result).status(); \
  ASSERT_EQ((result)->status, expected) << (result)->body.Text()

// ---- nginx

TEST(NginxTest, ServesFilesCompressedOrNot) {
  const auto small = Fetch(To("NGINX", "/"));
  ASSERT_ANSWER(small, 200);
  EXPECT_EQ(small->body.Text(), "served by nginx\n");
  const auto big = Fetch(To("NGINX", "/big.txt"));
  ASSERT_ANSWER(big, 200);
  ASSERT_NE(FindHeader(big->headers, "Content-Encoding"), nullptr);
  EXPECT_EQ(big->body.total(), 3000000u);
  Request head = To("NGINX", "/big.txt");
  head.method = "HEAD";
  const auto headers = Fetch(head);
  ASSERT_ANSWER(headers, 200);
  EXPECT_EQ(headers->body.total(), 0u);
}

TEST(NginxTest, RedirectsAndRefuses) {
  const auto moved = Fetch(To("NGINX", "/moved"));
  ASSERT_ANSWER(moved, 200);
  EXPECT_EQ(moved->redirects, 1);
  ASSERT_ANSWER(Fetch(To("NGINX", "/missing")), 404);
  Request put = To("NGINX", "/");
  put.method = "PUT";
  ASSERT_ANSWER(Fetch(put), 405);
  const auto cut = Fetch(To("NGINX", "/cut"));
  EXPECT_THAT(cut.status().message(),
              EndsWith("the server closed the connection without an answer"));
}

// It closes each connection after three requests.
TEST(NginxTest, EndsKeptConnections) {
  base::PpollLoop loop;
  const auto client = NewCurlClient(&loop, "interop");
  for (int i = 0; i < 10; ++i) {
    bool done = false;
    const auto transfer = client->Start(
        ToTls("NGINX_TLS"), [&done](absl::StatusOr<Response> answer) {
          EXPECT_TRUE(answer.ok()) << answer.status();
          done = true;
        });
    ASSERT_TRUE(transfer.ok()) << transfer.status();
    loop.RunUntil([&done] { return done; });
  }
}

TEST(NginxTest, IsReachedByItsSocketAndByTls) {
  Request request = To("NGINX", "/");
  request.unix_socket = Environment("CERTIFICATES") + "/nginx.socket";
  ASSERT_ANSWER(Fetch(request), 200);
  ASSERT_ANSWER(Fetch(ToTls("NGINX_TLS")), 200);
}

TEST(NginxTest, AsksForAClientCertificate) {
  Request request = ToTls("NGINX_MTLS");
  ASSERT_ANSWER(Fetch(request), 400);
  request.tls.client_cert = Environment("CERTIFICATES") + "/client.pem";
  request.tls.client_key = Environment("CERTIFICATES") + "/client.key";
  ASSERT_ANSWER(Fetch(request), 200);
}

TEST(NginxTest, PassesRequestsOn) {
  Request post = To("NGINX", "/proxied/post");
  post.method = "POST";
  post.body = std::string(500000, 'x');
  const auto answer = Fetch(post);
  ASSERT_ANSWER(answer, 200);
}

// ---- httpbin

TEST(HttpbinTest, AnyStatus) {
  for (int status : {200, 204, 304, 400, 404, 418, 429, 500, 503}) {
    ASSERT_ANSWER(Fetch(To("HTTPBIN", absl::StrCat("/status/", status))),
                  status);
  }
}

TEST(HttpbinTest, EveryMethodArrives) {
  for (const std::string method : {"GET", "POST", "PUT", "PATCH", "DELETE"}) {
    Request request = To("HTTPBIN", "/anything?a=b");
    request.method = method;
    request.headers = {{"Content-Type", "application/json"}, {"X-A", "b"}};
    if (method != "GET") request.body = "{\"k\": 1}";
    const auto answer = Fetch(request);
    ASSERT_ANSWER(answer, 200);
    const nlohmann::json seen = Json(*answer);
    EXPECT_EQ(seen["method"], method);
    EXPECT_EQ(seen["args"]["a"], "b");
    EXPECT_EQ(seen["headers"]["X-A"], "b");
    if (method != "GET") {
      EXPECT_EQ(seen["json"]["k"], 1);
    }
  }
}

TEST(HttpbinTest, Redirects) {
  const auto relative = Fetch(To("HTTPBIN", "/relative-redirect/5"));
  ASSERT_ANSWER(relative, 200);
  EXPECT_EQ(relative->redirects, 5);
  const auto absolute = Fetch(To("HTTPBIN", "/absolute-redirect/3"));
  ASSERT_ANSWER(absolute, 200);
  const auto many = Fetch(To("HTTPBIN", "/relative-redirect/31"));
  EXPECT_EQ(many.status().code(), absl::StatusCode::kFailedPrecondition);
  Request post = To("HTTPBIN", "/redirect-to?url=/anything&status_code=307");
  post.method = "POST";
  post.body = "kept";
  const auto kept = Fetch(post);
  ASSERT_ANSWER(kept, 200);
  EXPECT_EQ(Json(*kept)["method"], "POST");
  post.url = To("HTTPBIN", "/redirect-to?url=/anything&status_code=302").url;
  const auto turned = Fetch(post);
  ASSERT_ANSWER(turned, 200);
  EXPECT_EQ(Json(*turned)["method"], "GET");
}

TEST(HttpbinTest, Encodings) {
  const auto gzip = Fetch(To("HTTPBIN", "/gzip"));
  ASSERT_ANSWER(gzip, 200);
  EXPECT_EQ(Json(*gzip)["gzipped"], true);
  const auto deflate = Fetch(To("HTTPBIN", "/deflate"));
  ASSERT_ANSWER(deflate, 200);
  EXPECT_EQ(Json(*deflate)["deflated"], true);
}

TEST(HttpbinTest, BasicAuthentication) {
  Request request = To("HTTPBIN", "/basic-auth/user/p%20w");
  ASSERT_ANSWER(Fetch(request), 401);
  request.auth = BasicAuth{"user", "p w"};
  ASSERT_ANSWER(Fetch(request), 200);
}

TEST(HttpbinTest, SlowAnswers) {
  const auto drip = Fetch(To("HTTPBIN", "/drip?numbytes=5&duration=1"));
  ASSERT_ANSWER(drip, 200);
  EXPECT_EQ(drip->body.total(), 5u);
  const auto stream = Fetch(To("HTTPBIN", "/stream/20"));
  ASSERT_ANSWER(stream, 200);
  Request slow = To("HTTPBIN", "/delay/10");
  slow.idle_timeout = absl::Milliseconds(300);
  EXPECT_EQ(FailedPhase(Fetch(slow).status()), Phase::kFirstByte);
  slow.idle_timeout = absl::Seconds(10);
  slow.timeout = absl::Milliseconds(300);
  EXPECT_EQ(Fetch(slow).status().code(), absl::StatusCode::kDeadlineExceeded);
}

// ---- openssl s_server

TEST(OpensslTest, OneVersionOfTls) {
  ASSERT_ANSWER(Fetch(ToTls("TLS12")), 200);
  ASSERT_ANSWER(Fetch(ToTls("TLS13")), 200);
}

TEST(OpensslTest, RefusedCertificates) {
  const struct {
    const char* server;
    const char* why;
  } kCases[] = {
      {"EXPIRED", "is refused: it, or one of its authorities, has expired"},
      {"WRONG_HOST", "is refused: it is for another host than 127.0.0.1"},
      {"SELF_SIGNED", "is refused: it is signed by no trusted authority"},
      {"UNKNOWN_CA", "is refused: it is signed by no trusted authority"},
  };
  for (const auto& refused : kCases) {
    Request request = ToTls(refused.server);
    const auto answer = Fetch(request);
    EXPECT_THAT(answer.status().message(), EndsWith(refused.why));
    EXPECT_EQ(FailedPhase(answer.status()), Phase::kTlsHandshake);
    request.tls.verify = false;
    ASSERT_ANSWER(Fetch(request), 200);
  }
}

TEST(OpensslTest, ClientCertificate) {
  Request request = ToTls("CLIENT_CERT");
  EXPECT_EQ(Fetch(request).status().code(), absl::StatusCode::kUnavailable);
  request.tls.client_cert = Environment("CERTIFICATES") + "/client.pem";
  request.tls.client_key = Environment("CERTIFICATES") + "/client.key";
  ASSERT_ANSWER(Fetch(request), 200);
}

// ---- tinyproxy

class TinyproxyTest : public testing::Test {
 protected:
  TinyproxyTest() {
    const std::string proxy =
        absl::StrCat("http://127.0.0.1:", Environment("TINYPROXY"));
    setenv("all_proxy", proxy.c_str(), 1);
  }
  ~TinyproxyTest() override { unsetenv("all_proxy"); }
};

TEST_F(TinyproxyTest, PassesHttpOn) {
  const auto answer = Fetch(To("HTTPBIN", "/headers?show_env=1"));
  ASSERT_ANSWER(answer, 200);
  EXPECT_THAT(answer->body.Text(), HasSubstr("Via"));
}

TEST_F(TinyproxyTest, TunnelsHttpsWhereItMay) {
  ASSERT_ANSWER(Fetch(ToTls("NGINX_TLS")), 200);
  const auto refused = Fetch(ToTls("TLS12"));
  EXPECT_THAT(refused.status().message(),
              EndsWith("the proxy refuses the connection with status 403"));
}

}  // namespace
}  // namespace servo::http
