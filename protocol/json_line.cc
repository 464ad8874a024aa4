#include "protocol/json_line.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/utf8.h"

namespace servo::protocol {
namespace {

bool StandsForItself(char c) {
  return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

size_t PlainPrefixLength(absl::string_view text) {
  return static_cast<size_t>(
      std::find_if_not(text.begin(), text.end(), StandsForItself) -
      text.begin());
}

void AppendCodeUnit(uint32_t unit, std::string* out) {
  constexpr char kDigits[] = "0123456789abcdef";
  const char escape[] = {'\\',
                         'u',
                         kDigits[unit >> 12 & 0xf],
                         kDigits[unit >> 8 & 0xf],
                         kDigits[unit >> 4 & 0xf],
                         kDigits[unit & 0xf]};
  out->append(escape, sizeof(escape));
}

// The letter after the backslash of a short escape, or 0.
char ShortEscape(uint32_t code_point) {
  switch (code_point) {
    case '"':
    case '\\':
      return static_cast<char>(code_point);
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    default:
      return 0;
  }
}

// At most 12 bytes, which std::string holds without allocating.
std::string Escaped(uint32_t code_point) {
  std::string escaped;
  if (const char letter = ShortEscape(code_point); letter != 0) {
    escaped = {'\\', letter};
  } else if (code_point < 0x10000) {
    AppendCodeUnit(code_point, &escaped);
  } else {
    AppendCodeUnit(0xd800 + ((code_point - 0x10000) >> 10), &escaped);
    AppendCodeUnit(0xdc00 + ((code_point - 0x10000) & 0x3ff), &escaped);
  }
  return escaped;
}

}  // namespace

size_t AppendEscaped(absl::string_view text, size_t max_size,
                     std::string* out) {
  size_t taken = 0;
  while (taken < text.size() && out->size() < max_size) {
    const absl::string_view rest = text.substr(taken);
    const size_t plain =
        PlainPrefixLength(rest.substr(0, max_size - out->size()));
    if (plain > 0) {
      out->append(rest.substr(0, plain));
      taken += plain;
      continue;
    }
    constexpr uint32_t kReplacement = 0xfffd;
    const size_t well_formed = base::Utf8SequenceLength(rest);
    const size_t length =
        well_formed > 0 ? well_formed : base::IllFormedUtf8Length(rest);
    const std::string escaped =
        Escaped(well_formed > 0 ? base::DecodeUtf8(rest.substr(0, length))
                                : kReplacement);
    if (escaped.size() > max_size - out->size()) break;
    out->append(escaped);
    taken += length;
  }
  return taken;
}

JsonLine::JsonLine(std::string head, std::vector<std::string> texts,
                   std::string tail) {
  parts_.reserve(2 * texts.size() + 2);
  parts_.push_back({std::move(head), /*escaped=*/false});
  for (std::string& text : texts) {
    if (parts_.size() > 1) parts_.push_back({"\n", /*escaped=*/true});
    parts_.push_back({std::move(text), /*escaped=*/true});
  }
  parts_.push_back({std::move(tail), /*escaped=*/false});
  for (const Part& part : parts_) size_ += part.text.size();
  SkipFinishedParts();
}

std::string JsonLine::Next(size_t max_size) {
  std::string piece;
  while (!done() && piece.size() < max_size) {
    const Part& part = parts_[part_];
    const absl::string_view rest = absl::string_view(part.text).substr(offset_);
    size_t taken = 0;
    if (part.escaped) {
      taken = AppendEscaped(rest, max_size, &piece);
    } else {
      taken = std::min(rest.size(), max_size - piece.size());
      piece.append(rest.substr(0, taken));
    }
    if (taken == 0) break;
    offset_ += taken;
    SkipFinishedParts();
  }
  return piece;
}

void JsonLine::SkipFinishedParts() {
  while (!done() && offset_ == parts_[part_].text.size()) {
    std::string().swap(parts_[part_].text);
    ++part_;
    offset_ = 0;
  }
}

std::string ToString(JsonLine line) {
  std::string text;
  while (!line.done()) text += line.Next(64 * 1024);
  return text;
}

}  // namespace servo::protocol
