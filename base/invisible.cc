#include "base/invisible.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "base/utf8.h"

namespace servo::base {
namespace {

struct Range {
  uint32_t first;
  uint32_t last;
  Invisible kind;
};

// In order. Default_Ignorable_Code_Point, Bidi_Control and the line separators
// of Unicode 15, without variation selectors.
constexpr Range kRanges[] = {
    {0x0000, 0x001f, Invisible::kControl},
    {0x007f, 0x009f, Invisible::kControl},
    {0x00ad, 0x00ad, Invisible::kHidden},
    {0x034f, 0x034f, Invisible::kHidden},
    {0x061c, 0x061c, Invisible::kHidden},
    {0x115f, 0x1160, Invisible::kHidden},
    {0x17b4, 0x17b5, Invisible::kHidden},
    {0x180e, 0x180e, Invisible::kHidden},
    {0x200b, 0x200f, Invisible::kHidden},
    {0x2028, 0x2029, Invisible::kHidden},
    {0x202a, 0x202e, Invisible::kReorders},
    {0x2060, 0x2065, Invisible::kHidden},
    {0x2066, 0x2069, Invisible::kReorders},
    {0x206a, 0x206f, Invisible::kHidden},
    {0x3164, 0x3164, Invisible::kHidden},
    {0xfeff, 0xfeff, Invisible::kHidden},
    {0xffa0, 0xffa0, Invisible::kHidden},
    {0xfff0, 0xfffb, Invisible::kHidden},
    {0x1bca0, 0x1bca3, Invisible::kHidden},
    {0x1d173, 0x1d17a, Invisible::kHidden},
    {0xe0000, 0xe00ff, Invisible::kHidden},
    {0xe01f0, 0xe0fff, Invisible::kHidden},
};

constexpr uint32_t kNonJoiner = 0x200c;
constexpr uint32_t kJoiner = 0x200d;

void AppendEscape(uint32_t code_point, std::string* out) {
  if (code_point == '\r') {
    out->append("\\r");
  } else if (code_point < 0x80) {
    absl::StrAppendFormat(out, "\\x%02x", code_point);
  } else if (code_point < 0x10000) {
    absl::StrAppendFormat(out, "\\u%04x", code_point);
  } else {
    absl::StrAppendFormat(out, "\\U%08x", code_point);
  }
}

}  // namespace

Invisible InvisibleKind(uint32_t code_point) {
  const Range* range = std::lower_bound(
      std::begin(kRanges), std::end(kRanges), code_point,
      [](const Range& r, uint32_t point) { return r.last < point; });
  const bool within = range != std::end(kRanges) && range->first <= code_point;
  return within ? range->kind : Invisible::kNo;
}

std::string EscapeInvisible(absl::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  bool after_ascii = true;  // also at the begin
  while (!text.empty()) {
    const char c = text[0];
    const size_t length = std::max<size_t>(Utf8SequenceLength(text), 1);
    const absl::string_view character = text.substr(0, length);
    text.remove_prefix(length);
    const bool is_ascii = absl::ascii_isascii(static_cast<unsigned char>(c));
    const bool is_line_end =
        c == '\n' || (c == '\r' && absl::StartsWith(text, "\n"));
    if (is_ascii ? c == '\t' || is_line_end || !absl::ascii_iscntrl(c)
                 : length == 1) {
      escaped += c;
      after_ascii = is_ascii;
      continue;
    }
    const uint32_t code_point = DecodeUtf8(character);
    const bool joins =
        (code_point == kNonJoiner || code_point == kJoiner) && !after_ascii;
    if (joins || InvisibleKind(code_point) == Invisible::kNo) {
      escaped += character;
    } else {
      AppendEscape(code_point, &escaped);
    }
    after_ascii = is_ascii;
  }
  return escaped;
}

}  // namespace servo::base
