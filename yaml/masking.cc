#include "yaml/masking.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/mask_credentials.h"
#include "re2/re2.h"

namespace servo::yaml {
namespace {

// What names of secrets contain, in any case. The key `auth` itself is none:
// its mapping has a key `password`.
constexpr char kSecretWord[] =
    "(?:authoriz|authent|auth[-_]|[-_]auth|cookie|credential|passw(?:or)?d|"
    "passphrase|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|"
    "signature)";

// As many stars as `text` has characters, so that carets stay in place.
std::string Stars(absl::string_view text) {
  const auto continues = [](char c) { return (c & 0xc0) == 0x80; };
  return std::string(
      text.size() - std::count_if(text.begin(), text.end(), continues), '*');
}

}  // namespace

bool IsSecretName(absl::string_view name) {
  static const RE2* const kName =
      new RE2(absl::string_view("(?i)" + std::string(kSecretWord)));
  return RE2::PartialMatch(name, *kName);
}

std::string MaskLine(absl::string_view line) {
  // A key, perhaps quoted, then all of its value: quoted text, or what is left
  // of the line.
  static const RE2* const kEntry =
      new RE2("(?i)[\\w-]*" + std::string(kSecretWord) +
              "[\\w-]*[\"']?\\s*[:=]\\s*"
              "(\"(?:[^\"\\\\]|\\\\.)*\"|'[^']*'|\\S.*)");
  static const RE2* const kUrl = new RE2("://([^/\\s\"']*)@");
  std::string masked(line);
  for (const RE2* pattern : {kEntry, kUrl}) {
    absl::string_view rest = masked;
    absl::string_view secret;
    while (RE2::FindAndConsume(&rest, *pattern, &secret)) {
      masked.replace(secret.data() - masked.data(), secret.size(),
                     Stars(secret));
      // Stars() may be shorter: go on after what now stands there.
      rest = absl::string_view(masked).substr(masked.size() - rest.size());
    }
  }
  return masked;
}

std::string MaskUrl(absl::string_view url) {
  static const RE2* const kParam = new RE2(
      "(?i)([?&][^=&#]*" + std::string(kSecretWord) + "[^=&#]*=)[^&#]*");
  std::string masked = base::MaskCredentials(url);
  RE2::GlobalReplace(&masked, *kParam, absl::StrCat("\\1", kMask));
  return masked;
}

}  // namespace servo::yaml
