// What is kept of a stream does not depend on the pieces that it came in, is
// bounded, and is text.
//
// Input: a byte for the limit, a byte for the number of pieces, as many bytes
// for their lengths, and the stream.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/log/check.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "base/captured.h"
#include "base/utf8.h"

namespace servo::base {
namespace {

// Takes the first byte off `input`; 0 at its end.
uint8_t TakeByte(absl::string_view* input) {
  if (input->empty()) return 0;
  const auto byte = static_cast<uint8_t>(input->front());
  input->remove_prefix(1);
  return byte;
}

void CheckBounds(const Captured& captured, absl::string_view stream,
                 size_t limit) {
  const size_t kept = std::min(stream.size(), 2 * limit);
  CHECK_EQ(captured.total(), stream.size());
  CHECK_EQ(captured.omitted(), stream.size() - kept);

  const std::string text = captured.Text();
  CHECK(IsValidUtf8(text));
  constexpr size_t kNote = 60;  // "[... N bytes left out ...]"
  CHECK_LE(text.size(), 3 * kept + kNote);
  CHECK_EQ(absl::StrContains(text, "bytes left out"),
           captured.omitted() > 0 ||
               absl::StrContains(ToValidUtf8(stream), "bytes left out"));
  if (captured.omitted() == 0) CHECK_EQ(text, ToValidUtf8(stream));

  for (const size_t max : {size_t{0}, size_t{1}, limit, stream.size()}) {
    for (const std::string& part :
         {captured.TailText(max), captured.HeadText(max)}) {
      CHECK(IsValidUtf8(part));
      CHECK_LE(part.size(), 3 * std::min(max, kept) + 3);  // "..."
    }
  }
}

void Check(absl::string_view input) {
  const size_t limit = TakeByte(&input) % 40;
  const size_t pieces = TakeByte(&input) % 16;
  const absl::string_view lengths = input.substr(0, pieces);
  input.remove_prefix(lengths.size());

  Captured whole(limit);
  whole.Append(input);
  CheckBounds(whole, input, limit);

  Captured in_pieces(limit);
  absl::string_view rest = input;
  for (const char length : lengths) {
    const absl::string_view piece =
        rest.substr(0, static_cast<uint8_t>(length));
    in_pieces.Append(piece);
    rest.remove_prefix(piece.size());
  }
  in_pieces.Append(rest);

  CHECK_EQ(in_pieces.total(), whole.total());
  CHECK_EQ(in_pieces.omitted(), whole.omitted());
  CHECK_EQ(in_pieces.Text(), whole.Text());
  for (size_t max = 0; max <= 2 * limit + 1; ++max) {
    CHECK_EQ(in_pieces.TailText(max), whole.TailText(max));
    CHECK_EQ(in_pieces.HeadText(max), whole.HeadText(max));
  }
}

}  // namespace
}  // namespace servo::base

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  servo::base::Check(
      absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
