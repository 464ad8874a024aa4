#include "base/errno_text.h"

#include <cstring>

#include "absl/strings/str_cat.h"

namespace servo::base {

std::string ErrnoText(int error) {
  const char* text = strerrordesc_np(error);
  return text != nullptr ? text : absl::StrCat("error ", error);
}

}  // namespace servo::base
