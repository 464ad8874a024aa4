#include "http/content_decoder.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/request.h"
#include "http/testing/compress.h"

namespace servo::http {
namespace {

using ::testing::HasSubstr;

// What `encodings` make of `body`, fed in pieces of `piece` bytes.
absl::StatusOr<std::string> Decode(absl::string_view encodings,
                                   absl::string_view body,
                                   size_t piece = 1 << 20,
                                   const DecoderLimits& limits = {}) {
  absl::StatusOr<std::unique_ptr<ContentDecoder>> decoder =
      ContentDecoder::ForHeaders({{"content-encoding", std::string(encodings)}},
                                 limits);
  if (!decoder.ok()) return decoder.status();
  if (*decoder == nullptr) return absl::NotFoundError("taken as it is");
  std::string decoded;
  for (; !body.empty(); body.remove_prefix(std::min(piece, body.size()))) {
    absl::Status status = (*decoder)->Feed(body.substr(0, piece));
    while (status.ok() && (*decoder)->pending()) {
      status = (*decoder)->DecodePiece([&decoded](absl::string_view bytes) {
        absl::StrAppend(&decoded, bytes);
        return absl::OkStatus();
      });
    }
    if (!status.ok()) return status;
  }
  absl::Status status = (*decoder)->Finish();
  if (!status.ok()) return status;
  return decoded;
}

std::string Text() {
  std::string text;
  for (int i = 0; i < 20000; ++i) absl::StrAppend(&text, i * 7919 % 10007, " ");
  return text;
}

TEST(ContentDecoderTest, DecodesInAnyPieces) {
  const std::string text = Text();
  for (const size_t piece : {size_t{1}, size_t{7}, size_t{4096}, text.size()}) {
    EXPECT_EQ(Decode("gzip", Gzip(text), piece).value(), text);
    EXPECT_EQ(Decode("X-GZip", Gzip(text), piece).value(), text);
    EXPECT_EQ(Decode("deflate", Zlib(text), piece).value(), text);
    EXPECT_EQ(Decode("deflate", RawDeflate(text), piece).value(), text);
    EXPECT_EQ(Decode("deflate, gzip", Gzip(Zlib(text)), piece).value(), text);
  }
}

TEST(ContentDecoderTest, AnEmptyBodyIsWhole) {
  EXPECT_EQ(Decode("gzip", "").value(), "");
  EXPECT_EQ(Decode("gzip", Gzip("")).value(), "");
  EXPECT_EQ(Decode("deflate", Zlib("")).value(), "");
}

TEST(ContentDecoderTest, JoinsMembersAndIgnoresPadding) {
  const std::string padding(1000, '\0');
  for (const size_t piece : {1, 13, 100000}) {
    EXPECT_EQ(
        Decode("gzip", Gzip("foo") + Gzip("") + Gzip("bar"), piece).value(),
        "foobar");
    EXPECT_EQ(Decode("gzip", Gzip("foo") + padding, piece).value(), "foo");
    EXPECT_EQ(Decode("deflate", Zlib("foo") + padding, piece).value(), "foo");
    // Without a header, but with the checksum of zlib.
    EXPECT_EQ(Decode("deflate", RawDeflate("foo") + "\1\2\3\4", piece).value(),
              "foo");
  }
}

TEST(ContentDecoderTest, RefusesWhatFollowsTheEnd) {
  for (const std::string& body :
       {Gzip("foo") + "x", Gzip("foo") + std::string(3, '\0') + "x",
        Gzip("foo") + std::string(3, '\0') + Gzip("bar")}) {
    EXPECT_EQ(Decode("gzip", body).status(),
              absl::UnavailableError("the body cannot be decoded: gzip: other "
                                     "data follows its end"));
  }
  EXPECT_FALSE(Decode("deflate", Zlib("foo") + "x").ok());
  EXPECT_FALSE(Decode("deflate", RawDeflate("foo") + "12345").ok());
  EXPECT_FALSE(Decode("gzip", Gzip("foo") + "\x1fxyz").ok());
}

TEST(ContentDecoderTest, CutAnywhereIsAFailure) {
  const std::string text = "hello hello hello compressed world";
  for (const auto& [encoding, body] :
       {std::pair("gzip", Gzip(text)), std::pair("deflate", Zlib(text)),
        std::pair("deflate", RawDeflate(text)),
        std::pair("gzip", Gzip(text) + Gzip(text)),
        std::pair("gzip, gzip", Gzip(Gzip(text)))}) {
    ASSERT_TRUE(Decode(encoding, body).ok());
    for (size_t size = 1; size < body.size(); ++size) {
      const absl::StatusOr<std::string> cut =
          Decode(encoding, body.substr(0, size));
      if (size == Gzip(text).size() && cut.ok()) continue;  // one member of two
      EXPECT_THAT(cut.status().message(), HasSubstr("the data is cut off"))
          << encoding << " after " << size;
    }
  }
}

TEST(ContentDecoderTest, RefusesWhatIsNotEncodedSo) {
  EXPECT_EQ(Decode("gzip", "this is no gzip").status(),
            absl::UnavailableError("the body cannot be decoded: gzip: "
                                   "incorrect header check"));
  EXPECT_FALSE(Decode("deflate", "this is no deflate").ok());
  std::string corrupt = Gzip(Text());
  corrupt[corrupt.size() - 6] ^= 1;
  EXPECT_EQ(Decode("gzip", corrupt).status().message(),
            "the body cannot be decoded: gzip: incorrect data check");
}

// Stored blocks whose padding makes them look like a header of zlib's.
TEST(ContentDecoderTest, RawDeflateMayBeginLikeZlib) {
  const std::string raw = std::string("\x78\x01\x00\xfe\xff", 5) + "y" +
                          std::string("\x01\x02\x00\xfd\xff", 5) + "es";
  for (const size_t piece : {1, 2, 100}) {
    EXPECT_EQ(Decode("deflate", raw, piece).value(), "yes");
  }
}

TEST(ContentDecoderTest, LeavesUnknownEncodingsAlone) {
  for (const char* encodings :
       {"", "identity", "br", "UTF-8", "aws-chunked", "gzip, br", ", ,"}) {
    EXPECT_EQ(Decode(encodings, "body").status().code(),
              absl::StatusCode::kNotFound)
        << encodings;
  }
  EXPECT_EQ(Decode("br, gzip", Gzip("brotli")).value(), "brotli");
  EXPECT_EQ(Decode("gzip, aws-chunked", Gzip("body")).value(), "body");
  EXPECT_EQ(Decode("identity,gzip", Gzip("body")).value(), "body");
}

TEST(ContentDecoderTest, EncodingsOfSeveralHeadersAddUp) {
  const absl::StatusOr<std::unique_ptr<ContentDecoder>> decoder =
      ContentDecoder::ForHeaders({{"Content-Encoding", "gzip"},
                                  {"X-Other", "br"},
                                  {"Content-Encoding", "br"}});
  EXPECT_EQ(*decoder, nullptr);
}

TEST(ContentDecoderTest, BoundsTheNumberOfEncodings) {
  std::string body = "body";
  std::string encodings = "identity";
  for (int i = 0; i < 5; ++i) {
    body = Gzip(body);
    encodings += ",gzip";
  }
  EXPECT_EQ(Decode(encodings, body).value(), "body");
  EXPECT_EQ(Decode(encodings + ",gzip", Gzip(body)).status(),
            absl::ResourceExhaustedError("the answer's body is compressed 6 "
                                         "times; at most 5 are undone"));
}

TEST(ContentDecoderTest, BoundsBytesBeforeAndAfterDecoding) {
  const DecoderLimits limits = {.bytes = 1000};
  EXPECT_TRUE(Decode("gzip", Gzip(std::string(1000, '\0')), 100, limits).ok());
  EXPECT_EQ(Decode("gzip", Gzip(std::string(1001, '\0')), 100, limits).status(),
            absl::ResourceExhaustedError("the answer's compressed body is "
                                         "larger than 1000 bytes once "
                                         "decoded"));
  EXPECT_EQ(Decode("gzip", GzipOfEmptyBlocks(1001), 100, limits).status(),
            absl::ResourceExhaustedError("the answer's compressed body is "
                                         "larger than 1000 bytes"));
}

// The ratio of one encoding never reaches the limit, that of two soon does.
TEST(ContentDecoderTest, BoundsTheRatio) {
  const std::string zeros = GzipOfZeros(20);
  EXPECT_EQ(Decode("gzip", zeros)->size(), 20u << 20);
  EXPECT_EQ(Decode("gzip, gzip", Gzip(zeros)).status(),
            absl::ResourceExhaustedError("the answer's compressed body is more "
                                         "than 2000 times as large once "
                                         "decoded"));
  // Small ones may have any ratio.
  EXPECT_TRUE(Decode("gzip, gzip", Gzip(GzipOfZeros(1))).ok());
}

TEST(ContentDecoderTest, APieceIsBounded) {
  const auto decoder = *ContentDecoder::ForHeaders(
      {{"Content-Encoding", "gzip, gzip"}}, {.ratio = UINT64_MAX});
  ASSERT_TRUE(decoder->Feed(Gzip(GzipOfZeros(30))).ok());
  size_t pieces = 0;
  size_t total = 0;
  while (decoder->pending()) {
    size_t made = 0;
    ASSERT_TRUE(decoder
                    ->DecodePiece([&made](absl::string_view bytes) {
                      made += bytes.size();
                      return absl::OkStatus();
                    })
                    .ok());
    EXPECT_LE(made, 1u << 20);
    total += made;
    ++pieces;
  }
  EXPECT_EQ(total, 30u << 20);
  EXPECT_GE(pieces, 30u);
  EXPECT_TRUE(decoder->Finish().ok());
}

TEST(ContentDecoderTest, ReturnsTheSinksError) {
  const auto decoder =
      *ContentDecoder::ForHeaders({{"Content-Encoding", "gzip"}});
  ASSERT_TRUE(decoder->Feed(Gzip("body")).ok());
  EXPECT_EQ(decoder->DecodePiece(
                [](absl::string_view) { return absl::AbortedError("full"); }),
            absl::AbortedError("full"));
}

}  // namespace
}  // namespace servo::http
