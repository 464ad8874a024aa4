// Commands and other free text without the secrets that their words announce.
#ifndef BASE_MASK_COMMAND_H_
#define BASE_MASK_COMMAND_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace servo::base {

// One line with the values of secret names (IsSecretName()) and the credentials
// of URLs replaced by kMask. A value follows "=" or ":", or a blank if the name
// is an option ("--token VALUE"). It ends where its quotes do, those around the
// whole included; unquoted, at a blank or "&" after "=", at the end of the line
// after ":".
std::string MaskText(absl::string_view line);

// The arguments of a command, each masked so; the one after an option with a
// secret name, and a "user:password" after curl's -u, are kMask.
std::vector<std::string> MaskArguments(absl::Span<const std::string> argv);

}  // namespace servo::base

#endif  // BASE_MASK_COMMAND_H_
