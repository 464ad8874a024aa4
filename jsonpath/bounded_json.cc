#include "jsonpath/bounded_json.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/utf8.h"

namespace servo::jsonpath {
namespace {

using nlohmann::json;

std::string FoundAt(absl::string_view text, size_t offset) {
  if (offset >= text.size()) return "the end";
  const absl::string_view found = text.substr(offset);
  const size_t length = base::Utf8SequenceLength(found);
  if (length == 0 || absl::ascii_iscntrl(found[0])) {
    return absl::StrFormat("the byte 0x%02x",
                           static_cast<unsigned char>(found[0]));
  }
  return absl::StrCat("'", found.substr(0, length), "'");
}

// The library's names of what it expected, in the words of users.
std::string Expected(absl::string_view message) {
  if (absl::EndsWith(message, "expected '}'")) return "',' or '}'";
  if (absl::EndsWith(message, "expected ']'")) return "',' or ']'";
  if (absl::EndsWith(message, "expected ':'")) return "':'";
  if (absl::EndsWith(message, "expected end of input")) return "the end";
  if (absl::EndsWith(message, "expected string literal")) {
    return "a name in double quotes";
  }
  return "a JSON value";
}

// What the library says of a token that is none: "invalid string: missing
// closing quote". Stops before it quotes the text.
std::string Reason(absl::string_view message) {
  constexpr absl::string_view kBegin = " - ";
  const size_t begin = message.find(kBegin);
  if (begin == absl::string_view::npos) return "";
  message.remove_prefix(begin + kBegin.size());
  return std::string(message.substr(0, message.find("; last read:")));
}

// How many bytes before the parser's position the unexpected token begins.
// `token` is right for texts and numbers alone.
size_t LengthOfToken(absl::string_view message, absl::string_view token) {
  if (absl::StrContains(message, "unexpected end of input")) return 0;
  if (absl::StrContains(message, "unexpected true literal")) return 4;
  if (absl::StrContains(message, "unexpected null literal")) return 4;
  if (absl::StrContains(message, "unexpected false literal")) return 5;
  if (absl::StrContains(message, "unexpected string literal") ||
      absl::StrContains(message, "unexpected number literal")) {
    return token.size();
  }
  return 1;
}

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Whether `c` can stand in a number, or in true, false and null.
bool IsOfWord(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' ||
         c == '+' || c == '.';
}

// The offset of the quote that closes the string which begins at `quote`, or
// the size of `text`.
size_t ClosingQuote(absl::string_view text, size_t quote) {
  size_t i = quote + 1;
  while (i < text.size() && text[i] != '"') i += text[i] == '\\' ? 2 : 1;
  return std::min(i, text.size());
}

// Where the value ends that `text` begins with.
size_t EndOfValue(absl::string_view text) {
  size_t open = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '[' || c == '{') {
      ++open;
      continue;
    }
    if (c == '"') {
      i = ClosingQuote(text, i);
    } else if (c == ']' || c == '}') {
      --open;
    } else {
      if (open == 0 && !IsOfWord(c)) return i;
      continue;
    }
    if (open == 0) return std::min(i + 1, text.size());
  }
  return text.size();
}

// Where what stands behind the value begins that `text` begins with.
size_t OffsetBehindValue(absl::string_view text) {
  constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";
  size_t at =
      absl::StartsWith(text, kByteOrderMark) ? kByteOrderMark.size() : 0;
  while (at < text.size() && IsBlank(text[at])) ++at;
  at += EndOfValue(text.substr(at));
  while (at < text.size() && IsBlank(text[at])) ++at;
  return at;
}

// Builds a value from the parser's events.
class Builder : public nlohmann::json_sax<json> {
 public:
  // The parser reads the first `size` bytes of `text`.
  Builder(absl::string_view text, size_t size, const JsonLimits& limits)
      : text_(text), size_(size), limits_(limits) {}

  json TakeRoot() { return std::move(root_); }
  bool too_deep() const { return too_deep_; }
  bool too_many() const { return too_many_; }
  const ParseError& error() const { return error_; }

  bool null() override { return Add(nullptr) != nullptr; }
  bool boolean(bool value) override { return Add(value) != nullptr; }
  bool number_integer(int64_t value) override { return Add(value) != nullptr; }
  bool number_unsigned(uint64_t value) override {
    return Add(value) != nullptr;
  }
  bool number_float(double value, const std::string&) override {
    return Add(value) != nullptr;
  }
  bool string(std::string& value) override {
    return Add(std::move(value)) != nullptr;
  }
  bool binary(json::binary_t&) override { return false; }  // not of JSON
  bool start_object(size_t) override { return Open(json::object()); }
  bool start_array(size_t) override { return Open(json::array()); }
  bool end_object() override { return Close(); }
  bool end_array() override { return Close(); }

  bool key(std::string& name) override {
    member_ = &open_.back()->get_ref<json::object_t&>()[std::move(name)];
    return true;
  }

  // `position` is behind the last character that was read, `token` what the
  // parser took together.
  bool parse_error(size_t position, const std::string& token,
                   const json::exception& exception) override {
    const absl::string_view message = exception.what();
    const bool overflow = exception.id == 406;
    const bool no_token = absl::StrContains(message, "; last read: '");
    if (no_token && values_ > 0 && open_.empty()) return BehindValue(position);
    const size_t back = overflow   ? token.size()
                        : no_token ? 1
                                   : LengthOfToken(message, token);
    error_.offset = std::min(size_, position - std::min(position, back));
    error_.found = FoundAt(text_, error_.offset);
    if (overflow) {
      error_.expected = "a number that a double can hold";
    } else if (no_token) {
      error_.expected = "JSON";
      error_.hint = Reason(message);
    } else {
      error_.expected = Expected(message);
    }
    return false;
  }

 private:
  // Nothing may stand behind the value, whatever it would be. The parser has
  // read something of it, up to `position`.
  bool BehindValue(size_t position) {
    const size_t offset =
        std::min(OffsetBehindValue(text_), std::min(size_, position) - 1);
    error_ = {.offset = offset,
              .expected = "the end",
              .found = FoundAt(text_, offset),
              .hint = ""};
    return false;
  }

  // Null beyond the limit.
  json* Add(json value) {
    if (++values_ > limits_.max_values) {
      too_many_ = true;
      return nullptr;
    }
    json* place = &root_;
    if (!open_.empty() && open_.back()->is_array()) {
      auto& elements = open_.back()->get_ref<json::array_t&>();
      place = &elements.emplace_back();
    } else if (!open_.empty()) {
      place = member_;
    }
    *place = std::move(value);
    return place;
  }

  bool Open(json container) {
    if (open_.size() >= limits_.max_depth) {
      too_deep_ = true;
      return false;
    }
    json* place = Add(std::move(container));
    if (place != nullptr) open_.push_back(place);
    return place != nullptr;
  }

  bool Close() {
    open_.pop_back();
    return true;
  }

  const absl::string_view text_;
  const size_t size_;
  const JsonLimits limits_;
  json root_;
  std::vector<json*> open_;  // A container moves only before it has members.
  json* member_ = nullptr;   // of the innermost object, waiting for its value
  size_t values_ = 0;
  bool too_deep_ = false;
  bool too_many_ = false;
  ParseError error_;
};

// Where the bracket stands that goes beyond `depth`, in JSON up to there.
size_t OffsetOfDepth(absl::string_view text, size_t depth) {
  size_t open = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      i = ClosingQuote(text, i);
    } else if (c == '[' || c == '{') {
      if (++open > depth) return i;
    } else if (c == ']' || c == '}') {
      --open;
    }
  }
  return text.size();
}

}  // namespace

absl::StatusOr<json> ReadJson(absl::string_view text, const JsonLimits& limits,
                              ParseError* error) {
  ParseError ignored;
  if (error == nullptr) error = &ignored;
  // The library takes a NUL for the end.
  const absl::string_view until_nul = text.substr(0, text.find('\0'));
  Builder builder(text, until_nul.size(), limits);
  if (json::sax_parse(until_nul.begin(), until_nul.end(), &builder)) {
    if (until_nul.size() == text.size()) return builder.TakeRoot();
    *error = {.offset = until_nul.size(),
              .expected = "the end",
              .found = FoundAt(text, until_nul.size()),
              .hint = ""};
    return error->ToStatus();
  }
  if (builder.too_many()) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the JSON has more than ", limits.max_values, " values"));
  }
  if (!builder.too_deep()) {
    *error = builder.error();
    return error->ToStatus();
  }
  const size_t offset = OffsetOfDepth(text, limits.max_depth);
  *error = {.offset = offset,
            .expected = absl::StrCat("no more than ", limits.max_depth,
                                     " levels of nesting"),
            .found = FoundAt(text, offset),
            .hint = ""};
  return absl::ResourceExhaustedError(error->ToString());
}

}  // namespace servo::jsonpath
