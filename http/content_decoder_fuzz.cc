// Whatever a body is made of: the same comes out however it was cut into
// pieces, and never more than the limits allow.
//
// Input: a byte that chooses the encodings, then the body.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/log/check.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "http/content_decoder.h"
#include "http/request.h"

namespace servo::http {
namespace {

constexpr std::array<const char*, 4> kEncodings = {
    "gzip", "deflate", "gzip, gzip", "deflate, gzip"};
constexpr DecoderLimits kLimits = {.bytes = 1 << 20};

// The status, and what was decoded until then.
std::pair<absl::Status, std::string> Decode(const char* encodings,
                                            absl::string_view body,
                                            size_t piece) {
  const std::unique_ptr<ContentDecoder> decoder =
      *ContentDecoder::ForHeaders({{"Content-Encoding", encodings}}, kLimits);
  std::string decoded;
  for (; !body.empty(); body.remove_prefix(std::min(piece, body.size()))) {
    absl::Status status = decoder->Feed(body.substr(0, piece));
    while (status.ok() && decoder->pending()) {
      status = decoder->DecodePiece([&decoded](absl::string_view bytes) {
        decoded.append(bytes);
        return absl::OkStatus();
      });
    }
    CHECK_LE(decoded.size(), kLimits.bytes);
    if (!status.ok()) return {status, decoded};
  }
  return {decoder->Finish(), decoded};
}

void Check(absl::string_view input) {
  if (input.empty()) return;
  const char* encodings =
      kEncodings[static_cast<unsigned char>(input.front()) % kEncodings.size()];
  input.remove_prefix(1);
  const auto whole = Decode(encodings, input, input.size() + 1);
  const auto bytes = Decode(encodings, input, 1);
  CHECK_EQ(whole.first.ok(), bytes.first.ok());
  if (whole.first.ok()) CHECK_EQ(whole.second, bytes.second);
}

}  // namespace
}  // namespace servo::http

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  servo::http::Check(
      absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
