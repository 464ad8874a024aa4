// Texts made of outputs.
#ifndef REPORT_JOINED_H_
#define REPORT_JOINED_H_

#include <initializer_list>
#include <string>
#include <variant>

#include "absl/strings/string_view.h"
#include "base/captured.h"

namespace servo::report {

using TextOrOutput = std::variant<absl::string_view, const base::Captured*>;

// The texts, and what Captured::Text() shows of the outputs, one after the
// other. There may be much of an output, so nothing is copied twice.
std::string Joined(std::initializer_list<TextOrOutput> parts);

}  // namespace servo::report

#endif  // REPORT_JOINED_H_
