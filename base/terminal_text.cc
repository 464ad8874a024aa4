#include "base/terminal_text.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"

namespace servo::base {
namespace {

constexpr char kEscape = '\x1b';
constexpr char kBell = '\a';

bool IsBetween(char c, char first, char last) {
  return first <= c && c <= last;
}

// The length of what `text` begins with in characters from `first` to `last`.
size_t Span(absl::string_view text, char first, char last) {
  size_t length = 0;
  while (length < text.size() && IsBetween(text[length], first, last)) ++length;
  return length;
}

// The length of a control string (a title, a device control) after its
// introducer: up to its terminator, BEL or ESC \, or to the end of the line.
size_t StringLength(absl::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == kBell) return i + 1;
    if (text[i] == kEscape && i + 1 < text.size() && text[i + 1] == '\\')
      return i + 2;
    if (text[i] == '\n') return i;
  }
  return text.size();
}

// The length of parameters, intermediates and the final character of a control
// sequence, after its introducer.
size_t ControlLength(absl::string_view text) {
  size_t length = Span(text, '\x30', '\x3f');
  length += Span(text.substr(length), '\x20', '\x2f');
  const bool complete =
      length < text.size() && IsBetween(text[length], '\x40', '\x7e');
  return complete ? length + 1 : length;
}

// The length of the escape sequence that `text`, which starts with ESC, begins
// with.
size_t SequenceLength(absl::string_view text) {
  if (text.size() < 2) return text.size();
  switch (text[1]) {
    case '[':
      return 2 + ControlLength(text.substr(2));
    case ']':
    case 'P':
    case 'X':
    case '^':
    case '_':
      return 2 + StringLength(text.substr(2));
    default:
      break;
  }
  const size_t length = 1 + Span(text.substr(1), '\x20', '\x2f');
  const bool complete =
      length < text.size() && IsBetween(text[length], '\x30', '\x7e');
  return complete ? length + 1 : length;
}

// `line` as it looks after all redrawing.
absl::string_view LastDrawn(absl::string_view line) {
  while (absl::ConsumeSuffix(&line, "\r")) {
  }
  const size_t redrawn = line.rfind('\r');
  return redrawn == absl::string_view::npos ? line : line.substr(redrawn + 1);
}

}  // namespace

std::string WithoutEscapeSequences(std::string text) {
  absl::string_view rest = text;
  size_t size = 0;
  while (!rest.empty()) {
    const size_t plain = std::min(rest.find(kEscape), rest.size());
    std::memmove(&text[size], rest.data(), plain);
    size += plain;
    rest.remove_prefix(plain);
    if (!rest.empty()) rest.remove_prefix(SequenceLength(rest));
  }
  text.resize(size);
  return text;
}

std::string VisibleText(absl::string_view text) {
  const std::string plain = WithoutEscapeSequences(std::string(text));
  absl::string_view rest = plain;
  std::string result;
  result.reserve(rest.size());
  while (!rest.empty()) {
    const size_t end = rest.find('\n');
    for (char c : LastDrawn(rest.substr(0, end))) {
      if (c == '\t' || !absl::ascii_iscntrl(c)) result += c;
    }
    if (end == absl::string_view::npos) break;
    result += '\n';
    rest.remove_prefix(end + 1);
  }
  return result;
}

}  // namespace servo::base
