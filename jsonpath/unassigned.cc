#include "jsonpath/unassigned.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "re2/re2.h"

namespace servo::jsonpath {
namespace {

constexpr uint32_t kLast = 0x10FFFF;
constexpr uint32_t kChunk = 0x800;  // Surrogates are one whole chunk.
constexpr uint32_t kSurrogates = 0xD800;

void AppendUtf8(uint32_t c, std::string* text) {
  const auto tail = [&](int shift) {
    *text += static_cast<char>(0x80 | ((c >> shift) & 0x3F));
  };
  if (c < 0x80) {
    *text += static_cast<char>(c);
  } else if (c < 0x800) {
    *text += static_cast<char>(0xC0 | (c >> 6));
    tail(0);
  } else if (c < 0x10000) {
    *text += static_cast<char>(0xE0 | (c >> 12));
    tail(6);
    tail(0);
  } else {
    *text += static_cast<char>(0xF0 | (c >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

size_t CountCharacters(absl::string_view text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// Appends the unassigned ranges of the characters from `first` on, one chunk.
void AppendRanges(const re2::RE2& unassigned, uint32_t first,
                  std::string* ranges) {
  std::string chunk;
  for (uint32_t c = first; c < first + kChunk && c <= kLast; ++c) {
    AppendUtf8(c, &chunk);
  }
  absl::string_view rest = chunk;
  absl::string_view run;
  while (re2::RE2::PartialMatch(rest, unassigned, &run)) {
    const absl::string_view before(
        rest.data(), static_cast<size_t>(run.data() - rest.data()));
    first += static_cast<uint32_t>(CountCharacters(before));
    const auto length = static_cast<uint32_t>(CountCharacters(run));
    absl::StrAppendFormat(ranges, "\\x{%x}-\\x{%x}", first, first + length - 1);
    first += length;
    rest.remove_prefix(before.size() + run.size());
  }
}

std::string FindRanges() {
  const re2::RE2 unassigned(R"(([^\p{L}\p{M}\p{N}\p{P}\p{S}\p{Z}\p{C}]+))");
  std::string ranges;
  for (uint32_t first = 0; first <= kLast; first += kChunk) {
    if (first != kSurrogates) AppendRanges(unassigned, first, &ranges);
  }
  return ranges;
}

}  // namespace

const std::string& UnassignedRanges() {
  static const std::string* const ranges = new std::string(FindRanges());
  return *ranges;
}

}  // namespace servo::jsonpath
