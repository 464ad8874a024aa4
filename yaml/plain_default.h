// What the default of a key means where it is plainly written, found when
// compiling.
#ifndef YAML_PLAIN_DEFAULT_H_
#define YAML_PLAIN_DEFAULT_H_

#include <optional>

#include "absl/strings/string_view.h"

namespace servo::yaml {

// The number that `text` is in plain decimal notation ("10", "0.5"); none if it
// is written otherwise, or could mean another number in YAML ("010").
constexpr std::optional<double> PlainDecimal(absl::string_view text) {
  double digits = 0;
  double scale = 1;
  bool fraction = false;
  if (text.empty() || text.front() == '.' || text.back() == '.' ||
      (text.size() > 1 && text[0] == '0' && text[1] != '.')) {
    return std::nullopt;
  }
  for (const char c : text) {
    if (c == '.' && !fraction) {
      fraction = true;
      continue;
    }
    if (c < '0' || c > '9' || digits > 1e14) return std::nullopt;
    digits = digits * 10 + (c - '0');
    if (fraction) scale *= 10;
  }
  // Both are whole numbers that a double holds, so this rounds once.
  return digits / scale;
}

// What "true" and "false" mean; none if `text` is anything else.
constexpr std::optional<bool> PlainFlag(absl::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

}  // namespace servo::yaml

#endif  // YAML_PLAIN_DEFAULT_H_
