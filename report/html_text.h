// Texts in an HTML page and in JSON, so that nothing in them is taken for
// markup.
#ifndef REPORT_HTML_TEXT_H_
#define REPORT_HTML_TEXT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace servo::report {

// Appends `text` as text of an element or a quoted attribute. NUL, which HTML
// does not have, becomes U+FFFD.
void AppendHtml(absl::string_view text, std::string* html);

// Appends valid UTF-8 as a JSON string that may also stand in a script element
// or a script: `<`, `>`, `&`, U+2028, U+2029 and control characters are
// escaped.
void AppendJson(absl::string_view text, std::string* json);

// Appends a time in seconds, exact to a microsecond, as a JSON number.
void AppendSeconds(double seconds, std::string* json);

// Appends the shortest decimal that is `number`, which is finite; without an
// exponent or a point if it is an integer below 1e15.
void AppendNumber(double number, std::string* json);

}  // namespace servo::report

#endif  // REPORT_HTML_TEXT_H_
