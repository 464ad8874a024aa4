#include "base/secret_forms.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "base/quote_escapes.h"
#include "base/utf8.h"

namespace servo::base {
namespace {

// What encoders of URLs leave as it is beside letters and digits: RFC 3986's
// unreserved characters; HTML forms; JavaScript's encodeURIComponent();
// Python's quote(); and those that encode only what no URL may hold.
constexpr absl::string_view kKeptInUrls[] = {
    "-._~", "*-._", "-_.!~*'()", "-._~/", "-._~!$&'()*+,;=:@/?[]",
};

size_t Characters(absl::string_view text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(),
      [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string PercentEncoded(absl::string_view value, absl::string_view kept,
                           bool upper, bool plus) {
  std::string encoded;
  for (const char c : value) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
        kept.find(c) != absl::string_view::npos) {
      encoded.push_back(c);
    } else if (c == ' ' && plus) {
      encoded.push_back('+');
    } else if (upper) {
      absl::StrAppendFormat(&encoded, "%%%02X", static_cast<unsigned char>(c));
    } else {
      absl::StrAppendFormat(&encoded, "%%%02x", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

// How writers of JSON differ.
struct JsonStyle {
  bool slash = false;       // "\/"
  absl::string_view units;  // characters written as \u003c and the like
  bool ascii = false;       // \u00e9
  bool upper = false;       // digits of \u
};

// The characters that writers of JSON keep from HTML: none; Go's and Ruby's;
// Gson's; PHP's, if told to; .NET's.
constexpr absl::string_view kUnits[] = {"", "<>&", "<>&='", "<>&'\"",
                                        "<>&'\"+`"};

// What bash leaves without a backslash in printf %q, beside letters and digits;
// newer ones take the comma, too.
constexpr absl::string_view kPlainInShells[] = {"%+-./:=@_", "%+,-./:=@_"};

std::string JsonUnit(uint32_t unit, const JsonStyle& style) {
  return style.upper ? absl::StrFormat("\\u%04X", unit)
                     : absl::StrFormat("\\u%04x", unit);
}

std::string JsonCharacter(absl::string_view character, const JsonStyle& style) {
  constexpr absl::string_view kShort = "\"\\\b\f\n\r\t";
  constexpr absl::string_view kLetters = "\"\\bfnrt";
  const char c = character[0];
  if (character.size() > 1) {
    const uint32_t code = DecodeUtf8(character);
    if (!style.ascii) return std::string(character);
    if (code < 0x10000) return JsonUnit(code, style);
    return absl::StrCat(JsonUnit(0xD800 + ((code - 0x10000) >> 10), style),
                        JsonUnit(0xDC00 + ((code - 0x10000) & 0x3FF), style));
  }
  if (style.units.find(c) != absl::string_view::npos) {
    return JsonUnit(static_cast<unsigned char>(c), style);
  }
  if (const size_t i = kShort.find(c); i != absl::string_view::npos) {
    return std::string{'\\', kLetters[i]};
  }
  if (c == '/' && style.slash) return "\\/";
  return static_cast<unsigned char>(c) < 0x20
             ? JsonUnit(static_cast<unsigned char>(c), style)
             : std::string(1, c);
}

// `value` is valid UTF-8.
std::string JsonEscaped(absl::string_view value, const JsonStyle& style) {
  std::string escaped;
  while (!value.empty()) {
    const size_t length = Utf8SequenceLength(value);
    escaped += JsonCharacter(value.substr(0, length), style);
    value.remove_prefix(length);
  }
  return escaped;
}

// Gathers forms, each once.
class Forms {
 public:
  void Add(std::string text, bool leaks_before = false,
           bool leaks_behind = false) {
    if (text.size() < kMinSecretCharacters || !seen_.insert(text).second) {
      return;
    }
    forms_.push_back({.text = std::move(text),
                      .leaks_before = leaks_before,
                      .leaks_behind = leaks_behind});
  }

  // Of the base64 of `value` behind `offset` other bytes, the characters that
  // depend on `value` alone.
  void AddBase64(absl::string_view value, size_t offset) {
    const std::string padded = absl::StrCat(std::string(offset, 'x'), value);
    const size_t first_bit = 8 * offset;
    const size_t end_bit = 8 * padded.size();
    const size_t begin = (first_bit + 5) / 6;
    const size_t count = end_bit / 6 - begin;
    const bool before = first_bit % 6 != 0;
    const bool behind = end_bit % 6 != 0;
    Add(absl::Base64Escape(padded).substr(begin, count), before, behind);
    Add(absl::WebSafeBase64Escape(padded).substr(begin, count), before, behind);
  }

  std::vector<SecretForm> Take() && { return std::move(forms_); }

 private:
  std::set<std::string> seen_;
  std::vector<SecretForm> forms_;
};

void AddLines(absl::string_view value, Forms* forms) {
  for (absl::string_view line :
       absl::StrSplit(value, absl::ByAnyChar("\r\n"))) {
    if (Characters(line) >= kMinSecretLineCharacters) {
      forms->Add(std::string(line));
    }
  }
}

void AddPercentEncoded(absl::string_view value, Forms* forms) {
  for (const absl::string_view kept : kKeptInUrls) {
    for (const bool upper : {true, false}) {
      for (const bool plus : {true, false}) {
        forms->Add(PercentEncoded(value, kept, upper, plus));
      }
    }
  }
}

// `value` is valid UTF-8.
void AddJsonEscaped(absl::string_view value, Forms* forms) {
  for (const absl::string_view units : kUnits) {
    for (const bool slash : {false, true}) {
      for (const bool ascii : {false, true}) {
        for (const bool upper : {false, true}) {
          forms->Add(JsonEscaped(value, {.slash = slash,
                                         .units = units,
                                         .ascii = ascii,
                                         .upper = upper}));
        }
      }
    }
  }
  // A JSON that is a text in another one, such as a request that is echoed.
  const std::string once = JsonEscaped(value, {});
  forms->Add(JsonEscaped(once, {}));
  forms->Add(JsonEscaped(once, {.units = kUnits[1]}));
  forms->Add(JsonEscaped(JsonEscaped(value, {.ascii = true}), {}));
}

// `value` with a backslash before each character that is `marked`.
std::string Marked(absl::string_view value,
                   absl::FunctionRef<bool(char)> marked) {
  std::string text;
  for (const char c : value) {
    // Of a character in several bytes only the first can be marked.
    const bool begins = (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    if (begins && marked(c)) text.push_back('\\');
    text.push_back(c);
  }
  return text;
}

// As shells quote it where they show commands (set -x, printf %q, export -p).
void AddShellQuoted(absl::string_view value, Forms* forms) {
  forms->Add(absl::StrReplaceAll(value, {{"'", R"('\'')"}}));   // bash
  forms->Add(absl::StrReplaceAll(value, {{"'", R"('"'"')"}}));  // dash
  forms->Add(Marked(value, [](char c) {
    return absl::StrContains("$`\"\\", c);  // in double quotes
  }));
  for (const absl::string_view plain : kPlainInShells) {
    forms->Add(Marked(value, [plain](char c) {
      const auto byte = static_cast<unsigned char>(c);
      return absl::ascii_isascii(byte) && !absl::ascii_isalnum(byte) &&
             !absl::StrContains(plain, c);
    }));
  }
  // bash's patterns: [[ x == "$SECRET" ]].
  forms->Add(Marked(value, [](char) { return true; }));
}

}  // namespace

std::vector<SecretForm> SecretForms(absl::string_view value) {
  if (Characters(value) < kMinSecretCharacters) return {};
  Forms forms;
  forms.Add(std::string(value));
  AddLines(value, &forms);
  for (const size_t offset : {0, 1, 2}) forms.AddBase64(value, offset);
  AddPercentEncoded(value, &forms);
  const std::string valid = ToValidUtf8(value);
  AddJsonEscaped(valid, &forms);
  AddShellQuoted(value, &forms);
  forms.Add(absl::Utf8SafeCHexEscape(value));
  forms.Add(EscapeForQuotes(value));
  if (valid != value) {
    forms.Add(valid);
    AddLines(valid, &forms);
  }
  return std::move(forms).Take();
}

}  // namespace servo::base
