// Reads the words of a path. Internal.
#ifndef JSONPATH_CURSOR_H_
#define JSONPATH_CURSOR_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/base/attributes.h"
#include "absl/strings/string_view.h"
#include "jsonpath/parse_error.h"
#include "nlohmann/json.hpp"

namespace servo::jsonpath {

// A place in a text of well-formed UTF-8, and the first thing that was found
// wrong with it. What returns nothing, or false after Fail(), has set error().
class Cursor {
 public:
  explicit Cursor(absl::string_view text ABSL_ATTRIBUTE_LIFETIME_BOUND)
      : text_(text) {}

  size_t offset() const { return offset_; }
  absl::string_view text() const { return text_; }
  absl::string_view rest() const { return text_.substr(offset_); }
  const ParseError& error() const { return error_; }

  bool AtEnd() const { return offset_ == text_.size(); }
  bool At(char c) const { return !AtEnd() && text_[offset_] == c; }
  bool AtDigit() const;
  bool AtQuote() const { return At('\'') || At('"'); }

  // Whether a name can begin here that needs no quotes.
  bool AtName() const;

  void Rewind(size_t offset) { offset_ = offset; }
  bool Accept(absl::string_view word);
  void SkipBlanks();

  // A name without quotes, up to the first character that ends it; empty if
  // none begins here.
  absl::string_view ReadName();

  // A name of a function, or true, false, null.
  absl::string_view ReadWord();

  // A text in quotes, with its escapes resolved. At the quote.
  std::optional<std::string> ReadString();

  // An integer that JSON numbers hold exactly: |n| < 2^53.
  std::optional<int64_t> ReadInteger();

  // A number as in JSON, or -0.
  std::optional<nlohmann::json> ReadNumber();

  // Records what is wrong at `offset`, or here. Returns false.
  bool Fail(absl::string_view expected, absl::string_view hint = "");
  bool FailAt(size_t offset, absl::string_view expected,
              absl::string_view hint = "");

 private:
  std::string FoundAt(size_t offset) const;
  size_t DigitsFrom(size_t offset) const;
  bool ReadEscape(char quote, std::string* value);
  bool ReadUnicodeEscape(size_t begin, std::string* value);
  std::optional<uint32_t> ReadHex4();

  const absl::string_view text_;
  size_t offset_ = 0;
  ParseError error_;
};

}  // namespace servo::jsonpath

#endif  // JSONPATH_CURSOR_H_
