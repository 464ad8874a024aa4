#include "http/curl_client.h"

#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/request.h"
#include "http/testing/client_fixture.h"
#include "http/testing/loopback_server.h"

namespace servo::http {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

TEST_F(CurlClientTest, GivesStatusHeadersAndBody) {
  server_.Answer(Reply::Of(503, "busy", {{"Retry-After", "7"}, {"X-A", ""}}));
  const Result result = Get(server_.Url("/path?query#fragment"));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->status, 503);
  EXPECT_EQ(result->status_line, "HTTP/1.1 503 Reason");
  EXPECT_THAT(result->headers,
              ElementsAre(std::pair("Retry-After", "7"), std::pair("X-A", ""),
                          std::pair("Content-Length", "4")));
  EXPECT_EQ(result->body.Text(), "busy");
  EXPECT_EQ(result->url, server_.Url("/path?query#fragment"));
  EXPECT_EQ(result->redirects, 0);
  EXPECT_GE(result->elapsed, absl::ZeroDuration());
}

TEST_F(CurlClientTest, SendsAPlainGet) {
  ASSERT_TRUE(Get(server_.Url("/a/b?c=d#e")).ok());
  EXPECT_EQ(last().head, PlainGet("/a/b?c=d"));
}

struct MethodCase {
  std::string method;
  std::optional<std::string> body;
  std::string content_length;
};

class MethodTest : public CurlClientTest,
                   public testing::WithParamInterface<MethodCase> {};

TEST_P(MethodTest, IsSentAsItIsWithItsBody) {
  Request request = To(server_.Url("/"), GetParam().method);
  request.body = GetParam().body;
  server_.Answer(GetParam().method == "HEAD"
                     ? Reply().Send("HTTP/1.1 200 OK\r\nContent-Length: "
                                    "1000000\r\n\r\n")
                     : Reply::Of(200, "answer"));
  const Result result = Send(request);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->status, 200);
  EXPECT_EQ(last().method, GetParam().method);
  EXPECT_EQ(last().body, GetParam().body.value_or(""));
  EXPECT_EQ(HeaderOr(last().headers, "Content-Length", kNone),
            GetParam().content_length);
  EXPECT_EQ(HeaderOr(last().headers, "Content-Type", kNone), kNone);
  EXPECT_EQ(HeaderOr(last().headers, "Expect", kNone), kNone);
  EXPECT_EQ(HeaderOr(last().headers, "Transfer-Encoding", kNone), kNone);
}

INSTANTIATE_TEST_SUITE_P(
    Methods, MethodTest,
    testing::Values(
        MethodCase{"GET", std::nullopt, kNone}, MethodCase{"GET", "body", "4"},
        MethodCase{"HEAD", std::nullopt, kNone},
        MethodCase{"POST", std::nullopt, "0"}, MethodCase{"POST", "", "0"},
        MethodCase{"POST", std::string("\0\r\n\xff", 4), "4"},
        MethodCase{"POST", std::string(3'000'000, 'x'), "3000000"},
        MethodCase{"PUT", std::nullopt, "0"}, MethodCase{"PUT", "body", "4"},
        MethodCase{"PATCH", std::nullopt, "0"},
        MethodCase{"PATCH", "body", "4"},
        MethodCase{"DELETE", std::nullopt, kNone},
        MethodCase{"DELETE", "body", "4"},
        MethodCase{"OPTIONS", std::nullopt, kNone},
        MethodCase{"PROPFIND", "body", "4"},
        MethodCase{"m-search", std::nullopt, kNone}));

TEST_F(CurlClientTest, HeadersReplaceDefaultsWhateverTheirCase) {
  Request request = To(server_.Url("/"), "POST");
  request.body = "{}";
  request.headers = {{"user-agent", "mine"},      {"ACCEPT", "text/plain"},
                     {"host", "other:81"},        {"content-type", "a/b"},
                     {"accept-encoding", "gzip"}, {"X-Empty", ""},
                     {"X-Blank", "  "},           {"x-case", " padded "},
                     {"X-Utf8", "\xc3\xbc"}};
  ASSERT_TRUE(Send(request).ok());
  std::vector<std::string> lines;
  for (const auto& [name, value] : last().headers) {
    lines.push_back(absl::StrCat(name, "=", value));
  }
  EXPECT_THAT(lines,
              testing::UnorderedElementsAre(
                  "user-agent=mine", "ACCEPT=text/plain", "Host=other:81",
                  "content-type=a/b", "accept-encoding=gzip",
                  "X-Empty=", "X-Blank=", "x-case=padded", "X-Utf8=\xc3\xbc",
                  "Content-Length=2"));
}

TEST_F(CurlClientTest, TrueContentLengthIsSentOnce) {
  Request request = To(server_.Url("/"), "POST");
  request.body = "abc";
  request.headers = {{"content-length", "3"}};
  ASSERT_TRUE(Send(request).ok());
  EXPECT_THAT(absl::AsciiStrToLower(last().head),
              AllOf(HasSubstr("content-length: 3\r\n"),
                    Not(testing::ContainsRegex(
                        "content-length.*\n(.*\n)*content-length"))));
}

TEST_F(CurlClientTest, EncodesWhatIsBeyondAsciiInTheUrl) {
  ASSERT_TRUE(Get(server_.Url("/\xc3\xbc?q=\xc3\xa4")).ok());
  EXPECT_EQ(last().target, "/%C3%BC?q=%C3%A4");
}

TEST_F(CurlClientTest, AnyStatusIsAnAnswer) {
  for (int status :
       {200, 204, 299, 300, 304, 400, 404, 500, 599, 600, 876, 999}) {
    server_.Answer(
        status == 204 || status == 304
            ? Reply().Send(absl::StrCat("HTTP/1.1 ", status, " No\r\n\r\n"))
            : Reply::Of(status, "x"));
    const Result result = Get(server_.Url());
    ASSERT_TRUE(result.ok()) << status << ": " << result.status();
    EXPECT_EQ(result->status, status);
  }
}

TEST_F(CurlClientTest, StatusLineIsValidUtf8) {
  server_.Answer(
      Reply().Send("HTTP/1.1 200 \xff\xc3\xbc\r\n"
                   "Content-Length: 0\r\n\r\n"));
  const Result result = Get(server_.Url());
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->status_line, "HTTP/1.1 200 \xef\xbf\xbd\xc3\xbc");
}

TEST_F(CurlClientTest, InterimAnswersAreSkipped) {
  server_.Answer(Reply()
                     .Send("HTTP/1.1 100 Continue\r\nX-Interim: 1\r\n\r\n")
                     .Send("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n")
                     .Send("HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n"
                           "ok"));
  const Result result = Get(server_.Url());
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->status, 201);
  EXPECT_THAT(result->headers, SizeIs(1));
  EXPECT_EQ(result->body.Text(), "ok");
}

TEST_F(CurlClientTest, AnswerMayArriveInAnyPieces) {
  const std::string answer =
      "HTTP/1.1 200 OK\r\nX-A: b\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n4\r\ndefg\r\n0\r\nX-Trailer: t\r\n\r\n";
  for (size_t cut = 1; cut < answer.size(); ++cut) {
    server_.Answer(
        Reply().Send(answer.substr(0, cut)).Send(answer.substr(cut)));
    const Result result = Get(server_.Url());
    ASSERT_TRUE(result.ok()) << cut << ": " << result.status();
    EXPECT_EQ(result->body.Text(), "abcdefg") << cut;
    EXPECT_EQ(HeaderOr(result->headers, "X-A", kNone), "b") << cut;
    EXPECT_EQ(HeaderOr(result->headers, "X-Trailer", kNone), kNone) << cut;
  }
  EXPECT_EQ(server_.accepted(), 1);
}

TEST_F(CurlClientTest, BodyMayEndWithTheConnection) {
  server_.Answer(Reply().Send("HTTP/1.0 200 OK\r\n\r\nall of it").Close());
  const Result result = Get(server_.Url());
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->body.Text(), "all of it");
}

TEST_F(CurlClientTest, KeepsHeadAndTailOfABigBody) {
  const std::string block(1 << 20, 'x');
  server_.Answer(Reply()
                     .Send("HTTP/1.1 200 OK\r\nContent-Length: 104857610\r\n"
                           "\r\nbegin")
                     .SendTimes(block, 100)
                     .Send("final"));
  Request request = To(server_.Url());
  request.output_limit = 10;
  const Result result = Send(request);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->body.total(), 104857610u);
  EXPECT_THAT(result->body.Text(),
              AllOf(StartsWith("beginxxxxx\n"), EndsWith("\nxxxxxfinal")));
}

TEST_F(CurlClientTest, SendsBasicAuthenticationAtOnce) {
  // base64("Aladdin:open sesame"), the example of RFC 7617 section 2.
  const std::string expected = "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==";
  Request request = To(server_.Url());
  request.auth = BasicAuth{"Aladdin", "open sesame"};
  ASSERT_TRUE(Send(request).ok());
  EXPECT_EQ(HeaderOr(last().headers, "Authorization", kNone), expected);

  std::string url = server_.Url("/x");
  url.insert(strlen("http://"), "Aladdin:open%20sesame@");
  const Result result = Get(url);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(HeaderOr(last().headers, "Authorization", kNone), expected);
  EXPECT_EQ(last().target, "/x");
  EXPECT_EQ(result->url, server_.Url("/x"));

  // What is given beside the URL wins.
  request.url = server_.Url();
  request.url.insert(strlen("http://"), "other:secret@");
  ASSERT_TRUE(Send(request).ok());
  EXPECT_EQ(HeaderOr(last().headers, "Authorization", kNone), expected);
}

TEST_F(CurlClientTest, NothingOfARequestIsInTheNextOnTheSameConnection) {
  Request first = To(server_.Url(), "POST");
  first.headers = {{"X-Token", "secret"},
                   {"Cookie", "a=b"},
                   {"Content-Type", "text/plain"},
                   {"User-Agent", "another"}};
  first.body = "body";
  first.auth = BasicAuth{"Aladdin", "open sesame"};
  server_.Answer(Reply::Of(401, "no", {{"Set-Cookie", "c=d"}}));
  ASSERT_TRUE(Send(first).ok());
  const Result result = Get(server_.Url());
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(server_.accepted(), 1);
  EXPECT_EQ(
      last().head,
      absl::StrCat("GET / HTTP/1.1\r\n", "Host: 127.0.0.1:", server_.port(),
                   "\r\n", "User-Agent: test-agent/1.0\r\n", "Accept: */*\r\n",
                   "Accept-Encoding: gzip, deflate\r\n", "\r\n"));
  EXPECT_EQ(last().body, "");
  EXPECT_EQ(FindHeader(result->headers, "Set-Cookie"), nullptr);
}

TEST_F(CurlClientTest, ReachesIpv6) {
  LoopbackServer::Options options;
  options.address = LoopbackServer::Options::Address::kIpv6;
  LoopbackServer server(&loop_, options);
  ASSERT_TRUE(Get(server.Url()).ok());
  EXPECT_EQ(HeaderOr(server.requests().back().headers, "Host", kNone),
            absl::StrCat("[::1]:", server.port()));
}

TEST_F(CurlClientTest, ResolvesLocalhost) {
  const Result result =
      Get(absl::StrCat("http://localhost:", server_.port(), "/"));
  ASSERT_TRUE(result.ok()) << result.status();
}

TEST_F(CurlClientTest, ReachesAUnixSocketPastAnyProxy) {
  LoopbackServer::Options options;
  options.address = LoopbackServer::Options::Address::kUnix;
  // Relative: the test's own directory, and short enough for sockaddr_un.
  options.unix_path = "http_client_test.socket";
  unlink(options.unix_path.c_str());
  LoopbackServer server(&loop_, options);
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  Request request = To("http://docker/containers/json");
  request.unix_socket = options.unix_path;
  const Result result = Send(request);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(server.requests().back().target, "/containers/json");
  EXPECT_EQ(HeaderOr(server.requests().back().headers, "Host", kNone),
            "docker");
}

// A handle that served one request may serve another.
TEST_F(CurlClientTest, NothingOfARequestIsInTheNext) {
  std::vector<Request> requests(7, To(server_.Url("/")));
  requests[1].method = "HEAD";
  requests[2].method = "POST";
  requests[3].method = "PROPFIND";
  requests[3].headers = {{"Authorization", "Bearer secret"},
                         {"User-Agent", "mine"},
                         {"Accept", "text/plain"}};
  requests[4].method = "PUT";
  requests[4].body = "body";
  requests[5].auth = BasicAuth{"user", "password"};
  requests[6].url = absl::StrReplaceAll(requests[6].url,
                                        {{"http://", "http://user:secret@"}});
  for (const Request& request : requests) {
    server_.Answer(Reply::Of(302, "", {{"Location", "/elsewhere"}}));
    server_.Answer(Reply::Of(200, "answer"));
    ASSERT_TRUE(Send(request).ok());
    server_.Answer(Reply::Of(200, "answer"));
    const Result result = Get(server_.Url("/next"));
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_EQ(result->body.Text(), "answer") << "after " << request.method;
    EXPECT_EQ(last().head, PlainGet("/next")) << "after " << request.method;
    EXPECT_EQ(last().body, "");
  }
}

TEST_F(CurlClientTest, ReusesTheConnection) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(Get(server_.Url()).ok());
  EXPECT_EQ(server_.accepted(), 1);
  client_.reset();
  RunUntil([this] { return server_.open() == 0; });
}

TEST_F(CurlClientTest, SendsSeveralRequestsAtOnce) {
  server_.Answer(Reply::Of(200, "first"));
  server_.Answer(Reply::Of(200, "second"));
  const auto first = StartCall(*client_, To(server_.Url("/1")));
  const auto second = StartCall(*client_, To(server_.Url("/2")));
  EXPECT_TRUE(Await(*second).ok());
  EXPECT_TRUE(Await(*first).ok());
  EXPECT_EQ(server_.accepted(), 2);
}

TEST_F(CurlClientTest, ConnectsAnewWhenTheServerHasClosed) {
  ASSERT_TRUE(Get(server_.Url()).ok());
  server_.CloseAll();
  Request request = To(server_.Url(), "POST");
  request.body = "again";
  const Result result = Send(request);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(server_.accepted(), 2);
  EXPECT_EQ(last().body, "again");
}

// The server closes while the next request is on its way: only then does curl
// notice that nothing will come. What may be repeated is sent on a new
// connection (RFC 9110 section 9.2.2).
TEST_F(CurlClientTest, RepeatsOnlyIdempotentRequests) {
  for (const char* method :
       {"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"}) {
    ASSERT_TRUE(Get(server_.Url()).ok());
    server_.Answer(Reply().Close());
    const size_t before = server_.requests().size();
    const Result result = Send(To(server_.Url(), method));
    EXPECT_TRUE(result.ok()) << result.status();
    EXPECT_EQ(server_.requests().size(), before + 2) << method;
  }
  for (const char* method : {"POST", "PATCH", "get", "PURGE", "MKCOL"}) {
    ASSERT_TRUE(Get(server_.Url()).ok());
    server_.Answer(Reply().Close());
    const size_t before = server_.requests().size();
    const Result result = Send(To(server_.Url(), method));
    EXPECT_EQ(result.status().message(),
              absl::StrCat(method, " ", server_.Url(),
                           ": the server closed the connection without an "
                           "answer"));
    EXPECT_EQ(server_.requests().size(), before + 1) << method;
  }
}

TEST_F(CurlClientTest, SwitchedProtocolsAreAnAnswerAtOnce) {
  server_.Answer(
      Reply()
          .Send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                "Connection: Upgrade\r\n\r\n")
          .Stall());
  const Result result = Get(server_.Url());
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->status, 101);
  EXPECT_EQ(HeaderOr(result->headers, "Upgrade"), "websocket");
  RunUntil([this] { return server_.open() == 0; });
}

// The server refuses before it has read the body, and its reset overtakes us.
TEST_F(CurlClientTest, AnEarlyAnswerIsHeardBeforeTheReset) {
  for (int i = 0; i < 30; ++i) {
    server_.OnConnect(Reply()
                          .Pause(absl::Milliseconds(i % 3))
                          .Send("HTTP/1.1 413 Too Large\r\n"
                                "Content-Length: 4\r\nConnection: close\r\n"
                                "\r\nfull")
                          .Reset());
    Request request = To(server_.Url(), "POST");
    request.body = std::string(8 << 20, 'x');
    const Result result = Send(request);
    ASSERT_TRUE(result.ok()) << "round " << i << ": " << result.status();
    EXPECT_EQ(result->status, 413);
    EXPECT_EQ(result->body.Text(), "full");
  }
}

// curl goes on sending after a success.
TEST_F(CurlClientTest, AWholeAnswerCountsThoughSendingFails) {
  Request request = To(server_.Url(), "POST");
  request.body = std::string(8 << 20, 'x');
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n";
  for (const bool whole : {true, false}) {
    server_.OnConnect(Reply()
                          .Send(head + (whole ? "full" : "ful"))
                          .Pause(absl::Milliseconds(50))
                          .Reset());
    const Result result = Send(request);
    EXPECT_EQ(result.ok(), whole) << result.status();
    EXPECT_EQ(result.ok() ? result->body.Text() : "full", "full");
  }
}

// ---- connect_only ----

TEST_F(CurlClientTest, ConnectsWithoutSendingAnything) {
  Request request = To(server_.Url());
  request.connect_only = true;
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  const Result result = Send(request);
  unsetenv("http_proxy");
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->status, 0);
  RunUntil([this] { return server_.accepted() == 1 && server_.open() == 0; });
  EXPECT_TRUE(server_.requests().empty());
}

TEST_F(CurlClientTest, AKeptConnectionIsNotTakenForANewOne) {
  Request request = To(server_.Url());
  request.connect_only = true;
  ASSERT_TRUE(Get(server_.Url()).ok());
  ASSERT_TRUE(Send(request).ok());
  RunUntil([this] { return server_.accepted() == 2 && server_.open() == 1; });
  ASSERT_TRUE(Get(server_.Url()).ok());
  EXPECT_EQ(last().connection, 0);
  EXPECT_EQ(server_.accepted(), 2);
}

TEST_F(CurlClientTest, SaysWhereItCannotConnectTo) {
  server_.StopListening();
  Request request = To(server_.Url());
  request.connect_only = true;
  const Result result = Send(request);
  EXPECT_EQ(result.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(result.status().message(),
            absl::StrCat("127.0.0.1:", server_.port(),
                         ": cannot connect: Connection refused"));
  request.url = "https://127.0.0.1/";
  const auto refused = client_->Start(request, [](const Result&) {});
  EXPECT_TRUE(absl::IsInvalidArgument(refused.status())) << refused.status();
}

TEST_F(CurlClientTest, EncodesWhatAUrlMayNotHold) {
  ASSERT_TRUE(Get(server_.Url("/a b?q={job=\"x\"}")).ok());
  EXPECT_EQ(last().target, "/a%20b?q=%7Bjob=%22x%22%7D");
}

}  // namespace
}  // namespace servo::http
