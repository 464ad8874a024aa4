// Which references may stand where.
#ifndef CONFIG_REFERENCE_CHECK_H_
#define CONFIG_REFERENCE_CHECK_H_

#include <string>

#include "absl/strings/string_view.h"
#include "plan/reference.h"
#include "yaml/reader.h"

namespace servo::config {

// Reports every reference in `section` that its place does not allow, whose
// name is not known, or that would be asked for before it is known (language.md
// section 4).
void CheckReferences(const yaml::Field& section,
                     const plan::References& references);

// `url`, which may have references where CheckReferences() allows them, with
// something in place of those that would keep it from being one: fit to be
// checked.
std::string CheckableUrl(absl::string_view url,
                         const plan::References& references);

}  // namespace servo::config

#endif  // CONFIG_REFERENCE_CHECK_H_
