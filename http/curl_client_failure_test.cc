#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/client.h"
#include "http/curl_client.h"
#include "http/phase.h"
#include "http/request.h"
#include "http/testing/client_fixture.h"
#include "http/testing/loopback_server.h"

namespace servo::http {
namespace {

using ::testing::EndsWith;

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

Reply WithContentLength(absl::string_view value) {
  return Reply()
      .Send(absl::StrCat("HTTP/1.1 200 OK\r\nContent-Length: ", value,
                         "\r\n\r\nabcdef"))
      .Close();
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
        BrokenCase{"StatusOfFourDigits",
                   Reply().Send("HTTP/1.1 2000 OK\r\n\r\n").Close(),
                   "the answer is not HTTP: its status line is \"HTTP/1.1 "
                   "2000 OK\"",
                   Phase::kHeaders},
        BrokenCase{"BadContentLength",
                   Reply()
                       .Send("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n")
                       .Close(),
                   "the answer is not HTTP: Invalid Content-Length: value",
                   Phase::kHeaders},
        BrokenCase{"ContentLengthWithMore", WithContentLength("3abc"),
                   "the answer is not HTTP: its Content-Length is \"3abc\"",
                   Phase::kHeaders},
        BrokenCase{"HexadecimalContentLength", WithContentLength("0x6"),
                   "the answer is not HTTP: its Content-Length is \"0x6\"",
                   Phase::kHeaders},
        BrokenCase{"OverflowingContentLength",
                   WithContentLength("99999999999999999999"),
                   "the answer is not HTTP: its Content-Length is "
                   "\"99999999999999999999\"",
                   Phase::kHeaders},
        BrokenCase{"TwoContentLengths",
                   WithContentLength("5\r\nContent-Length: 3"),
                   "the answer is not HTTP: its Content-Length is both 5 and 3",
                   Phase::kHeaders}),
    [](const auto& tested) { return tested.param.name; });

// `text` so often that it has a megabyte: the server sends it at once, so that
// its share of a turn stays small.
std::string Megabyte(absl::string_view text) {
  std::string result;
  while (result.size() < 1'000'000) result.append(text);
  return result;
}

TEST_F(CurlClientTest, BoundsTheHeaders) {
  server_.Answer(Reply()
                     .Send("HTTP/1.1 200 OK\r\n")
                     .Send(Megabyte("X-Header: value\r\n"))
                     .Send("\r\n")
                     .Stall());
  Result result = Get(server_.Url());
  EXPECT_EQ(result.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(result.status().message(),
              EndsWith(": the answer has more than 1000 header lines"));

  server_.Answer(Reply()
                     .Send("HTTP/1.1 200 OK\r\nX-Header: ")
                     .Send(std::string(1'000'000, 'x'))
                     .Stall());
  result = Get(server_.Url());
  EXPECT_EQ(result.status().code(), absl::StatusCode::kResourceExhausted)
      << result.status();

  server_.Answer(
      Reply().Send(Megabyte("HTTP/1.1 100 Continue\r\n\r\n")).Stall());
  result = Get(server_.Url());
  EXPECT_EQ(result.status().code(), absl::StatusCode::kResourceExhausted)
      << result.status();
}

// Trailers are headers too, and chunks of one byte cost most.
TEST_F(CurlClientTest, StrangeChunksDoNotHoldUpTheLoop) {
  const std::string head =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  server_.Answer(Reply()
                     .Send(absl::StrCat(head, "0\r\n"))
                     .Send(Megabyte("X-Trailer: value\r\n"))
                     .Stall());
  EXPECT_EQ(Get(server_.Url()).status().code(),
            absl::StatusCode::kResourceExhausted);

  std::string chunks;
  for (int i = 0; i < 300'000; ++i) chunks += "1\r\nx\r\n";
  server_.Answer(Reply().Send(absl::StrCat(head, chunks, "0\r\n\r\n")));
  const Result result = Get(server_.Url());
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->body.total(), 300'000u);
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

}  // namespace
}  // namespace servo::http
