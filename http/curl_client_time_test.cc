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

using ::testing::EndsWith;
using ::testing::HasSubstr;

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
