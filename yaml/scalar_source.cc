#include "yaml/scalar_source.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "base/utf8.h"
#include "yaml/scalar.h"
#include "yaml/scalar_text.h"

namespace servo::yaml {
namespace {

// yaml-cpp's escapes "\N" and "\_" give the bytes 0x85 and 0xA0 instead of the
// characters U+0085 and U+00A0. Neither byte can begin a character, so they can
// be told.
std::string MendEscapes(absl::string_view text) {
  std::string mended;
  while (!text.empty()) {
    const size_t length = std::max<size_t>(1, base::Utf8SequenceLength(text));
    if (text[0] == '\x85' || text[0] == '\xa0') mended.push_back('\xc2');
    mended.append(text.substr(0, length));
    text.remove_prefix(length);
  }
  return mended;
}

// The next byte of `text` from `at` on that is neither blank nor line break.
size_t NextOfWord(absl::string_view text, size_t at) {
  while (at < text.size() && absl::StrContains(" \t\n", text[at])) ++at;
  return at;
}

bool HaveSameWords(absl::string_view a, absl::string_view b) {
  size_t i = 0;
  size_t j = 0;
  while (true) {
    i = NextOfWord(a, i);
    j = NextOfWord(b, j);
    if (i == a.size() || j == b.size()) return i == a.size() && j == b.size();
    if (a[i++] != b[j++]) return false;
  }
}

}  // namespace

size_t ScalarBegin(absl::string_view source, size_t pos) {
  while (pos < source.size() && (source[pos] == '&' || source[pos] == '!')) {
    pos = std::min(source.size(), source.find_first_of(" \n", pos));
    pos = std::min(source.size(), source.find_first_not_of(" \n", pos));
  }
  return pos;
}

bool IsUnclosedQuote(absl::string_view text) {
  if (text.empty() || (text[0] != '"' && text[0] != '\'')) return false;
  const char quote = text[0];
  for (size_t i = 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      const bool doubled =
          quote == '\'' && i + 1 < text.size() && text[i + 1] == quote;
      if (!doubled) return false;
      ++i;
    }
  }
  return true;
}

bool IsOverLines(absl::string_view source) {
  if (source.size() < 2) return false;
  const char c = source[0];
  return c == '|' || c == '>' || ((c == '"' || c == '\'') && source[1] != c);
}

bool BeginsWithBareTag(absl::string_view source) {
  if (absl::StartsWith(source, "&")) {
    source.remove_prefix(std::min(source.size(), source.find_first_of(" \n")));
    source.remove_prefix(
        std::min(source.size(), source.find_first_not_of(" \n")));
  }
  if (!absl::ConsumePrefix(&source, "!")) return false;
  return source.empty() || absl::StrContains(" \t\n,]}", source[0]);
}

bool BeginsWithColon(absl::string_view source) {
  if (!absl::ConsumePrefix(&source, "\"")) absl::ConsumePrefix(&source, "'");
  while (absl::ConsumePrefix(&source, " ")) {
  }
  return absl::StartsWith(source, ":");
}

absl::string_view NullText(absl::string_view source) {
  constexpr size_t kLongest = 5;  // "null" and what ends it
  const absl::string_view rest = source.substr(0, kLongest);
  const absl::string_view word =
      rest.substr(0, std::min(rest.size(), rest.find_first_of(" \t\n,]}:#")));
  return ResolvePlain(word) == ScalarType::kNull ? word : "";
}

std::string MendScalar(absl::string_view source, const std::string& value,
                       int indent) {
  std::string text = base::IsValidUtf8(value) ? value : MendEscapes(value);
  std::optional<std::string> reread;
  if (absl::StartsWith(source, "\"") || absl::StartsWith(source, "'")) {
    reread = QuotedScalarText(source);
  } else if (absl::StartsWith(source, "|") || absl::StartsWith(source, ">")) {
    reread = BlockScalarText(source, indent);
  }
  // They can differ in blanks and line breaks alone.
  if (!reread || !HaveSameWords(*reread, text)) return text;
  return *std::move(reread);
}

}  // namespace servo::yaml
