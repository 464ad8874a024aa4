// The text of scalars that go over several lines, as PyYAML reads them.
// yaml-cpp folds some lines otherwise.
#ifndef YAML_SCALAR_TEXT_H_
#define YAML_SCALAR_TEXT_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace servo::yaml {

// `source` begins with the "|" or ">" of a block scalar whose block collection
// stands in the column `indent`, counted from 0; -1 is the top of the document.
std::string BlockScalarText(absl::string_view source, int indent);

// `source` begins with the opening quote. None if it is malformed.
std::optional<std::string> QuotedScalarText(absl::string_view source);

}  // namespace servo::yaml

#endif  // YAML_SCALAR_TEXT_H_
