// Problems of a configuration as JSON, for editors and for CI annotations.
#ifndef YAML_DIAGNOSTICS_JSON_H_
#define YAML_DIAGNOSTICS_JSON_H_

#include "absl/strings/string_view.h"
#include "nlohmann/json_fwd.hpp"
#include "yaml/diagnostics.h"

namespace servo::yaml {

// A list of {"severity": "error" | "warning" | "note", "message", "path",
// "task", "range", "used"}; keys that have nothing to tell are left out. A
// range is {"start":
// {"line", "column"}, "end": {"line", "column"}}: counted from 1, columns in
// characters, the end behind the last one. It is the word, quoted text or sign
// that begins at the problem's place in `text`, the file.
nlohmann::ordered_json DiagnosticsJson(const Diagnostics& diagnostics,
                                       absl::string_view text);

}  // namespace servo::yaml

#endif  // YAML_DIAGNOSTICS_JSON_H_
