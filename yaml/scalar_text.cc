#include "yaml/scalar_text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace servo::yaml {
namespace {

// Reads characters, and knows the column. Line breaks are LF alone.
class Cursor {
 public:
  explicit Cursor(absl::string_view text) : text_(text) {}

  bool done() const { return at_ >= text_.size(); }
  // NUL at the end.
  char peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  int column() const { return column_; }

  // The text up to the first of `characters`, which is skipped.
  absl::string_view TakeUntil(absl::string_view characters) {
    const size_t end =
        std::min(text_.size(), text_.find_first_of(characters, at_));
    return Take(end - at_);
  }

  absl::string_view Take(size_t size) {
    const absl::string_view taken = text_.substr(at_, size);
    at_ += taken.size();
    column_ += static_cast<int>(taken.size());
    return taken;
  }

  // Skips the line break that comes next, if any.
  bool TakeBreak() {
    if (peek() != '\n') return false;
    ++at_;
    column_ = 0;
    return true;
  }

 private:
  absl::string_view text_;
  size_t at_ = 0;
  int column_ = 0;
};

// Skips blank lines and the indentation of up to `indent` blanks; returns how
// many lines were skipped.
size_t TakeBlankLines(Cursor* cursor, int indent) {
  size_t lines = 0;
  while (true) {
    while (cursor->column() < indent && cursor->peek() == ' ') cursor->Take(1);
    if (!cursor->TakeBreak()) return lines;
    ++lines;
  }
}

// The same where the first text gives the indentation, which goes to `indent`.
size_t TakeFirstBlankLines(Cursor* cursor, int* indent) {
  size_t lines = 0;
  while (cursor->peek() == ' ' || cursor->peek() == '\n') {
    if (cursor->TakeBreak()) {
      ++lines;
    } else {
      cursor->Take(1);
      *indent = std::max(*indent, cursor->column());
    }
  }
  return lines;
}

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

// The character of one of YAML's escapes of one letter; empty for others.
absl::string_view Escaped(char letter) {
  switch (letter) {
    case '0':
      return absl::string_view("\0", 1);
    case 'a':
      return "\a";
    case 'b':
      return "\b";
    case 't':
    case '\t':
      return "\t";
    case 'n':
      return "\n";
    case 'v':
      return "\v";
    case 'f':
      return "\f";
    case 'r':
      return "\r";
    case 'e':
      return "\x1b";
    case ' ':
      return " ";
    case '"':
      return "\"";
    case '/':
      return "/";
    case '\\':
      return "\\";
    case 'N':
      return "\u0085";
    case '_':
      return "\u00a0";
    case 'L':
      return "\u2028";
    case 'P':
      return "\u2029";
    default:
      return "";
  }
}

void AppendUtf8(uint32_t code, std::string* out) {
  const auto add = [out](uint32_t byte) {
    out->push_back(static_cast<char>(byte));
  };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xc0 | code >> 6);
    add(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    add(0xe0 | code >> 12);
    add(0x80 | (code >> 6 & 0x3f));
    add(0x80 | (code & 0x3f));
  } else {
    add(0xf0 | code >> 18);
    add(0x80 | (code >> 12 & 0x3f));
    add(0x80 | (code >> 6 & 0x3f));
    add(0x80 | (code & 0x3f));
  }
}

// Takes an escape of hexadecimal digits.
bool TakeHexEscape(Cursor* cursor, std::string* out) {
  const char kind = cursor->peek();
  const size_t digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
  if (digits == 0) return false;
  cursor->Take(1);
  uint32_t code = 0;
  if (!absl::SimpleHexAtoi(cursor->Take(digits), &code)) return false;
  if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return false;
  AppendUtf8(code, out);
  return true;
}

// Skips blanks and line breaks; returns how many line breaks.
size_t TakeFlowBreaks(Cursor* cursor) {
  size_t breaks = 0;
  while (true) {
    while (IsBlank(cursor->peek())) cursor->Take(1);
    if (!cursor->TakeBreak()) return breaks;
    ++breaks;
  }
}

// Takes what a backslash begins.
bool TakeEscape(Cursor* cursor, std::string* out) {
  cursor->Take(1);
  if (cursor->TakeBreak()) {
    out->append(TakeFlowBreaks(cursor), '\n');
    return true;
  }
  const absl::string_view escaped = Escaped(cursor->peek());
  if (escaped.empty()) return TakeHexEscape(cursor, out);
  cursor->Take(1);
  out->append(escaped);
  return true;
}

}  // namespace

std::string BlockScalarText(absl::string_view source, int indent) {
  Cursor cursor(source);
  const bool folded = cursor.Take(1) == ">";
  char chomp = '\0';
  int increment = 0;
  for (; absl::ascii_isdigit(cursor.peek()) || cursor.peek() == '+' ||
         cursor.peek() == '-';
       cursor.Take(1)) {
    if (absl::ascii_isdigit(cursor.peek())) {
      increment = cursor.peek() - '0';
    } else {
      chomp = cursor.peek();
    }
  }
  cursor.TakeUntil("\n");
  cursor.TakeBreak();
  indent = std::max(1, indent + 1);
  size_t breaks;
  if (increment > 0) {
    indent += increment - 1;
    breaks = TakeBlankLines(&cursor, indent);
  } else {
    breaks = TakeFirstBlankLines(&cursor, &indent);
  }
  std::string text;
  bool line_break = false;
  while (cursor.column() == indent && !cursor.done()) {
    text.append(breaks, '\n');
    const bool flush = !IsBlank(cursor.peek());
    absl::StrAppend(&text, cursor.TakeUntil("\n"));
    line_break = cursor.TakeBreak();
    breaks = TakeBlankLines(&cursor, indent);
    if (cursor.column() != indent || cursor.done()) break;
    if (folded && flush && !IsBlank(cursor.peek())) {
      if (breaks == 0) text.push_back(' ');
    } else {
      text.push_back('\n');
    }
  }
  if (chomp != '-' && line_break) text.push_back('\n');
  if (chomp == '+') text.append(breaks, '\n');
  return text;
}

std::optional<std::string> QuotedScalarText(absl::string_view source) {
  Cursor cursor(source);
  const char quote = cursor.peek();
  cursor.Take(1);
  std::string text;
  while (!cursor.done()) {
    const char c = cursor.peek();
    if (c == quote) {
      if (quote == '"' || cursor.peek(1) != quote) return text;
      text.push_back(quote);
      cursor.Take(2);
    } else if (c == '\\' && quote == '"') {
      if (!TakeEscape(&cursor, &text)) return std::nullopt;
    } else if (IsBlank(c) || c == '\n') {
      std::string blanks;
      while (IsBlank(cursor.peek())) blanks.append(cursor.Take(1));
      if (!cursor.TakeBreak()) {
        text.append(blanks);
      } else if (const size_t breaks = TakeFlowBreaks(&cursor); breaks > 0) {
        text.append(breaks, '\n');
      } else {
        text.push_back(' ');
      }
    } else {
      // A quote of the other kind, or a backslash between single quotes, is
      // text.
      text.append(cursor.Take(1));
      text.append(cursor.TakeUntil("\"'\\ \t\n"));
    }
  }
  return std::nullopt;
}

}  // namespace servo::yaml
