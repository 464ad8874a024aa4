// What yaml-cpp says of a text that is no YAML, for the person who wrote it.
#ifndef YAML_PARSE_ERRORS_H_
#define YAML_PARSE_ERRORS_H_

#include <string>

#include "absl/types/span.h"
#include "yaml-cpp/exceptions.h"
#include "yaml/source.h"

namespace servo::yaml {

// Translates yaml-cpp's exception. Nothing of the text itself is told, since it
// may be a secret. `open` is where the innermost collection begins that was not
// complete; `anchors` are the names of the anchors above.
Refusal ExplainError(const YAML::Exception& error, const Source& source,
                     Location open, absl::Span<const std::string> anchors);

}  // namespace servo::yaml

#endif  // YAML_PARSE_ERRORS_H_
