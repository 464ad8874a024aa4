#include "http/response_reader.h"

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/request.h"

namespace servo::http {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

void Read(ResponseReader& reader, std::initializer_list<const char*> lines) {
  for (const char* line : lines) {
    ASSERT_EQ(reader.OnHeaderLine(line), absl::OkStatus()) << line;
  }
}

TEST(ResponseReaderTest, ReadsStatusHeadersAndBody) {
  ResponseReader reader(100);
  Read(reader, {"HTTP/1.1 404 Not Found\r\n", "A: b\r\n", "Empty:\r\n"});
  EXPECT_FALSE(reader.headers_complete());
  Read(reader, {"\r\n"});
  EXPECT_TRUE(reader.headers_complete());
  EXPECT_EQ(reader.OnBody("ab"), absl::OkStatus());
  EXPECT_EQ(reader.OnBody("c"), absl::OkStatus());
  EXPECT_EQ(reader.response().status, 404);
  EXPECT_EQ(reader.response().status_line, "HTTP/1.1 404 Not Found");
  EXPECT_THAT(reader.response().headers,
              ElementsAre(Pair("A", "b"), Pair("Empty", "")));
  EXPECT_EQ(reader.response().body.Text(), "abc");
}

TEST(ResponseReaderTest, TakesWhatServersSend) {
  ResponseReader reader(100);
  Read(reader, {"HTTP/1.1 200\n", "No-Blank:x\n", "Blanks: \t x y \t\r\n",
                "Colons: a:b: c\r\n", "Folded: a\r\n", "\t b\r\n",
                "No colon\r\n", "\n"});
  EXPECT_TRUE(reader.headers_complete());
  EXPECT_EQ(reader.response().status, 200);
  EXPECT_THAT(reader.response().headers,
              ElementsAre(Pair("No-Blank", "x"), Pair("Blanks", "x y"),
                          Pair("Colons", "a:b: c"), Pair("Folded", "a b"),
                          Pair("No colon", "")));
}

TEST(ResponseReaderTest, ForgetsInterimAnswers) {
  ResponseReader reader(100);
  Read(reader, {"HTTP/1.1 103 Early Hints\r\n", "A: b\r\n", "\r\n",
                "HTTP/1.1 200 OK\r\n", "C: d\r\n"});
  EXPECT_FALSE(reader.headers_complete());
  Read(reader, {"\r\n"});
  EXPECT_EQ(reader.response().status, 200);
  EXPECT_THAT(reader.response().headers, ElementsAre(Pair("C", "d")));
}

TEST(ResponseReaderTest, IgnoresTrailers) {
  ResponseReader reader(100);
  Read(reader, {"HTTP/1.1 200 OK\r\n", "\r\n", "Trailer: x\r\n", "\r\n"});
  EXPECT_TRUE(reader.response().headers.empty());
  EXPECT_EQ(reader.response().status, 200);
}

TEST(ResponseReaderTest, BoundsBytesAndLinesOfHeaders) {
  const ResponseLimits limits = {.header_bytes = 40, .header_lines = 3};
  ResponseReader exact(100, limits);
  Read(exact, {"HTTP/1.1 200 OK\r\n", "A: 4567890123456789\r\n", "\r\n"});
  EXPECT_EQ(exact.OnHeaderLine("A").code(),
            absl::StatusCode::kResourceExhausted);

  ResponseReader lines(100, limits);
  Read(lines, {"HTTP/1.1 200 OK\r\n", "A:\r\n", "B:\r\n"});
  EXPECT_EQ(lines.OnHeaderLine("\r\n").message(),
            "the answer has more than 3 header lines");

  // Interim answers count too, or they could come without end.
  ResponseReader interim(100, {.header_lines = 4});
  Read(interim, {"HTTP/1.1 100 Continue\r\n", "\r\n",
                 "HTTP/1.1 100 Continue\r\n", "\r\n"});
  EXPECT_FALSE(interim.OnHeaderLine("HTTP/1.1 100 Continue\r\n").ok());
}

TEST(ResponseReaderTest, BoundsBodiesThatCameCompressed) {
  const ResponseLimits limits = {.decoded_bytes = 3};
  for (const auto& [header, bounded] :
       {std::pair("Content-Encoding: gzip\r\n", true),
        std::pair("content-encoding: DEFLATE\r\n", true),
        std::pair("Content-Encoding: Identity\r\n", false),
        std::pair("Content-Encoding: br\r\n", false),
        std::pair("Content-Type: gzip\r\n", false)}) {
    ResponseReader reader(100, limits);
    Read(reader, {"HTTP/1.1 200 OK\r\n", header, "\r\n"});
    EXPECT_EQ(reader.OnBody("abc"), absl::OkStatus()) << header;
    EXPECT_EQ(reader.decoding(), bounded) << header;
    EXPECT_EQ(reader.OnBody("d").ok(), !bounded) << header;
  }
}

TEST(ResponseReaderTest, AStatusLineIsOfHttp1AndHasThreeDigits) {
  for (const char* line :
       {"HTTP/3.7 200 OK\r\n", "HTTP/3 200\r\n", "HTTP/11 200\r\n",
        "HTTP/1.1 2000 OK\r\n", "HTTP/1.1 20 OK\r\n", "HTTP/1.1 OK\r\n",
        "HTTP/1.1 099 OK\r\n", "HTTP/1.1 20x OK\r\n", "HTTP/1.1\r\n"}) {
    ResponseReader reader(100);
    EXPECT_EQ(reader.OnHeaderLine(line).code(), absl::StatusCode::kUnavailable)
        << line;
  }
}

TEST(ResponseReaderTest, AContentLengthIsOneNumber) {
  for (const auto& [lines, ok] :
       std::vector<std::pair<std::vector<std::string>, bool>>{
           {{"0"}, true},
           {{"9223372036854775807"}, true},
           {{"5, 5"}, true},
           {{"5", "5"}, true},
           {{"5", "3"}, false},
           {{"5, 3"}, false},
           {{""}, false},
           {{"-1"}, false},
           {{"+1"}, false},
           {{"3abc"}, false},
           {{"0x6"}, false},
           {{"1 2"}, false},
           {{"9223372036854775808"}, false}}) {
    ResponseReader reader(100);
    ASSERT_TRUE(reader.OnHeaderLine("HTTP/1.1 200 OK\r\n").ok());
    absl::Status status;
    for (const std::string& value : lines) {
      status.Update(
          reader.OnHeaderLine(absl::StrCat("content-length: ", value, "\r\n")));
    }
    EXPECT_EQ(status.ok(), ok) << lines.front();
  }
}

TEST(ResponseReaderTest, KeepsWhatTheLimitAllows) {
  ResponseReader reader(2);
  Read(reader, {"HTTP/1.1 200 OK\r\n", "\r\n"});
  EXPECT_EQ(reader.OnBody("abcdefgh"), absl::OkStatus());
  EXPECT_EQ(reader.response().body.total(), 8u);
  EXPECT_EQ(reader.response().body.omitted(), 4u);
}

}  // namespace
}  // namespace servo::http
