#include "jsonpath/cursor.h"

#include <cmath>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/charconv.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/utf8.h"

namespace servo::jsonpath {
namespace {

constexpr int64_t kMaxInteger = (int64_t{1} << 53) - 1;

bool IsNameFirst(char c) {
  return absl::ascii_isalpha(c) || c == '_' || !absl::ascii_isascii(c);
}

void AppendUtf8(uint32_t c, std::string* text) {
  const auto append = [text](uint32_t byte) {
    *text += static_cast<char>(byte);
  };
  if (c < 0x80) return append(c);
  if (c < 0x800) {
    append(0xC0 | (c >> 6));
  } else if (c < 0x10000) {
    append(0xE0 | (c >> 12));
    append(0x80 | ((c >> 6) & 0x3F));
  } else {
    append(0xF0 | (c >> 18));
    append(0x80 | ((c >> 12) & 0x3F));
    append(0x80 | ((c >> 6) & 0x3F));
  }
  append(0x80 | (c & 0x3F));
}

bool IsHighSurrogate(uint32_t c) { return c >= 0xD800 && c <= 0xDBFF; }
bool IsLowSurrogate(uint32_t c) { return c >= 0xDC00 && c <= 0xDFFF; }

}  // namespace

bool Cursor::AtDigit() const {
  return !AtEnd() && absl::ascii_isdigit(text_[offset_]);
}

bool Cursor::AtName() const { return !AtEnd() && IsNameFirst(text_[offset_]); }

bool Cursor::Accept(absl::string_view word) {
  if (!absl::StartsWith(rest(), word)) return false;
  offset_ += word.size();
  return true;
}

void Cursor::SkipBlanks() {
  while (!AtEnd() && absl::StrContains(" \t\n\r", text_[offset_])) ++offset_;
}

absl::string_view Cursor::ReadName() {
  const size_t begin = offset_;
  if (!AtName()) return "";
  while (AtName() || AtDigit()) ++offset_;
  return text_.substr(begin, offset_ - begin);
}

absl::string_view Cursor::ReadWord() {
  const size_t begin = offset_;
  while (!AtEnd() && (absl::ascii_islower(text_[offset_]) || At('_') ||
                      (AtDigit() && offset_ > begin))) {
    ++offset_;
  }
  return text_.substr(begin, offset_ - begin);
}

std::optional<std::string> Cursor::ReadString() {
  const size_t begin = offset_;
  const char quote = text_[offset_++];
  std::string value;
  while (!At(quote)) {
    if (AtEnd()) {
      Fail(absl::StrFormat("%c to end the text that begins at offset %d", quote,
                           begin));
      return std::nullopt;
    }
    if (absl::ascii_iscntrl(text_[offset_]) && !At('\x7F')) {
      Fail("no control character in a text", "write \\n, \\t or \\u00XX");
      return std::nullopt;
    }
    if (!At('\\')) {
      value += text_[offset_++];
    } else if (!ReadEscape(quote, &value)) {
      return std::nullopt;
    }
  }
  ++offset_;
  return value;
}

bool Cursor::ReadEscape(char quote, std::string* value) {
  constexpr absl::string_view kLetters = "bfnrt/\\";
  constexpr absl::string_view kMeanings = "\b\f\n\r\t/\\";
  const size_t begin = offset_++;
  if (Accept("u")) return ReadUnicodeEscape(begin, value);
  if (At(quote)) {
    *value += quote;
    ++offset_;
    return true;
  }
  const size_t letter =
      AtEnd() ? absl::string_view::npos : kLetters.find(text_[offset_]);
  if (letter == absl::string_view::npos) {
    return Fail(absl::StrFormat("one of %c bfnrtu/\\ after a backslash", quote),
                "write \\\\ for a backslash");
  }
  *value += kMeanings[letter];
  ++offset_;
  return true;
}

bool Cursor::ReadUnicodeEscape(size_t begin, std::string* value) {
  const std::optional<uint32_t> first = ReadHex4();
  if (!first.has_value()) return false;
  if (IsLowSurrogate(*first)) {
    return FailAt(begin, "a high surrogate before a low one");
  }
  if (!IsHighSurrogate(*first)) {
    AppendUtf8(*first, value);
    return true;
  }
  const size_t second_begin = offset_;
  if (!Accept("\\u")) return Fail("\\u and a low surrogate (DC00 to DFFF)");
  const std::optional<uint32_t> second = ReadHex4();
  if (!second.has_value()) return false;
  if (!IsLowSurrogate(*second)) {
    return FailAt(second_begin, "\\u and a low surrogate (DC00 to DFFF)");
  }
  AppendUtf8(0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00), value);
  return true;
}

std::optional<uint32_t> Cursor::ReadHex4() {
  uint32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    if (AtEnd() || !absl::ascii_isxdigit(text_[offset_])) {
      Fail("four hexadecimal digits after \\u");
      return std::nullopt;
    }
    const char c = absl::ascii_tolower(text_[offset_++]);
    value = value * 16 + static_cast<uint32_t>(
                             absl::ascii_isdigit(c) ? c - '0' : c - 'a' + 10);
  }
  return value;
}

size_t Cursor::DigitsFrom(size_t offset) const {
  size_t end = offset;
  while (end < text_.size() && absl::ascii_isdigit(text_[end])) ++end;
  return end - offset;
}

std::optional<int64_t> Cursor::ReadInteger() {
  const size_t begin = offset_;
  Accept("-");
  const size_t first = offset_;
  const size_t digits = DigitsFrom(first);
  if (digits == 0) {
    Fail("a digit");
    return std::nullopt;
  }
  if (text_[first] == '0' && (digits > 1 || first > begin)) {
    FailAt(begin, "an integer without a leading zero, and not -0");
    return std::nullopt;
  }
  offset_ = first + digits;
  int64_t value = 0;
  if (!absl::SimpleAtoi(text_.substr(begin, offset_ - begin), &value) ||
      value > kMaxInteger || value < -kMaxInteger) {
    FailAt(begin,
           absl::StrCat("an integer from -", kMaxInteger, " to ", kMaxInteger));
    return std::nullopt;
  }
  return value;
}

std::optional<nlohmann::json> Cursor::ReadNumber() {
  const size_t begin = offset_;
  Accept("-");
  const size_t digits = DigitsFrom(offset_);
  if (digits == 0) {
    Fail("a digit");
    return std::nullopt;
  }
  if (At('0') && digits > 1) {
    FailAt(begin, "a number without leading zeros");
    return std::nullopt;
  }
  offset_ += digits;
  bool whole = true;
  if (Accept(".")) {
    whole = false;
    const size_t places = DigitsFrom(offset_);
    offset_ += places;
    if (places == 0) {
      Fail("a digit after the point");
      return std::nullopt;
    }
  }
  if (Accept("e") || Accept("E")) {
    whole = false;
    if (!Accept("-")) Accept("+");
    const size_t exponent = DigitsFrom(offset_);
    offset_ += exponent;
    if (exponent == 0) {
      Fail("a digit of the exponent");
      return std::nullopt;
    }
  }
  const absl::string_view text = text_.substr(begin, offset_ - begin);
  int64_t integer = 0;
  if (whole && absl::SimpleAtoi(text, &integer)) return integer;
  uint64_t large = 0;
  if (whole && absl::SimpleAtoi(text, &large)) return large;
  double number = 0;
  const absl::from_chars_result result =
      absl::from_chars(text.data(), text.data() + text.size(), number);
  // What is too small becomes the nearest double.
  if (result.ec == std::errc::result_out_of_range && std::abs(number) > 1) {
    FailAt(begin, "a number that a double can hold");
    return std::nullopt;
  }
  return number;
}

bool Cursor::Fail(absl::string_view expected, absl::string_view hint) {
  return FailAt(offset_, expected, hint);
}

bool Cursor::FailAt(size_t offset, absl::string_view expected,
                    absl::string_view hint) {
  error_ = {.offset = offset,
            .expected = std::string(expected),
            .found = FoundAt(offset),
            .hint = std::string(hint)};
  return false;
}

std::string Cursor::FoundAt(size_t offset) const {
  if (offset == text_.size()) return "the end";
  const absl::string_view found = text_.substr(offset);
  if (absl::ascii_iscntrl(found[0])) {
    return absl::StrFormat("the character U+%04X", static_cast<int>(found[0]));
  }
  const size_t length = base::Utf8SequenceLength(found);
  if (length == 0) {
    return absl::StrFormat("the byte 0x%02x",
                           static_cast<unsigned char>(found[0]));
  }
  return absl::StrCat("'", found.substr(0, length), "'");
}

}  // namespace servo::jsonpath
