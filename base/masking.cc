#include "base/masking.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace servo::base {
namespace {

// What names of secrets contain, with "_" for "-" and in lower case. The name
// "auth" itself is none: it is a mapping's key.
constexpr absl::string_view kSecretParts[] = {
    "authoriz", "authent",     "auth_",     "_auth",      "cookie",
    "credent",  "passwd",      "password",  "passphrase", "pgpass",
    "_pass",    "pass_",       "_pwd",      "secret",     "token",
    "apikey",   "api_key",     "accesskey", "access_key", "privatekey",
    "jwt",      "private_key", "signature", "bearer",
};
constexpr absl::string_view kSecretNames[] = {"pass", "pwd", "pw", "sig"};

std::string Fold(absl::string_view name) {
  std::string folded = absl::AsciiStrToLower(name);
  std::replace(folded.begin(), folded.end(), '-', '_');
  return folded;
}

// A word in lower case, in upper case, or capitalized.
bool IsWord(absl::string_view word) {
  if (!std::all_of(word.begin(), word.end(), absl::ascii_isalpha)) return false;
  if (std::all_of(word.begin(), word.end(), absl::ascii_isupper)) return true;
  return word.empty() ||
         std::all_of(word.begin() + 1, word.end(), absl::ascii_islower);
}

}  // namespace

std::string MaskRanges(absl::string_view text,
                       const std::vector<TextRange>& ranges) {
  std::string masked;
  size_t shown = 0;  // what is before is written, or masked
  for (const auto& [begin, end] : ranges) {
    absl::StrAppend(&masked, text.substr(shown, begin - shown), kMask);
    shown = end;
  }
  absl::StrAppend(&masked, text.substr(shown));
  return masked;
}

bool IsSecretName(absl::string_view name) {
  const std::string folded = Fold(name);
  const auto is_part = [&folded](absl::string_view part) {
    return absl::StrContains(folded, part);
  };
  return std::any_of(std::begin(kSecretParts), std::end(kSecretParts),
                     is_part) ||
         std::find(std::begin(kSecretNames), std::end(kSecretNames), folded) !=
             std::end(kSecretNames);
}

bool LooksLikeName(absl::string_view text) {
  constexpr size_t kMaxBytes = 40;
  if (text.empty() || text.size() > kMaxBytes) return false;
  for (const absl::string_view word :
       absl::StrSplit(text, absl::ByAnyChar("-_."))) {
    if (!IsWord(word)) return false;
  }
  return std::any_of(text.begin(), text.end(), absl::ascii_isalpha);
}

}  // namespace servo::base
