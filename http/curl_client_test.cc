#include "http/curl_client.h"

#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/fake_loop.h"
#include "base/loop.h"
#include "base/ppoll_loop.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/client.h"
#include "http/phase.h"
#include "http/request.h"
#include "http/response_reader.h"
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

// Far more than any test needs, even on a loaded machine.
constexpr absl::Duration kPatience = absl::Seconds(30);

using Result = absl::StatusOr<Response>;

// A transfer and what its callback was given.
struct Call {
  std::unique_ptr<Transfer> transfer;
  std::optional<Result> result;
};

std::unique_ptr<Call> StartCall(Client& client, const Request& request) {
  auto call = std::make_unique<Call>();
  absl::StatusOr<std::unique_ptr<Transfer>> transfer =
      client.Start(request, [call = call.get()](Result result) {
        EXPECT_FALSE(call->result.has_value()) << "called twice";
        call->result = std::move(result);
      });
  EXPECT_TRUE(transfer.ok()) << transfer.status();
  EXPECT_FALSE(call->result.has_value()) << "called inside Start()";
  if (transfer.ok()) call->transfer = *std::move(transfer);
  return call;
}

Request To(std::string url, std::string method = "GET") {
  Request request;
  request.url = std::move(url);
  request.method = std::move(method);
  return request;
}

std::string HeaderOr(const Headers& headers, const std::string& name,
                     const std::string& otherwise) {
  const std::string* value = FindHeader(headers, name);
  return value != nullptr ? *value : otherwise;
}

constexpr char kNone[] = "(none)";

// On the real clock.
class CurlClientTest : public testing::Test {
 protected:
  CurlClientTest() {
    for (const char* name :
         {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
          "no_proxy", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",
          "SSL_CERT_FILE"}) {
      unsetenv(name);
    }
  }

  void RunUntil(absl::FunctionRef<bool()> done) {
    bool late = false;
    const base::Loop::Registration guard =
        loop_.After(kPatience, [&late] { late = true; });
    loop_.RunUntil([&] { return late || done(); });
    ASSERT_FALSE(late) << "still waiting after " << kPatience;
  }

  Result Await(Call& call) {
    RunUntil([&call] { return call.result.has_value(); });
    return call.result.has_value() ? *std::move(call.result)
                                   : absl::UnknownError("no result");
  }

  Result Send(const Request& request) {
    return Await(*StartCall(*client_, request));
  }
  Result Get(const std::string& url) { return Send(To(url)); }

  // All that is sent for a GET that says no more than a URL.
  std::string PlainGet(absl::string_view target) const {
    return absl::StrCat("GET ", target,
                        " HTTP/1.1\r\nHost: 127.0.0.1:", server_.port(),
                        "\r\nUser-Agent: test-agent/1.0\r\nAccept: */*\r\n"
                        "Accept-Encoding: gzip, deflate\r\n\r\n");
  }

  const LoopbackServer::Received& last() const {
    return server_.requests().back();
  }

  base::PpollLoop loop_;
  LoopbackServer server_{&loop_};
  std::unique_ptr<Client> client_ = NewCurlClient(&loop_, "test-agent/1.0");
};

// ---- One request and its answer.

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
  EXPECT_EQ(last().target, "/%c3%bc?q=%c3%a4");
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

// What `printf 'hello gzip' | gzip -n` and zlib's deflate write.
constexpr unsigned char kGzip[] = {
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03,
    0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x57, 0x48, 0xaf, 0xca, 0x2c,
    0x00, 0x00, 0x19, 0x6a, 0xd2, 0xdf, 0x0a, 0x00, 0x00, 0x00};
constexpr unsigned char kDeflate[] = {0x78, 0x9c, 0xcb, 0x48, 0xcd, 0xc9,
                                      0xc9, 0x57, 0x48, 0xaf, 0xca, 0x2c,
                                      0x00, 0x00, 0x15, 0x81, 0x03, 0xef};

template <size_t N>
std::string Bytes(const unsigned char (&bytes)[N]) {
  return std::string(reinterpret_cast<const char*>(bytes), N);
}

TEST_F(CurlClientTest, DecodesGzipAndDeflate) {
  server_.Answer(Reply::Of(200, Bytes(kGzip), {{"Content-Encoding", "gzip"}}));
  Result result = Get(server_.Url());
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->body.Text(), "hello gzip");
  server_.Answer(
      Reply::Of(200, Bytes(kDeflate), {{"content-encoding", "deflate"}}));
  result = Get(server_.Url());
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->body.Text(), "hello gzip");
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

// ---- Connections.

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
// notice that nothing will come, and sends it on a new connection.
TEST_F(CurlClientTest, SendsAgainWhenAKeptConnectionDiesUnderTheRequest) {
  ASSERT_TRUE(Get(server_.Url()).ok());
  server_.Answer(Reply().Close());
  Request request = To(server_.Url(), "POST");
  request.body = "again";
  const Result result = Send(request);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(server_.accepted(), 2);
  EXPECT_EQ(last().body, "again");
  EXPECT_THAT(server_.requests(), SizeIs(3));
}

// ---- Failures.

TEST_F(CurlClientTest, TellsWhenNobodyListens) {
  const std::string url = server_.Url("/start");
  server_.StopListening();
  const Result result = Get(url);
  EXPECT_EQ(result.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(result.status().message(),
            absl::StrCat("GET ", url, ": cannot connect: Connection refused"));
  EXPECT_EQ(FailedPhase(result.status()), Phase::kConnect);
}

TEST_F(CurlClientTest, TellsWhenTheSocketIsMissing) {
  Request request = To("http://docker/info");
  request.unix_socket = "no/such.socket";
  const Result result = Send(request);
  EXPECT_EQ(result.status().message(),
            "GET http://docker/info: cannot connect to the socket "
            "no/such.socket: No such file or directory");
}

TEST_F(CurlClientTest, TellsWhenTheHostIsUnknown) {
  // A name that can never exist (RFC 6761 section 6.4).
  const Result result = Get("http://user:secret@servo.invalid/");
  EXPECT_EQ(result.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(result.status().message(),
            "GET http://servo.invalid/: cannot resolve the host name "
            "\"servo.invalid\"");
  EXPECT_EQ(FailedPhase(result.status()), Phase::kResolve);
}

struct BrokenCase {
  std::string name;
  Reply reply;
  std::string message;  // after "GET URL: "
  Phase phase;
  absl::StatusCode code = absl::StatusCode::kUnavailable;
};

class BrokenAnswerTest : public CurlClientTest,
                         public testing::WithParamInterface<BrokenCase> {};

TEST_P(BrokenAnswerTest, IsToldWithItsPhase) {
  server_.Answer(GetParam().reply);
  const Result result = Get(server_.Url("/broken"));
  EXPECT_EQ(result.status().code(), GetParam().code);
  EXPECT_EQ(
      result.status().message(),
      absl::StrCat("GET ", server_.Url("/broken"), ": ", GetParam().message));
  EXPECT_EQ(FailedPhase(result.status()), GetParam().phase);
}

INSTANTIATE_TEST_SUITE_P(
    Answers, BrokenAnswerTest,
    testing::Values(
        BrokenCase{"ClosedAtOnce", Reply().Close(),
                   "the server closed the connection without an answer",
                   Phase::kFirstByte},
        BrokenCase{"ResetAtOnce", Reply().Reset(),
                   "failed while waiting for the first byte of the answer: "
                   "Recv failure: Connection reset by peer",
                   Phase::kFirstByte},
        BrokenCase{"ClosedInStatusLine", Reply().Send("HTTP/1.").Close(),
                   "the server closed the connection without an answer",
                   Phase::kFirstByte},
        BrokenCase{"ClosedInHeaders",
                   Reply().Send("HTTP/1.1 200 OK\r\nX-A: b\r\nX-").Close(),
                   "the server closed the connection within the headers",
                   Phase::kHeaders},
        BrokenCase{"ResetInHeaders",
                   Reply().Send("HTTP/1.1 200 OK\r\nX-A: b\r\n").Reset(),
                   "failed while receiving the headers: Recv failure: "
                   "Connection reset by peer",
                   Phase::kHeaders},
        BrokenCase{"ClosedInBody",
                   Reply()
                       .Send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
                       .Close(),
                   "HTTP/1.1 200 OK, but failed while receiving the body: end "
                   "of response with 6 bytes missing",
                   Phase::kBody},
        BrokenCase{"ResetInBody",
                   Reply()
                       .Send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
                       .Reset(),
                   "HTTP/1.1 200 OK, but failed while receiving the body: Recv "
                   "failure: Connection reset by peer",
                   Phase::kBody},
        BrokenCase{"ClosedInChunk",
                   Reply()
                       .Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked"
                             "\r\n\r\n5\r\nab")
                       .Close(),
                   "HTTP/1.1 200 OK, but failed while receiving the body: "
                   "transfer closed with outstanding read data remaining",
                   Phase::kBody},
        BrokenCase{"MalformedChunk",
                   Reply().Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked"
                                "\r\n\r\nxyz\r\n"),
                   "HTTP/1.1 200 OK, but failed while receiving the body: "
                   "chunk hex-length char not a hex digit: 0x78",
                   Phase::kBody},
        BrokenCase{"NotHttp", Reply().Send("SSH-2.0-OpenSSH_9.2\r\n").Close(),
                   "the answer is not HTTP: Received HTTP/0.9 when not allowed",
                   Phase::kFirstByte},
        BrokenCase{"Http09", Reply().Send("<html>").Close(),
                   "the answer is not HTTP: Received HTTP/0.9 when not allowed",
                   Phase::kFirstByte},
        BrokenCase{
            "NoStatus", Reply().Send("HTTP/1.1 OK\r\n\r\n").Close(),
            "the answer is not HTTP: Unsupported HTTP/1 subversion in response",
            Phase::kFirstByte},
        BrokenCase{"BadContentLength",
                   Reply()
                       .Send("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n")
                       .Close(),
                   "the answer is not HTTP: Invalid Content-Length: value",
                   Phase::kHeaders},
        BrokenCase{
            "BrokenGzip",
            Reply::Of(200, "this is no gzip", {{"Content-Encoding", "gzip"}}),
            "HTTP/1.1 200 Reason, but the body cannot be decoded: Error while "
            "processing content unencoding: incorrect header check",
            Phase::kBody},
        BrokenCase{"UnknownEncoding",
                   Reply::Of(200, "x", {{"Content-Encoding", "br"}}),
                   "HTTP/1.1 200 Reason, but the body cannot be decoded: "
                   "Unrecognized content encoding type. libcurl understands "
                   "deflate, gzip content encodings.",
                   Phase::kBody}),
    [](const auto& tested) { return tested.param.name; });

// ---- Limits.

TEST_F(CurlClientTest, BoundsTheHeaders) {
  server_.Answer(Reply()
                     .Send("HTTP/1.1 200 OK\r\n")
                     .SendTimes("X-Header: value\r\n", 2000)
                     .Send("\r\n")
                     .Stall());
  Result result = Get(server_.Url());
  EXPECT_EQ(result.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(result.status().message(),
              EndsWith(": the answer has more than 1000 header lines"));

  server_.Answer(Reply()
                     .Send("HTTP/1.1 200 OK\r\nX-Header: ")
                     .SendTimes(std::string(1000, 'x'), 10000)
                     .Stall());
  result = Get(server_.Url());
  EXPECT_EQ(result.status().code(), absl::StatusCode::kResourceExhausted)
      << result.status();

  server_.Answer(
      Reply().SendTimes("HTTP/1.1 100 Continue\r\n\r\n", 100000).Stall());
  result = Get(server_.Url());
  EXPECT_EQ(result.status().code(), absl::StatusCode::kResourceExhausted)
      << result.status();
}

TEST_F(CurlClientTest, BoundsDecodedBodies) {
  ResponseLimits limits;
  limits.decoded_bytes = 9;
  client_ = NewCurlClient(&loop_, "test-agent/1.0", limits);
  server_.Answer(Reply::Of(200, Bytes(kGzip), {{"Content-Encoding", "gzip"}}));
  const Result result = Get(server_.Url());
  EXPECT_EQ(result.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(result.status().message(),
            absl::StrCat("GET ", server_.Url(),
                         ": the answer's compressed body is larger than 9 "
                         "bytes once decoded"));
  EXPECT_EQ(FailedPhase(result.status()), Phase::kBody);
  server_.Answer(Reply::Of(200, "0123456789"));
  EXPECT_TRUE(Get(server_.Url()).ok());
}

TEST_F(CurlClientTest, RefusesWhatIsMalformedBeforeSendingAnything) {
  EXPECT_EQ(client_->Start(To("ftp://host/"), [](auto) {}).status().code(),
            absl::StatusCode::kInvalidArgument);
  Request request = To(server_.Url());
  request.headers = {{"A", "b\r\nC: d"}};
  EXPECT_EQ(client_->Start(request, [](auto) {}).status().code(),
            absl::StatusCode::kInvalidArgument);
  request = To("https://127.0.0.1/");
  request.tls.ca_bundle = "no/such.pem";
  EXPECT_EQ(client_->Start(request, [](auto) {}).status(),
            absl::InvalidArgumentError(
                "cannot read the bundle of trusted authorities no/such.pem: No "
                "such file or directory"));
  EXPECT_EQ(server_.accepted(), 0);
}

// ---- Redirects.

TEST_F(CurlClientTest, FollowsRedirects) {
  server_.AnswerAlways("/a", Reply::Redirect(302, "b?c=d e"));
  server_.AnswerAlways("/b?c=d+e", Reply::Redirect(307, server_.Url("/f")));
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

// ---- Proxies.

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
  EXPECT_EQ(FailedPhase(result.status()), Phase::kConnect);
}

TEST_F(CurlClientTest, NeverShowsTheProxysCredentials) {
  for (const char* proxy :
       {"http://user:secret@127.0.0.1:1", "http://user:secret@servo.invalid",
        "gopher://user:secret@host", "http://user:secret@host:port"}) {
    setenv("all_proxy", proxy, 1);
    const Result result = Get("http://host.invalid/");
    EXPECT_EQ(result.status().code(), absl::StatusCode::kUnavailable);
    EXPECT_THAT(result.status().message(),
                AllOf(HasSubstr("proxy"), Not(HasSubstr("secret"))));
  }
}

// ---- Cancelling.

TEST_F(CurlClientTest, TransferMayBeDestroyedInItsCallback) {
  std::unique_ptr<Transfer> transfer;
  bool called = false;
  transfer = *client_->Start(To(server_.Url()), [&](const Result&) {
    transfer.reset();
    called = true;
  });
  RunUntil([&called] { return called; });
}

TEST_F(CurlClientTest, TransferMayBeDestroyedBeforeItsFirstTurn) {
  StartCall(*client_, To(server_.Url())).reset();
  StartCall(*client_, To("http://servo.invalid/")).reset();
  StartCall(*client_, To("https://servo.invalid/")).reset();
  const Result result = Get(server_.Url("/after"));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(last().target, "/after");
  EXPECT_THAT(server_.requests(), SizeIs(1));
}

TEST_F(CurlClientTest, TransferMayBeDestroyedInTheNameLookup) {
  auto call = StartCall(*client_, To("http://servo.invalid/"));
  loop_.RunOnce();
  call.reset();
  EXPECT_TRUE(Get(server_.Url("/after")).ok());
}

TEST_F(CurlClientTest, NextRequestMayStartInTheCallback) {
  std::unique_ptr<Call> second;
  std::unique_ptr<Transfer> first =
      *client_->Start(To(server_.Url("/1")), [&](const Result&) {
        second = StartCall(*client_, To(server_.Url("/2")));
      });
  RunUntil([&second] { return second != nullptr; });
  EXPECT_TRUE(Await(*second).ok());
  EXPECT_EQ(server_.accepted(), 1);
}

TEST_F(CurlClientTest, ClientMayBeDestroyedInACallback) {
  bool called = false;
  const std::unique_ptr<Transfer> transfer =
      *client_->Start(To(server_.Url()), [&](const Result&) {
        client_.reset();
        called = true;
      });
  RunUntil([&called] { return called; });
}

TEST_F(CurlClientTest, TransferMayOutliveTheClient) {
  const auto call = StartCall(*client_, To(server_.Url()));
  RunUntil([this] { return server_.accepted() == 1; });
  client_.reset();
  RunUntil([this] { return server_.open() == 0; });
  EXPECT_FALSE(call->result.has_value());
}

TEST_F(CurlClientTest, DroppedTransferClosesItsConnectionOnly) {
  ASSERT_TRUE(Get(server_.Url()).ok());
  const auto kept = StartCall(*client_, To(server_.Url("/kept")));
  server_.Answer(Reply::Of(200));
  server_.Answer(Reply().Send("HTTP/1.1 200 OK\r\n").Stall());
  auto dropped = StartCall(*client_, To(server_.Url("/dropped")));
  EXPECT_TRUE(Await(*kept).ok());
  RunUntil([this] { return last().target == "/dropped"; });
  dropped.reset();
  RunUntil([this] { return server_.open() == 1; });
  ASSERT_TRUE(Get(server_.Url()).ok());
  EXPECT_EQ(server_.accepted(), 2);
}

// ---- Time, on a clock that the test moves.

class CurlClientTimeTest : public testing::Test {
 protected:
  void RunUntil(absl::FunctionRef<bool()> done) {
    const absl::Time deadline = absl::Now() + kPatience;
    while (!done()) {
      ASSERT_LT(absl::Now(), deadline) << "still waiting";
      loop_.RunPending();
    }
  }

  base::FakeLoop loop_;
  LoopbackServer server_{&loop_};
  std::unique_ptr<Client> client_ = NewCurlClient(&loop_, "test-agent/1.0");
};

struct StallCase {
  std::string name;
  Reply reply;
  Phase phase;
  std::string phase_text;
};

class StallTest : public CurlClientTimeTest,
                  public testing::WithParamInterface<StallCase> {};

TEST_P(StallTest, EndsWithTheIdleTimeout) {
  server_.Answer(GetParam().reply);
  const auto call = StartCall(*client_, To(server_.Url("/stall")));
  RunUntil([this] { return !server_.requests().empty(); });
  loop_.RunPending();
  loop_.Advance(absl::Seconds(10) - absl::Milliseconds(1));
  EXPECT_FALSE(call->result.has_value());
  loop_.Advance(absl::Milliseconds(1));
  ASSERT_TRUE(call->result.has_value());
  const absl::Status status = call->result->status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(status.message(),
            absl::StrCat("GET ", server_.Url("/stall"),
                         ": no byte received or sent for 10s (http_timeout) "
                         "while ",
                         GetParam().phase_text));
  EXPECT_EQ(FailedPhase(status), GetParam().phase);
}

TEST_P(StallTest, EndsWithTheTimeout) {
  server_.Answer(GetParam().reply);
  Request request = To(server_.Url("/stall"));
  request.timeout = absl::Seconds(3);
  const auto call = StartCall(*client_, request);
  RunUntil([this] { return !server_.requests().empty(); });
  loop_.RunPending();
  loop_.Advance(absl::Seconds(3) - absl::Milliseconds(1));
  EXPECT_FALSE(call->result.has_value());
  loop_.Advance(absl::Milliseconds(1));
  ASSERT_TRUE(call->result.has_value());
  const absl::Status status = call->result->status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(status.message(),
            absl::StrCat("GET ", server_.Url("/stall"),
                         ": not finished within 3s (timeout) while ",
                         GetParam().phase_text));
  EXPECT_EQ(FailedPhase(status), GetParam().phase);
}

TEST_P(StallTest, EndsAtOnceWhenDropped) {
  server_.Answer(GetParam().reply);
  auto call = StartCall(*client_, To(server_.Url("/stall")));
  RunUntil([this] { return !server_.requests().empty(); });
  loop_.RunPending();
  call.reset();
  RunUntil([this] { return server_.open() == 0; });
  loop_.Advance(absl::Hours(1));
}

INSTANTIATE_TEST_SUITE_P(
    Phases, StallTest,
    testing::Values(
        StallCase{"FirstByte", Reply().Stall(), Phase::kFirstByte,
                  "waiting for the first byte of the answer"},
        StallCase{"StatusLine", Reply().Send("HTTP/1.1 2").Stall(),
                  Phase::kFirstByte,
                  "waiting for the first byte of the answer"},
        StallCase{"Headers", Reply().Send("HTTP/1.1 200 OK\r\nA: b").Stall(),
                  Phase::kHeaders, "receiving the headers"},
        StallCase{"Body",
                  Reply()
                      .Send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab")
                      .Stall(),
                  Phase::kBody, "receiving the body"},
        StallCase{"NoEnd", Reply().Send("HTTP/1.1 200 OK\r\n\r\nab").Stall(),
                  Phase::kBody, "receiving the body"},
        StallCase{"Chunk",
                  Reply()
                      .Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked"
                            "\r\n\r\n5\r\nab")
                      .Stall(),
                  Phase::kBody, "receiving the body"}),
    [](const auto& tested) { return tested.param.name; });

// Byte by byte, each just before the idle timeout would end it.
TEST_F(CurlClientTimeTest, AnyByteRestartsTheIdleTimeout) {
  const std::string answer =
      "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nX-A: b\r\n\r\nabc";
  server_.Answer(Reply().Drip(answer, absl::Seconds(9)));
  const auto call = StartCall(*client_, To(server_.Url()));
  RunUntil([this] { return !server_.requests().empty(); });
  for (size_t i = 0; i < answer.size() && !call->result.has_value(); ++i) {
    loop_.RunPending();
    loop_.Advance(absl::Seconds(9));
  }
  RunUntil([&call] { return call->result.has_value(); });
  ASSERT_TRUE(call->result->ok()) << call->result->status();
  EXPECT_EQ((*call->result)->body.Text(), "abc");
}

TEST_F(CurlClientTimeTest, DripDoesNotEscapeTheTimeout) {
  server_.Answer(Reply()
                     .Send("HTTP/1.1 200 OK\r\n\r\n")
                     .Drip(std::string(1000, 'x'), absl::Seconds(1)));
  Request request = To(server_.Url());
  request.timeout = absl::Seconds(5);
  const auto call = StartCall(*client_, request);
  RunUntil([this] { return !server_.requests().empty(); });
  loop_.Advance(absl::Seconds(5));
  ASSERT_TRUE(call->result.has_value());
  EXPECT_EQ(call->result->status().code(), absl::StatusCode::kDeadlineExceeded);
}

TEST_F(CurlClientTimeTest, TimeoutIncludesRedirects) {
  server_.AnswerAlways("/next", Reply().Stall());
  server_.AnswerAlways("/",
                       Reply()
                           .Pause(absl::Seconds(2))
                           .Send("HTTP/1.1 302 Found\r\nLocation: /next\r\n"
                                 "Content-Length: 0\r\n\r\n"));
  Request request = To(server_.Url());
  request.timeout = absl::Seconds(3);
  const auto call = StartCall(*client_, request);
  RunUntil([this] { return server_.requests().size() == 1; });
  loop_.Advance(absl::Seconds(2));
  RunUntil([this] { return server_.requests().size() == 2; });
  loop_.RunPending();
  loop_.Advance(absl::Milliseconds(999));
  EXPECT_FALSE(call->result.has_value());
  loop_.Advance(absl::Milliseconds(1));
  ASSERT_TRUE(call->result.has_value());
  EXPECT_THAT(call->result->status().message(),
              HasSubstr(server_.Url("/next")));
}

TEST_F(CurlClientTimeTest, IdleTimeoutBoundsConnecting) {
  LoopbackServer::Options options;
  options.accept = false;
  LoopbackServer full(&loop_, options);
  Request request = To(full.Url());
  request.idle_timeout = absl::Milliseconds(1500);
  auto call = StartCall(*client_, request);
  loop_.RunPending();
  loop_.Advance(absl::Milliseconds(1499));
  EXPECT_FALSE(call->result.has_value());
  loop_.Advance(absl::Milliseconds(1));
  ASSERT_TRUE(call->result.has_value());
  const absl::Status status = call->result->status();
  EXPECT_EQ(status.message(),
            absl::StrCat("GET ", full.Url(),
                         ": not connected within 1.5s (http_timeout), still "
                         "connecting"));
  EXPECT_EQ(FailedPhase(status), Phase::kConnect);

  request.timeout = absl::Seconds(1);
  call = StartCall(*client_, request);
  loop_.RunPending();
  loop_.Advance(absl::Seconds(1));
  ASSERT_TRUE(call->result.has_value());
  EXPECT_EQ(call->result->status().code(), absl::StatusCode::kDeadlineExceeded);
}

TEST_F(CurlClientTimeTest, IdleTimeoutBoundsTheHandshake) {
  server_.OnConnect(Reply().Stall());
  Request request = To(server_.Url("/", "https"));
  request.tls.verify = false;
  const auto call = StartCall(*client_, request);
  RunUntil([this] { return server_.accepted() == 1; });
  loop_.RunPending();
  loop_.Advance(absl::Seconds(10));
  ASSERT_TRUE(call->result.has_value());
  EXPECT_THAT(call->result->status().message(),
              EndsWith(": not connected within 10s (http_timeout), still in "
                       "the TLS handshake"));
  EXPECT_EQ(FailedPhase(call->result->status()), Phase::kTlsHandshake);
}

TEST_F(CurlClientTimeTest, IdleTimeoutBoundsSending) {
  server_.OnConnect(Reply().Stall());
  Request request = To(server_.Url(), "POST");
  request.body = std::string(16 << 20, 'x');
  const auto call = StartCall(*client_, request);
  RunUntil([this] { return server_.accepted() == 1; });
  loop_.RunPending();
  loop_.Advance(absl::Seconds(10));
  ASSERT_TRUE(call->result.has_value());
  EXPECT_THAT(call->result->status().message(),
              EndsWith(": no byte received or sent for 10s (http_timeout) "
                       "while sending the request"));
  EXPECT_EQ(FailedPhase(call->result->status()), Phase::kSend);
}

}  // namespace
}  // namespace servo::http
