#include "base/nearest.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace servo::base {
namespace {

// Longer names are not compared.
constexpr size_t kMaxLength = 64;

// Shorter names are not taken for beginnings.
constexpr size_t kMinPrefix = 3;

char Fold(char c) { return c == '-' ? '_' : absl::ascii_tolower(c); }

// The optimal string alignment distance, row by row: `row[j]` is the distance
// from the first i characters of `a` to the first j of `b`.
size_t Distance(absl::string_view a, absl::string_view b) {
  std::vector<size_t> before(b.size() + 1);
  std::vector<size_t> last(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    std::swap(before, last);
    std::swap(last, row);
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const bool same = Fold(a[i - 1]) == Fold(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + !same});
      const bool swapped = i > 1 && j > 1 && Fold(a[i - 1]) == Fold(b[j - 2]) &&
                           Fold(a[i - 2]) == Fold(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

}  // namespace

absl::string_view Nearest(absl::string_view name,
                          absl::Span<const absl::string_view> candidates) {
  if (name.size() > kMaxLength) return "";
  absl::string_view nearest;
  size_t least = kMaxLength;
  for (const absl::string_view candidate : candidates) {
    if (name.size() >= kMinPrefix && absl::StartsWith(candidate, name)) {
      return candidate;
    }
    const size_t distance = Distance(name, candidate);
    const size_t longer = std::max(name.size(), candidate.size());
    if (distance < least && distance * 3 <= longer) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

}  // namespace servo::base
