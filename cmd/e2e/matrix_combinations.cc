#include "cmd/e2e/matrix_combinations.h"

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace servo::e2e {

bool Combination::exists() const {
  if (is_hostile() && mode != Mode::kRequest) return false;
  if (behaviour == Behaviour::kDescriptorsGone &&
      (mode == Mode::kRequest || limit != Limit::kDescriptors)) {
    return false;
  }
#ifdef __SANITIZE_ADDRESS__
  // The sanitizer wants terabytes of address space.
  if (limit == Limit::kMemory) return false;
#endif
  if (phase != Phase::kWindow) return behaviour < Behaviour::kReady;
  if (mode == Mode::kRequest) return false;
  return !cannot_start() || !interrupted();
}

std::string Combination::Name() const {
  return absl::StrCat(kModeNames[static_cast<int>(mode)], "_",
                      kBehaviourNames[static_cast<int>(behaviour)], "_in_",
                      kPhaseNames[static_cast<int>(phase)], "_met_by_",
                      kInterruptionNames[static_cast<int>(interruption)],
                      kLimitNames[static_cast<int>(limit)]);
}

std::vector<Combination> Combinations(int every) {
  std::vector<Combination> all;
  for (Mode mode : kModes) {
    for (int b = 0; b < kBehaviours; ++b) {
      for (int p = 0; p < kPhases; ++p) {
        for (int i = 0; i < kInterruptions; ++i) {
          for (int l = 0; l < kLimits; ++l) {
            Combination combination = {
                mode, static_cast<Behaviour>(b), static_cast<Phase>(p),
                static_cast<Interruption>(i), static_cast<Limit>(l)};
            if (combination.exists()) all.push_back(combination);
          }
        }
      }
    }
  }
  std::vector<Combination> chosen;
  for (size_t i = 0; i < all.size(); i += every) chosen.push_back(all[i]);
  return chosen;
}

}  // namespace servo::e2e
