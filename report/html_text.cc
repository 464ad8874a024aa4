#include "report/html_text.h"

#include <charconv>
#include <cmath>
#include <cstddef>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace servo::report {

void AppendHtml(absl::string_view text, std::string* html) {
  size_t begin = 0;
  const auto replace = [&](size_t at, absl::string_view with) {
    html->append(text.data() + begin, at - begin);
    html->append(with);
    begin = at + 1;
  };
  for (size_t i = 0; i < text.size(); ++i) {
    switch (text[i]) {
      case '&':
        replace(i, "&amp;");
        break;
      case '<':
        replace(i, "&lt;");
        break;
      case '>':
        replace(i, "&gt;");
        break;
      case '"':
        replace(i, "&quot;");
        break;
      case '\'':
        replace(i, "&#39;");
        break;
      case '\0':
        replace(i, "\uFFFD");
        break;
      default:
        break;
    }
  }
  html->append(text.substr(begin));
}

void AppendJson(absl::string_view text, std::string* json) {
  constexpr char kHex[] = "0123456789abcdef";
  json->push_back('"');
  size_t begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const unsigned char c = static_cast<unsigned char>(text[i]);
    const bool is_separator = c == 0xE2 && i + 2 < text.size() &&
                              (absl::StartsWith(text.substr(i), "\u2028") ||
                               absl::StartsWith(text.substr(i), "\u2029"));
    if (c >= 0x20 && c != '"' && c != '\\' && c != '<' && c != '>' &&
        c != '&' && c != 0x7F && !is_separator) {
      continue;
    }
    json->append(text.data() + begin, i - begin);
    if (is_separator) {
      json->append(text[i + 2] == '\xA8' ? "\\u2028" : "\\u2029");
      i += 2;
    } else if (c == '\n') {
      json->append("\\n");
    } else if (c == '"' || c == '\\') {
      json->push_back('\\');
      json->push_back(static_cast<char>(c));
    } else {
      json->append("\\u00");
      json->push_back(kHex[c >> 4]);
      json->push_back(kHex[c & 15]);
    }
    begin = i + 1;
  }
  json->append(text.substr(begin));
  json->push_back('"');
}

void AppendSeconds(double seconds, std::string* json) {
  AppendNumber(std::round(seconds * 1e6) / 1e6, json);
}

void AppendNumber(double number, std::string* json) {
  if (number == std::trunc(number) && std::abs(number) < 1e15) {
    absl::StrAppend(json, static_cast<int64_t>(number));
    return;
  }
  char buffer[40];
  const std::to_chars_result result =
      std::to_chars(buffer, buffer + sizeof(buffer), number);
  json->append(buffer, result.ptr);
}

}  // namespace servo::report
