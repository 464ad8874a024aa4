// The JSON in what a tool printed.
#ifndef STAGES_JSON_DOCUMENTS_H_
#define STAGES_JSON_DOCUMENTS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json_fwd.hpp"

namespace servo::stages {

// The JSON values of `text`, by the first of these that applies:
//
// 1. `text` is JSON as a whole: that value.
// 2. Each of its lines is JSON, empty ones apart: one value a line.
// 3. A line that begins with `{` or `[` begins a JSON that goes to the end:
//    that value. Tools print a line before their JSON. 100 such lines are
//    tried, and none after those that were JSON for as many bytes, taken
//    together, as `text` has: so the time is linear in its size.
//
// Else kInvalidArgument, with the place where `text` stops being JSON, of that
// which goes furthest. An empty text has no values. kResourceExhausted beyond
// the limits of jsonpath::ReadJson().
absl::StatusOr<std::vector<nlohmann::json>> ReadDocuments(
    absl::string_view text);

}  // namespace servo::stages

#endif  // STAGES_JSON_DOCUMENTS_H_
