#include "base/mask_credentials.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace servo::base {
namespace {

// RFC 3986 section 3.1, but for the first letter.
bool IsScheme(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(c) || c == '+' || c == '-' || c == '.';
  });
}

}  // namespace

std::string MaskCredentials(absl::string_view url) {
  const size_t scheme_end = url.find("://");
  size_t begin = 0;
  size_t end = url.size();
  if (scheme_end != absl::string_view::npos &&
      IsScheme(url.substr(0, scheme_end))) {
    begin = url.find_first_not_of('/', scheme_end + 1);
    if (begin == absl::string_view::npos) return std::string(url);
    end = std::min(url.size(), url.find_first_of("/?#", begin));
    const absl::string_view authority = url.substr(begin, end - begin);
    const size_t colon = authority.rfind(':');
    if (!absl::StrContains(authority, '@') && !authority.starts_with('[') &&
        colon != absl::string_view::npos) {
      const absl::string_view port = authority.substr(colon + 1);
      if (!std::all_of(port.begin(), port.end(), absl::ascii_isdigit)) {
        end = url.size();
      }
    }
  }
  const size_t at = url.substr(begin, end - begin).rfind('@');
  if (at == absl::string_view::npos) return std::string(url);
  return absl::StrCat(url.substr(0, begin), "***", url.substr(begin + at));
}

}  // namespace servo::base
