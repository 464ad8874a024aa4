#include "report/html_text.h"

#include <cstddef>

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

}  // namespace servo::report
