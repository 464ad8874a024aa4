#include "yaml/source.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "base/utf8.h"

namespace servo::yaml {
namespace {

// Why a character that is well-formed UTF-8 is refused; empty if it is not.
// YAML 1.1 section 4.1.1 (printable characters).
std::string WhyRefused(absl::string_view character) {
  if (character.size() == 1) {
    const char c = character[0];
    if (c == '\0') return "found a NUL byte; is this a YAML file in UTF-8?";
    if ((c < 0x20 && c != '\t') || c == 0x7f) {
      return absl::StrFormat(
          "found the control character U+%04X; in a quoted text write "
          "\"\\x%02X\"",
          c, c);
    }
    return "";
  }
  if (character == "\u0085" || character == "\u2028" || character == "\u2029") {
    return "found an invisible line separator (U+0085, U+2028 or U+2029), "
           "which YAML's versions read differently; in a quoted text write "
           "\"\\N\", \"\\L\" or \"\\P\"";
  }
  if (character.size() == 2 && character[0] == '\xc2' &&
      static_cast<unsigned char>(character[1]) < 0xa0) {
    return "found an invisible control character (U+0080 to U+009F)";
  }
  if (character == "\uFFFE" || character == "\uFFFF") {
    return "found U+FFFE or U+FFFF, which are no characters";
  }
  return "";
}

// How many printable ASCII characters `text` begins with.
size_t PrintableLength(absl::string_view text) {
  return std::find_if_not(text.begin(), text.end(),
                          [](char c) { return absl::ascii_isprint(c); }) -
         text.begin();
}

}  // namespace

absl::string_view InvisibleCharacter(absl::string_view text) {
  constexpr std::pair<absl::string_view, absl::string_view> kCharacters[] = {
      {"\u00a0", "a no-break space (U+00A0)"},
      {"\u00ad", "a soft hyphen (U+00AD)"},
      {"\u1680", "an Ogham space (U+1680)"},
      {"\u180e", "a Mongolian vowel separator (U+180E)"},
      {"\u2000", "a wide space (U+2000)"},
      {"\u2001", "a wide space (U+2001)"},
      {"\u2002", "a wide space (U+2002)"},
      {"\u2003", "a wide space (U+2003)"},
      {"\u2004", "a narrow space (U+2004)"},
      {"\u2005", "a narrow space (U+2005)"},
      {"\u2006", "a narrow space (U+2006)"},
      {"\u2007", "a figure space (U+2007)"},
      {"\u2008", "a punctuation space (U+2008)"},
      {"\u2009", "a thin space (U+2009)"},
      {"\u200a", "a hair space (U+200A)"},
      {"\u200b", "a zero-width space (U+200B)"},
      {"\u200c", "a zero-width non-joiner (U+200C)"},
      {"\u200d", "a zero-width joiner (U+200D)"},
      {"\u200e", "a left-to-right mark (U+200E)"},
      {"\u200f", "a right-to-left mark (U+200F)"},
      {"\u202f", "a narrow no-break space (U+202F)"},
      {"\u205f", "a mathematical space (U+205F)"},
      {"\u2060", "a word joiner (U+2060)"},
      {"\u3000", "an ideographic space (U+3000)"},
      {"\ufeff", "a byte order mark (U+FEFF)"},
  };
  for (const auto& [character, name] : kCharacters) {
    if (absl::StartsWith(text, character)) return name;
  }
  return "";
}

int CountCharacters(absl::string_view text) {
  return static_cast<int>(std::count_if(
      text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

Location LastDashBefore(const Source& source, Location end) {
  const int lines = static_cast<int>(source.lines.size());
  for (int line = std::min(end.line, lines); line > 0; --line) {
    absl::string_view text = source.Line(line);
    if (line == end.line) text = text.substr(0, end.column);
    text = absl::StripTrailingAsciiWhitespace(text.substr(0, text.find('#')));
    if (text.empty()) continue;
    if (text.back() != '-') break;
    return {line, CountCharacters(text)};
  }
  return {};
}

void RefuseEndOfDocument(const Source& source) {
  for (int line = 1; line <= static_cast<int>(source.lines.size()); ++line) {
    const absl::string_view text = source.Line(line);
    const absl::string_view content = absl::StripLeadingAsciiWhitespace(text);
    if (content.empty() || content[0] == '#') continue;
    if (!absl::StartsWith(text, "...")) return;
    throw Refusal(
        {line, 1},
        "found \"...\", the end of a document, before anything of it");
  }
}

void ReadSource(absl::string_view input, size_t max_bytes, Source* result) {
  if (input.size() > max_bytes) {
    throw Refusal({}, absl::StrFormat("the file has %d bytes, more than the %d "
                                      "that are read",
                                      input.size(), max_bytes));
  }
  if (absl::StartsWith(input, "\xff\xfe") ||
      absl::StartsWith(input, "\xfe\xff")) {
    throw Refusal({1, 1}, "the file is in UTF-16; save it as UTF-8");
  }
  absl::ConsumePrefix(&input, "\uFEFF");
  Source& source = *result;
  source.text.reserve(input.size());
  source.lines.push_back(0);
  const auto here = [&source] {
    return Location{
        static_cast<int>(source.lines.size()),
        CountCharacters(
            absl::string_view(source.text).substr(source.lines.back())) +
            1};
  };
  while (!input.empty()) {
    const size_t plain = PrintableLength(input);
    if (plain > 0) {
      source.text.append(input.substr(0, plain));
      input.remove_prefix(plain);
      continue;
    }
    const char c = input[0];
    if (c == '\n' || c == '\r') {
      source.text.push_back('\n');
      source.lines.push_back(static_cast<uint32_t>(source.text.size()));
      input.remove_prefix(absl::StartsWith(input, "\r\n") ? 2 : 1);
    } else {
      const size_t length = base::Utf8SequenceLength(input);
      if (length == 0) {
        throw Refusal(here(), absl::StrFormat("invalid UTF-8: byte 0x%02x",
                                              static_cast<unsigned char>(c)));
      }
      if (std::string why = WhyRefused(input.substr(0, length)); !why.empty()) {
        throw Refusal(here(), std::move(why));
      }
      source.ascii = source.ascii && length == 1;
      source.text.append(input.substr(0, length));
      input.remove_prefix(length);
    }
  }
}

}  // namespace servo::yaml
