#include "report/thin_points.h"

#include <algorithm>
#include <cstddef>

namespace servo::report {

void ThinPoints(std::vector<std::pair<double, double>>* points) {
  const auto by_value = [](const auto& one, const auto& other) {
    return one.second < other.second;
  };
  size_t kept = 0;
  for (size_t i = 0; i < points->size(); i += 4) {
    const auto begin = points->begin() + static_cast<ptrdiff_t>(i);
    const auto end = points->begin() +
                     static_cast<ptrdiff_t>(std::min(i + 4, points->size()));
    auto [first, second] = std::minmax_element(begin, end, by_value);
    if (second < first) std::swap(first, second);
    const std::pair<double, double> two[] = {*first, *second};
    const bool differ = first != second;
    (*points)[kept++] = two[0];
    if (differ) (*points)[kept++] = two[1];
  }
  points->resize(kept);
}

}  // namespace servo::report
