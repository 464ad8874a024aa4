#include "cmd/e2e/canary.h"

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace servo::e2e {
namespace {

// Appends the pieces of `secret` that are this long and stand in `text`.
void AppendShown(absl::string_view secret, size_t size, absl::string_view text,
                 std::vector<std::string>* shown) {
  for (size_t i = 0; i + size <= secret.size(); ++i) {
    const absl::string_view piece = secret.substr(i, size);
    if (absl::StrContains(text, piece)) shown->emplace_back(piece);
  }
}

}  // namespace

std::vector<std::string> ShownOf(absl::string_view canary,
                                 absl::string_view text) {
  std::vector<std::string> shown;
  AppendShown(canary, 5, text, &shown);
  for (const absl::string_view before : {"", "x", "xx"}) {
    const std::string encoded =
        absl::Base64Escape(absl::StrCat(before, canary));
    AppendShown(absl::string_view(encoded).substr(4, 12), 8, text, &shown);
  }
  return shown;
}

}  // namespace servo::e2e
