// Thinning what is too much to show.
#ifndef STAGES_EVENLY_CHOSEN_H_
#define STAGES_EVENLY_CHOSEN_H_

#include <cstddef>
#include <vector>

namespace servo::stages {

// At most `max` of `all`, in their order and evenly chosen.
template <typename T>
std::vector<T> EvenlyChosen(const std::vector<T>& all, size_t max) {
  if (all.size() <= max) return all;
  std::vector<T> chosen;
  chosen.reserve(max);
  for (size_t i = 0; i < max; ++i) {
    chosen.push_back(all[i * all.size() / max]);
  }
  return chosen;
}

}  // namespace servo::stages

#endif  // STAGES_EVENLY_CHOSEN_H_
