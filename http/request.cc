#include "http/request.h"

#include "absl/strings/match.h"

namespace servo::http {

const std::string* FindHeader(const Headers& headers, const std::string& name) {
  for (const auto& [key, value] : headers) {
    if (absl::EqualsIgnoreCase(key, name)) return &value;
  }
  return nullptr;
}

}  // namespace servo::http
