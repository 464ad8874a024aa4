// The texts of the sections `secrets` and `values`, read when a run begins.
#ifndef CONFIG_VALUE_TEXTS_H_
#define CONFIG_VALUE_TEXTS_H_

#include <cstddef>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/redactor.h"
#include "plan/value_source.h"
#include "yaml/diagnostics.h"

namespace servo::config {

// The most that a text may have, in bytes.
inline constexpr size_t kMaxValueBytes = 64 * 1024;

// The text of one entry, from its file or this process's environment, without
// one line end at its end. A file is a regular one, of any owner, after links.
// The errors name the source and say why, never a text: there is none; it
// cannot be read; it is empty, has more than kMaxValueBytes, or a NUL
// character.
absl::StatusOr<std::string> ReadValueText(const plan::ValueSource& source);

using ValueTexts = std::map<std::string, std::string>;  // by name

// The texts of all entries; what cannot be read is left out and added to
// `diagnostics`, as a problem of this severity.
ValueTexts ReadValueTexts(absl::Span<const plan::NamedValue> entries,
                          yaml::Severity unreadable,
                          yaml::Diagnostics* diagnostics);

// The same of secrets, and `redactor` masks them from now on. Those that are
// too short to be masked are warned of.
ValueTexts ReadSecretTexts(absl::Span<const plan::NamedValue> secrets,
                           yaml::Severity unreadable, base::Redactor* redactor,
                           yaml::Diagnostics* diagnostics);

// Removes the variables that hold secrets from this process's environment, so
// that no task inherits them.
void HideVariables(absl::Span<const plan::NamedValue> secrets);

// The same of the variables that tell a task what is known of its run, in case
// this process is a task of another driver's run: what is unknown is not set.
void HideRunVariables();

}  // namespace servo::config

#endif  // CONFIG_VALUE_TEXTS_H_
