// The forms in which a secret appears in texts.
#ifndef BASE_SECRET_FORMS_H_
#define BASE_SECRET_FORMS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace servo::base {

// The fewest characters of a secret, and of a line of one, that are masked.
// Shorter ones stand in too many texts by chance.
inline constexpr size_t kMinSecretCharacters = 4;
inline constexpr size_t kMinSecretLineCharacters = 8;

// One text that gives a secret away.
struct SecretForm {
  std::string text;  // kMinSecretCharacters bytes or more

  // Base64 only: whether the character of that alphabet before or behind the
  // text holds some bits of the secret as well.
  bool leaks_before = false;
  bool leaks_behind = false;
};

// All forms of `value`: itself; each of its lines of kMinSecretLineCharacters
// or more; its base64, standard and for URLs, at each of the three offsets that
// what stands before it can give it ("user:secret" too); percent-encoded, in
// either case, with "%20" or "+", and with more or fewer characters left as
// they are; escaped as in JSON, as several libraries do and where it stands in
// another one, and in this program's quotes; quoted as shells show it; and what
// becomes of it where ill-formed UTF-8 is replaced. Each once. None if `value`
// has fewer than kMinSecretCharacters.
std::vector<SecretForm> SecretForms(absl::string_view value);

}  // namespace servo::base

#endif  // BASE_SECRET_FORMS_H_
