#include "base/terminal_text.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"
#include "base/invisible.h"
#include "base/utf8.h"

namespace servo::base {
namespace {

constexpr char kEscape = '\x1b';
constexpr char kBell = '\a';

// The first byte of the 8-bit controls (C1), which are U+0080 to U+009F.
constexpr char kC1Lead = '\xc2';

bool IsBetween(char c, char first, char last) {
  return first <= c && c <= last;
}

// The length of what `text` begins with in characters from `first` to `last`.
size_t Span(absl::string_view text, char first, char last) {
  size_t length = 0;
  while (length < text.size() && IsBetween(text[length], first, last)) ++length;
  return length;
}

// Of the 8-bit control that `text` begins with, what follows ESC in its 7-bit
// form: '[' of U+009B. 0 if it begins with none.
char C1Control(absl::string_view text) {
  const bool is_one = text.size() >= 2 && text[0] == kC1Lead &&
                      IsBetween(text[1], '\x80', '\x9f');
  return is_one ? static_cast<char>(text[1] - 0x40) : '\0';
}

// Whether ESC and `c` begin a control string: a title, a device control.
bool BeginsString(char c) {
  return c == ']' || c == 'P' || c == 'X' || c == '^' || c == '_';
}

// A control string after its introducer, or what there is of it.
struct ControlString {
  size_t length;
  bool ended;  // by its terminator; else by the end of the line
};

// The terminator is BEL, ESC \ or U+009C.
ControlString ControlStringIn(absl::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == kBell) return {.length = i + 1, .ended = true};
    if (text[i] == '\n') return {.length = i, .ended = false};
    if (text[i] == kEscape && text.substr(i + 1, 1) == "\\") {
      return {.length = i + 2, .ended = true};
    }
    if (text[i] == kC1Lead && C1Control(text.substr(i, 2)) == '\\') {
      return {.length = i + 2, .ended = true};
    }
  }
  return {.length = text.size(), .ended = false};
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

// The length of the escape sequence that `text` begins with: ESC and what is
// neither a control sequence nor a string.
size_t EscapeLength(absl::string_view text) {
  const size_t length = 1 + Span(text.substr(1), '\x20', '\x2f');
  const bool complete =
      length < text.size() && IsBetween(text[length], '\x30', '\x7e');
  return complete ? length + 1 : length;
}

// Finds the escape sequences of a text, from its begin to its end.
class SequenceFinder {
 public:
  explicit SequenceFinder(absl::string_view text)
      : text_(text), escape_(FindEscape(0)), c1_(FindC1(0)) {}

  // Where the first one begins at `from` or later; the text's size if there is
  // none. `from` never falls.
  size_t Next(size_t from) {
    if (escape_ < from) escape_ = FindEscape(from);
    if (c1_ < from) c1_ = FindC1(from);
    return std::min(escape_, c1_);
  }

  // The length of the one that begins at `begin`.
  size_t Length(size_t begin) {
    const absl::string_view text = text_.substr(begin);
    const char c1 = C1Control(text);
    const char control = c1 != '\0' || text.size() < 2 ? c1 : text[1];
    if (control == '[') return 2 + ControlLength(text.substr(2));
    if (BeginsString(control)) return 2 + StringLength(begin + 2);
    return c1 != '\0' ? 2 : EscapeLength(text);
  }

 private:
  size_t FindEscape(size_t from) const {
    return std::min(text_.find(kEscape, from), text_.size());
  }

  // The length of the control string from `begin` on; 0 if it has no end:
  // hardly one then, or one that was cut off, with another text behind it.
  size_t StringLength(size_t begin) {
    if (begin < unended_) return 0;
    const ControlString string = ControlStringIn(text_.substr(begin));
    if (string.ended) return string.length;
    unended_ = begin + string.length;
    return 0;
  }

  size_t FindC1(size_t from) const {
    for (size_t at = from; at < text_.size(); ++at) {
      at = std::min(text_.find(kC1Lead, at), text_.size());
      const char control = C1Control(text_.substr(at));
      if (control == '[' || control == '\\' || BeginsString(control)) return at;
    }
    return text_.size();
  }

  const absl::string_view text_;
  size_t escape_;  // the next of each kind
  size_t c1_;
  size_t unended_ = 0;  // no string that begins before has an end
};

// The length of the character that `text` begins with if a terminal obeys it,
// or shows by it what is around it in another order; 0 of any other.
size_t LengthOfObeyed(absl::string_view text) {
  if (absl::ascii_iscntrl(text[0])) return text[0] == '\t' ? 0 : 1;
  // No others begin with these bytes, and most text has few of them.
  if (text[0] != kC1Lead && text[0] != '\xe2') return 0;
  const size_t length = Utf8SequenceLength(text);
  if (length == 0) return 0;
  const Invisible kind = InvisibleKind(DecodeUtf8(text.substr(0, length)));
  return kind == Invisible::kControl || kind == Invisible::kReorders ? length
                                                                     : 0;
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
  // Looks at what is not moved yet.
  SequenceFinder finder(text);
  size_t size = 0;
  for (size_t from = 0; from < text.size();) {
    const size_t end = finder.Next(from);
    std::memmove(&text[size], &text[from], end - from);
    size += end - from;
    from = end < text.size() ? end + finder.Length(end) : end;
  }
  text.resize(size);
  return text;
}

bool HasEscapeSequences(absl::string_view text) {
  return SequenceFinder(text).Next(0) < text.size();
}

std::string VisibleText(absl::string_view text) {
  const std::string plain = WithoutEscapeSequences(std::string(text));
  absl::string_view rest = plain;
  std::string result;
  result.reserve(rest.size());
  while (!rest.empty()) {
    const size_t end = rest.find('\n');
    absl::string_view line = LastDrawn(rest.substr(0, end));
    while (!line.empty()) {
      const size_t obeyed = LengthOfObeyed(line);
      if (obeyed == 0) result += line[0];
      line.remove_prefix(std::max<size_t>(obeyed, 1));
    }
    if (end == absl::string_view::npos) break;
    result += '\n';
    rest.remove_prefix(end + 1);
  }
  return result;
}

}  // namespace servo::base
