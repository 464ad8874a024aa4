#include "config/query.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace servo::config {
namespace {

std::string Encode(absl::string_view text) {
  std::string encoded;
  for (const char c : text) {
    if (absl::ascii_isalnum(c) || absl::StrContains("-._~", c)) {
      encoded.push_back(c);
    } else {
      absl::StrAppendFormat(&encoded, "%%%02X", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

}  // namespace

void AppendQuery(absl::string_view name, absl::string_view value,
                 std::string* url) {
  const size_t end = std::min(url->size(), url->find('#'));
  const absl::string_view front = absl::string_view(*url).substr(0, end);
  absl::string_view separator = "?";
  if (absl::StrContains(front, '?')) {
    separator = front.back() == '?' || front.back() == '&' ? "" : "&";
  }
  url->insert(end, absl::StrCat(separator, Encode(name), "=", Encode(value)));
}

}  // namespace servo::config
