// Problems of a configuration as JSON, for editors and for CI annotations.
#ifndef CMD_DIAGNOSTICS_JSON_H_
#define CMD_DIAGNOSTICS_JSON_H_

#include "absl/strings/string_view.h"
#include "nlohmann/json_fwd.hpp"
#include "yaml/diagnostics.h"

namespace servo::cmd {

// A list of {"severity": "error" | "warning", "message", "path", "task",
// "range"}; keys that have nothing to tell are left out. A range is {"start":
// {"line", "column"}, "end": {"line", "column"}}: counted from 1, columns in
// characters, the end behind the last one. It is the word, quoted text or sign
// that begins at the problem's place in `text`, the file.
nlohmann::ordered_json DiagnosticsJson(const yaml::Diagnostics& diagnostics,
                                       absl::string_view text);

}  // namespace servo::cmd

#endif  // CMD_DIAGNOSTICS_JSON_H_
