#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/client.h"
#include "http/curl_client.h"
#include "http/phase.h"
#include "http/request.h"
#include "http/response_reader.h"
#include "http/testing/client_fixture.h"
#include "http/testing/compress.h"
#include "http/testing/loopback_server.h"

namespace servo::http {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

Reply Encoded(const std::string& encodings, const std::string& body) {
  return Reply::Of(200, body, {{"Content-Encoding", encodings}});
}

std::string GzipTimes(int times, std::string body) {
  for (int i = 0; i < times; ++i) body = Gzip(body);
  return body;
}

TEST_F(CurlClientTest, DecodesGzipAndDeflate) {
  server_.Answer(Encoded("gzip", Gzip("hello") + Gzip(" gzip")));
  server_.Answer(Encoded("DEFLATE", Zlib("hello zlib")));
  server_.Answer(Encoded("deflate, gzip", Gzip(RawDeflate("hello both"))));
  for (const char* text : {"hello gzip", "hello zlib", "hello both"}) {
    const Result result = Get(server_.Url());
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_EQ(result->body.Text(), text);
  }
  EXPECT_EQ(server_.accepted(), 1);
}

TEST_F(CurlClientTest, RawDeflateMayArriveByteByByte) {
  std::string chunks;
  for (const char byte : RawDeflate("hello raw deflate")) {
    absl::StrAppend(&chunks, "1\r\n", std::string(1, byte), "\r\n");
  }
  server_.Answer(Reply()
                     .Send("HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\n"
                           "Transfer-Encoding: chunked\r\n\r\n")
                     .Drip(chunks, absl::ZeroDuration())
                     .Send("0\r\n\r\n"));
  const Result result = Get(server_.Url());
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->body.Text(), "hello raw deflate");
}

// More than curl and the decoder take at once, either way.
TEST_F(CurlClientTest, BigBodiesComeWholeAndInOrder) {
  std::string text;
  uint32_t random = 1;
  while (text.size() < 3'000'000) {
    random = random * 1664525 + 1013904223;
    absl::StrAppend(&text, random, " ");
  }
  server_.Answer(Encoded("gzip", Gzip(text)));
  server_.Answer(Encoded("gzip, gzip", Gzip(Gzip(text))));
  for (int i = 0; i < 2; ++i) {
    Request request = To(server_.Url());
    request.output_limit = 4'000'000;
    const Result result = Send(request);
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_TRUE(result->body.whole());
    EXPECT_TRUE(result->body.Raw() == text);
  }
  EXPECT_EQ(server_.accepted(), 1);
}

TEST_F(CurlClientTest, AnUnknownEncodingIsLeftAlone) {
  for (const char* encoding : {"br", "UTF-8", "aws-chunked", "identity"}) {
    server_.Answer(Encoded(encoding, "as it is"));
    const Result result = Get(server_.Url());
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_EQ(result->body.Text(), "as it is");
    EXPECT_EQ(HeaderOr(result->headers, "Content-Encoding"), encoding);
  }
}

TEST_F(CurlClientTest, ACutOrBrokenBodyIsAFailure) {
  const std::string gzip = Gzip("hello hello hello");
  server_.Answer(Encoded("gzip", gzip.substr(0, gzip.size() / 2)));
  Result result = Get(server_.Url());
  EXPECT_EQ(result.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(result.status().message(),
            absl::StrCat("GET ", server_.Url(),
                         ": HTTP/1.1 200 Reason, but the body cannot be "
                         "decoded: gzip: the data is cut off"));
  EXPECT_EQ(FailedPhase(result.status()), Phase::kBody);
  server_.Answer(Encoded("gzip", "this is no gzip"));
  result = Get(server_.Url());
  EXPECT_THAT(result.status().message(),
              EndsWith(": HTTP/1.1 200 Reason, but the body cannot be decoded: "
                       "gzip: incorrect header check"));
}

TEST_F(CurlClientTest, AnswersWithoutABodyHaveNoEncoding) {
  server_.Answer(Reply().Send(
      "HTTP/1.1 204 No Content\r\nContent-Encoding: gzip\r\n\r\n"));
  EXPECT_TRUE(Get(server_.Url()).ok());
  server_.Answer(
      Reply().Send("HTTP/1.1 200 OK\r\nContent-Encoding: "
                   "gzip\r\nContent-Length: 9\r\n\r\n"));
  EXPECT_TRUE(Send(To(server_.Url(), "HEAD")).ok());
}

TEST_F(CurlClientTest, TheBodyOfARedirectIsNotDecoded) {
  server_.Answer(Reply::Of(
      302, "no gzip", {{"Content-Encoding", "gzip"}, {"Location", "/next"}}));
  const Result result = Get(server_.Url());
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(last().target, "/next");
  EXPECT_EQ(server_.accepted(), 1);
}

TEST_F(CurlClientTest, BoundsDecodedBodies) {
  ResponseLimits limits;
  limits.decoded_bytes = 50;
  client_ = NewCurlClient(&loop_, "test-agent/1.0", limits);
  server_.Answer(Encoded("gzip", Gzip(std::string(51, 'x'))));
  const Result result = Get(server_.Url());
  EXPECT_EQ(result.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(result.status().message(),
            absl::StrCat("GET ", server_.Url(),
                         ": the answer's compressed body is larger than 50 "
                         "bytes once decoded"));
  EXPECT_EQ(FailedPhase(result.status()), Phase::kBody);
  server_.Answer(Reply::Of(200, std::string(51, 'x')));
  EXPECT_TRUE(Get(server_.Url()).ok());
}

TEST_F(CurlClientTest, BoundsTheNumberOfEncodings) {
  server_.Answer(Encoded("gzip,gzip,gzip,gzip,gzip", GzipTimes(5, "five")));
  EXPECT_EQ(Get(server_.Url())->body.Text(), "five");
  server_.Answer(Encoded("gzip,gzip,gzip,gzip,gzip,gzip", GzipTimes(6, "six")));
  EXPECT_EQ(Get(server_.Url()).status().code(),
            absl::StatusCode::kResourceExhausted);
}

// ---- Bombs. The loop of these tests fails any turn over 50 ms.

// Decodes to nothing, so that no limit on what comes out applies.
TEST_F(CurlClientTest, NothingInManyLayersDoesNotHoldUpTheLoop) {
  const std::string twice = GzipTwiceOfEmptyBlocks(80);
  ASSERT_LT(twice.size(), 128u * 1024);
  Request request = To(server_.Url());
  request.timeout = absl::Milliseconds(100);
  server_.Answer(Encoded("gzip, gzip", twice));
  EXPECT_EQ(Send(request).status().code(), absl::StatusCode::kDeadlineExceeded);

  server_.Answer(Encoded("gzip,gzip,gzip,gzip", GzipTimes(2, twice)));
  EXPECT_EQ(Get(server_.Url()).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST_F(CurlClientTest, AGigabyteOfZerosHearsTheTimeout) {
  const std::string bomb = GzipOfZeros(1000);
  server_.Answer(Encoded("gzip", bomb));
  Request request = To(server_.Url());
  request.timeout = absl::Milliseconds(200);
  const Result result = Send(request);
  EXPECT_EQ(result.status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_THAT(result.status().message(), HasSubstr("while receiving the body"));

  server_.Answer(Encoded("gzip, gzip", Gzip(bomb)));
  EXPECT_EQ(Get(server_.Url()).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST_F(CurlClientTest, ACancelIsHeardWhileABodyIsDecoded) {
  server_.Answer(Encoded("gzip", GzipOfZeros(1000)));
  auto call = StartCall(*client_, To(server_.Url()));
  const auto cancel =
      loop_.After(absl::Milliseconds(50), [&call] { call->transfer.reset(); });
  RunUntil([&call] { return call->transfer == nullptr; });
  RunUntil([this] { return server_.open() == 0; });
  EXPECT_FALSE(call->result.has_value());
}

TEST_F(CurlClientTest, ManySmallCompressedChunksDoNotHoldUpTheLoop) {
  std::string chunks;
  for (const char byte : GzipOfEmptyBlocks(300'000)) {
    absl::StrAppend(&chunks, "1\r\n", std::string(1, byte), "\r\n");
  }
  server_.Answer(Reply()
                     .Send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
                           "Transfer-Encoding: chunked\r\n\r\n")
                     .Send(chunks)
                     .Send("0\r\n\r\n"));
  const Result result = Get(server_.Url());
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->body.total(), 0u);
}

}  // namespace
}  // namespace servo::http
