// How many columns of a terminal a text takes.
#ifndef REPORT_TERMINAL_WIDTH_H_
#define REPORT_TERMINAL_WIDTH_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace servo::report {

// For all of these `text` is UTF-8 without control characters. An ill-formed
// byte takes one column.

// The columns of `text`: two for wide characters, none for combining ones.
size_t Columns(absl::string_view text);

// `text`, cut to at most `columns`, with "..." for what is left out where there
// is room for it.
std::string Fitted(absl::string_view text, size_t columns);

// `text` with blanks behind it up to `columns`; never cut.
std::string Padded(absl::string_view text, size_t columns);

}  // namespace servo::report

#endif  // REPORT_TERMINAL_WIDTH_H_
