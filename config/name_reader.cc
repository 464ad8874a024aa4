#include "config/name_reader.h"

#include "absl/strings/ascii.h"
#include "base/nearest.h"
#include "config/reference_reader.h"

namespace servo::config {

bool HasControlCharacter(absl::string_view text) {
  constexpr char kLeadOfC1 = '\xc2';
  for (size_t i = 0; i < text.size(); ++i) {
    if (absl::ascii_iscntrl(text[i])) return true;
    const bool is_c1 = text[i] == kLeadOfC1 && i + 1 < text.size() &&
                       static_cast<unsigned char>(text[i + 1]) < 0xa0;
    if (is_c1) return true;
  }
  return false;
}

bool CheckReferenceName(const yaml::Field& name) {
  if (name.node().is_scalar() && IsReferenceName(name.node().text())) {
    return true;
  }
  name.Error(
      "expected a name of letters, digits and \"_\", 64 at most, the first no "
      "digit");
  return false;
}

void KnownNames::Add(absl::string_view name) {
  if (!all_.insert(name).second) return;
  if (first_.size() <= kMostCompared) first_.push_back(name);
}

absl::string_view KnownNames::Nearest(absl::string_view name) const {
  if (all_.size() > kMostCompared) return "";
  return base::Nearest(name, first_);
}

}  // namespace servo::config
