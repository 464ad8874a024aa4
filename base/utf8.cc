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

}  // namespace

size_t Utf8SequenceLength(absl::string_view text) {
  const Match match = MatchSequence(text);
  return match.well_formed ? match.length : 0;
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

std::string ToValidUtf8(absl::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  while (!text.empty()) {
    const size_t ascii = AsciiPrefixLength(text);
    valid.append(text.data(), ascii);
    text.remove_prefix(ascii);
    if (text.empty()) break;
    const Match match = MatchSequence(text);
    if (match.well_formed) {
      valid.append(text.data(), match.length);
    } else {
      valid.append("\xEF\xBF\xBD");
    }
    text.remove_prefix(match.length);
  }
  return valid;
}

}  // namespace servo::base
