#include "report/joined.h"

#include <cstddef>
#include <initializer_list>
#include <string>
#include <variant>

#include "absl/strings/string_view.h"
#include "base/captured.h"

namespace servo::report {

std::string Joined(std::initializer_list<TextOrOutput> parts) {
  size_t size = 0;
  for (const TextOrOutput& part : parts) {
    const auto* output = std::get_if<const base::Captured*>(&part);
    size += output != nullptr ? (*output)->TextSize()
                              : std::get<absl::string_view>(part).size();
  }
  std::string text;
  text.reserve(size);
  for (const TextOrOutput& part : parts) {
    if (const auto* output = std::get_if<const base::Captured*>(&part)) {
      (*output)->AppendText(&text);
    } else {
      text += std::get<absl::string_view>(part);
    }
  }
  return text;
}

}  // namespace servo::report
