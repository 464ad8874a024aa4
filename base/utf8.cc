#include "base/utf8.h"

#include <algorithm>
#include <cstdint>

namespace servo::base {
namespace {

struct Match {
  size_t length;  // bytes that belong together
  bool well_formed;
};

// What `text` begins with: a whole sequence, or the maximal part of one.
Match MatchSequence(absl::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return {1, true};
  if (lead < 0xC2 || lead > 0xF4) return {1, false};
  const size_t want = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  // The second byte's range excludes overlong forms, surrogates and what is
  // above U+10FFFF.
  const uint8_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const uint8_t high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  size_t have = 1;
  while (have < want && have < text.size()) {
    const bool second = have == 1;
    if (byte(have) < (second ? low : 0x80) ||
        byte(have) > (second ? high : 0xBF))
      break;
    ++have;
  }
  return {have, have == want};
}

size_t AsciiPrefixLength(absl::string_view text) {
  auto end = std::find_if(text.begin(), text.end(), [](char c) {
    return static_cast<uint8_t>(c) >= 0x80;
  });
  return static_cast<size_t>(end - text.begin());
}

constexpr absl::string_view kReplacement = "\xEF\xBF\xBD";

// From this size on, counting first is worth its time.
constexpr size_t kCountFrom = 1024 * 1024;

struct CountingSink {
  void Append(absl::string_view bytes) { size += bytes.size(); }
  size_t size = 0;
};

struct StringSink {
  void Append(absl::string_view bytes) { out->append(bytes); }
  std::string* out;
};

// Converts the first sequence of `text` or its maximal ill-formed part; the
// number of bytes that it takes.
// Bytes that begin no character belong to the one before.
bool BeginsCharacter(char c) { return (c & 0xc0) != 0x80; }

template <typename Sink>
size_t ConvertOne(absl::string_view text, Sink& sink) {
  const Match match = MatchSequence(text);
  sink.Append(match.well_formed ? text.substr(0, match.length) : kReplacement);
  return match.length;
}

template <typename Sink>
void Convert(absl::string_view text, Sink& sink) {
  while (!text.empty()) {
    const size_t ascii = AsciiPrefixLength(text);
    sink.Append(text.substr(0, ascii));
    text.remove_prefix(ascii);
    if (!text.empty()) text.remove_prefix(ConvertOne(text, sink));
  }
}

template <typename Sink>
void ConvertJoined(absl::string_view first, absl::string_view second,
                   Sink& sink) {
  // The last bytes of `first` may belong with the first ones of `second`.
  size_t end = first.size() - std::min<size_t>(first.size(), 3);
  while (end < first.size() && static_cast<uint8_t>(first[end]) < 0xC0) ++end;
  if (second.empty()) end = first.size();
  Convert(first.substr(0, end), sink);
  std::string joint(first.substr(end));
  const size_t of_first = joint.size();
  joint += second.substr(0, 3);
  size_t done = 0;
  while (done < of_first) {
    done += ConvertOne(absl::string_view(joint).substr(done), sink);
  }
  Convert(second.substr(done - of_first), sink);
}

}  // namespace

size_t Utf8SequenceLength(absl::string_view text) {
  const Match match = MatchSequence(text);
  return match.well_formed ? match.length : 0;
}

size_t IllFormedUtf8Length(absl::string_view text) {
  const Match match = MatchSequence(text);
  return match.well_formed ? 0 : match.length;
}

uint32_t DecodeUtf8(absl::string_view sequence) {
  constexpr uint8_t kLeadMask[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
  uint32_t code_point =
      static_cast<uint8_t>(sequence[0]) & kLeadMask[sequence.size()];
  for (const char c : sequence.substr(1))
    code_point = code_point << 6 | (static_cast<uint8_t>(c) & 0x3F);
  return code_point;
}

bool IsValidUtf8(absl::string_view text) {
  while (!text.empty()) {
    text.remove_prefix(AsciiPrefixLength(text));
    if (text.empty()) return true;
    const Match match = MatchSequence(text);
    if (!match.well_formed) return false;
    text.remove_prefix(match.length);
  }
  return true;
}

absl::string_view FirstCharacters(absl::string_view text, size_t count) {
  size_t end = 0;
  for (; end < text.size(); ++end) {
    if (BeginsCharacter(text[end]) && count-- == 0) break;
  }
  return text.substr(0, end);
}

absl::string_view FirstBytes(absl::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  size_t end = max_bytes;
  while (end > 0 && !BeginsCharacter(text[end])) --end;
  return text.substr(0, end);
}

std::string ToValidUtf8(absl::string_view text) {
  std::string valid;
  // A string that grows is twice as large as it need be, and held twice while
  // it grows.
  valid.reserve(text.size() < kCountFrom ? text.size()
                                         : ValidUtf8Size(text, ""));
  AppendValidUtf8(text, "", &valid);
  return valid;
}

size_t ValidUtf8Size(absl::string_view first, absl::string_view second) {
  CountingSink sink;
  ConvertJoined(first, second, sink);
  return sink.size;
}

void AppendValidUtf8(absl::string_view first, absl::string_view second,
                     std::string* out) {
  StringSink sink{out};
  ConvertJoined(first, second, sink);
}

}  // namespace servo::base
