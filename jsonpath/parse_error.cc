#include "jsonpath/parse_error.h"

#include "absl/strings/str_cat.h"

namespace servo::jsonpath {

std::string ParseError::ToString() const {
  return absl::StrCat("offset ", offset, ": expected ", expected, ", found ",
                      found, hint.empty() ? "" : "; ", hint);
}

absl::Status ParseError::ToStatus() const {
  return absl::InvalidArgumentError(ToString());
}

}  // namespace servo::jsonpath
