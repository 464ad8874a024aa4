#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/curl_client.h"
#include "http/own_words.h"
#include "http/phase.h"
#include "http/request.h"
#include "http/testing/client_fixture.h"
#include "http/testing/loopback_server.h"

namespace servo::http {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST_F(CurlClientTest, FollowsRedirects) {
  server_.AnswerAlways("/a", Reply::Redirect(302, "b?c=d e"));
  server_.AnswerAlways("/b?c=d%20e", Reply::Redirect(307, server_.Url("/f")));
  server_.AnswerAlways("/f", Reply::Of(418, "teapot", {{"X-Last", "1"}}));
  const Result result = Get(server_.Url("/a"));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->status, 418);
  EXPECT_EQ(result->body.Text(), "teapot");
  EXPECT_EQ(result->url, server_.Url("/f"));
  EXPECT_EQ(result->redirects, 2);
  EXPECT_EQ(HeaderOr(result->headers, "Location", kNone), kNone);
  EXPECT_EQ(server_.accepted(), 1);
}

TEST_F(CurlClientTest, RedirectedPostBecomesGetOrStaysPost) {
  for (const auto& [status, method, body] :
       std::vector<std::tuple<int, std::string, std::string>>{
           {301, "GET", ""},
           {302, "GET", ""},
           {303, "GET", ""},
           {307, "POST", "data"},
           {308, "POST", "data"}}) {
    server_.Answer(Reply::Redirect(status, "/next"));
    Request request = To(server_.Url("/"), "POST");
    request.body = "data";
    request.headers = {{"content-type", "text/plain"}, {"X-Kept", "1"}};
    ASSERT_TRUE(Send(request).ok());
    EXPECT_EQ(last().target, "/next");
    EXPECT_EQ(last().method, method) << status;
    EXPECT_EQ(last().body, body) << status;
    EXPECT_EQ(HeaderOr(last().headers, "Content-Type", kNone),
              method == "GET" ? kNone : "text/plain");
    EXPECT_EQ(HeaderOr(last().headers, "Content-Length", kNone),
              method == "GET" ? kNone : "4");
    EXPECT_EQ(HeaderOr(last().headers, "X-Kept", kNone), "1");
  }
}

TEST_F(CurlClientTest, CredentialsStayWithTheirHost) {
  LoopbackServer other(&loop_);
  server_.Answer(Reply::Redirect(302, "/same"));
  server_.AnswerAlways("/same", Reply::Redirect(302, other.Url("/other")));
  other.AnswerAlways("/other", Reply::Redirect(302, server_.Url("/back")));
  Request request = To(server_.Url("/"));
  request.auth = BasicAuth{"user", "secret"};
  request.headers = {{"Cookie", "secret"}, {"X-Kept", "1"}};
  ASSERT_TRUE(Send(request).ok());
  ASSERT_THAT(server_.requests(), SizeIs(3));
  const Headers& same = server_.requests()[1].headers;
  EXPECT_EQ(HeaderOr(same, "Authorization", kNone), "Basic dXNlcjpzZWNyZXQ=");
  EXPECT_EQ(HeaderOr(same, "Cookie", kNone), "secret");
  for (const Headers& headers :
       {other.requests()[0].headers, server_.requests()[2].headers}) {
    EXPECT_EQ(HeaderOr(headers, "Authorization", kNone), kNone);
    EXPECT_EQ(HeaderOr(headers, "Cookie", kNone), kNone);
    EXPECT_EQ(HeaderOr(headers, "X-Kept", kNone), "1");
  }
}

TEST_F(CurlClientTest, RedirectIsTheAnswerIfNotToBeFollowed) {
  server_.Answer(Reply::Redirect(302, "/next"));
  Request request = To(server_.Url());
  request.follow_redirects = false;
  Result result = Send(request);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->status, 302);

  for (Reply& reply : std::vector<Reply>{
           Reply::Of(302, "nowhere"), Reply::Redirect(302, ""),
           Reply::Redirect(300, "/next"), Reply::Redirect(305, "/next"),
           Reply::Redirect(201, "/next")}) {
    server_.Answer(std::move(reply));
    result = Get(server_.Url());
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_NE(last().target, "/next") << result->status;
  }
}

TEST_F(CurlClientTest, TellsOfTooManyRedirects) {
  server_.AnswerAlways("/circle", Reply::Redirect(302, "/circle"));
  const Result result = Get(server_.Url("/circle"));
  EXPECT_EQ(result.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(result.status().message(),
            absl::StrCat("GET ", server_.Url("/circle"),
                         ": more than 30 redirects, in a circle; the last one "
                         "leads to ",
                         server_.Url("/circle")));
  EXPECT_THAT(server_.requests(), SizeIs(31));
  EXPECT_EQ(FailedPhase(result.status()), std::nullopt);
}

TEST_F(CurlClientTest, RefusesRedirectsToOtherSchemes) {
  for (const std::string location :
       {"ftp://host/", "file:///etc/passwd", "javascript:alert(1)",
        "http://host:99999/"}) {
    server_.Answer(Reply::Redirect(302, location));
    const Result result = Get(server_.Url());
    EXPECT_EQ(result.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(result.status().message(),
                HasSubstr(absl::StrCat("the redirect to \"", location,
                                       "\" cannot be followed")));
  }
  EXPECT_EQ(server_.accepted(), 1);
}

TEST_F(CurlClientTest, RefusesARedirectWithoutAHost) {
  server_.Answer(Reply::Redirect(302, "http:/ok"));
  const Result result = Get(server_.Url());
  EXPECT_EQ(result.status().message(),
            absl::StrCat("GET ", server_.Url(),
                         ": the redirect to \"http:/ok\" cannot be followed: "
                         "it names no host"));
}

// A server chooses where a redirect leads, and the words of its answer.
TEST_F(CurlClientTest, OwnWordsHaveNothingOfWhatServersSay) {
  const std::string server = absl::StrCat("GET ", ServerOf(server_.Url()));
  for (const auto& [location, own_words] :
       std::vector<std::pair<std::string, std::string>>{
           {"http://127.0.0.1:1/hunter2?hunter2",
            "GET http://127.0.0.1:1/***: cannot connect: Connection refused"},
           {"ftp://hunter2/", absl::StrCat("GET ", server_.Url(),
                                           ": a redirect cannot be followed")},
           {"/cut-hunter2",
            server + ": failed while receiving the body: end of response with "
                     "6 bytes missing"},
           {"/odd-hunter2", server + ": failed while receiving the headers"},
           {"/coded-hunter2", server + ": failed while receiving the body"},
           {"/round-hunter2", server + ": more than 30 redirects, in a circle"},
       }) {
    server_.Answer(Reply::Redirect(302, location));
    server_.AnswerAlways("/cut-hunter2",
                         Reply()
                             .Send("HTTP/1.1 200 hunter2\r\n"
                                   "Content-Length: 9\r\n\r\nabc")
                             .Close());
    server_.AnswerAlways("/odd-hunter2",
                         Reply().Send("HTTP/1.1 2000 hunter2\r\n\r\n").Close());
    server_.AnswerAlways(
        "/coded-hunter2",
        Reply::Of(200, "no gzip", {{"Content-Encoding", "gzip"}}));
    server_.AnswerAlways("/round-hunter2",
                         Reply::Redirect(302, "/round-hunter2"));
    const Result result = Get(server_.Url());
    ASSERT_FALSE(result.ok()) << location;
    EXPECT_THAT(result.status().message(), HasSubstr("hunter2"));
    EXPECT_EQ(OwnWords(result.status()), own_words) << result.status();
  }
}

// Long, and costly to resolve where each step looks at the whole.
TEST_F(CurlClientTest, LongLocationsDoNotHoldUpTheLoop) {
  for (const char* part : {"/..", "/a/..", "/./", "%2e/", " ", "/a"}) {
    std::string location = "/x";
    while (location.size() < 90'000) location += part;
    server_.Answer(Reply::Redirect(302, location));
    const Result result = Get(server_.Url());
    EXPECT_TRUE(result.ok()) << part;
  }
}

TEST_F(CurlClientTest, DoesNotReadAnEndlessBodyOfARedirect) {
  server_.Answer(Reply()
                     .Send("HTTP/1.1 302 Found\r\nLocation: /next\r\n"
                           "Content-Length: 1000000000\r\n\r\n")
                     .SendTimes(std::string(1 << 16, 'x'), 1 << 14));
  const Result result = Get(server_.Url());
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(last().target, "/next");
  EXPECT_EQ(server_.accepted(), 2);
}

}  // namespace
}  // namespace servo::http
