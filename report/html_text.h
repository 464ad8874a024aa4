// Texts in an HTML page, so that nothing in them is taken for markup.
#ifndef REPORT_HTML_TEXT_H_
#define REPORT_HTML_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace servo::report {

// Appends `text` as text of an element or a quoted attribute. NUL, which HTML
// does not have, becomes U+FFFD.
void AppendHtml(absl::string_view text, std::string* html);

}  // namespace servo::report

#endif  // REPORT_HTML_TEXT_H_
