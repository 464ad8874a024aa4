// A secret that must show nowhere, and the search for it.
#ifndef CMD_E2E_CANARY_H_
#define CMD_E2E_CANARY_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace servo::e2e {

inline constexpr absl::string_view kCanary = "hunter2Canary";

// What `text` shows of `canary`: pieces of it, or of its base64.
std::vector<std::string> ShownOf(absl::string_view canary,
                                 absl::string_view text);

// What `text` shows of kCanary.
inline std::vector<std::string> Shown(absl::string_view text) {
  return ShownOf(kCanary, text);
}

}  // namespace servo::e2e

#endif  // CMD_E2E_CANARY_H_
