// JSON from outside: bounded, without exceptions, and with the place where it
// stops being JSON.
#ifndef JSONPATH_BOUNDED_JSON_H_
#define JSONPATH_BOUNDED_JSON_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "jsonpath/parse_error.h"
#include "nlohmann/json.hpp"

namespace servo::jsonpath {

struct JsonLimits {
  size_t max_depth = 1'000;       // arrays and objects within one another
  size_t max_values = 5'000'000;  // some 20 to 150 bytes of memory each
};

// `text`, which must be one JSON value (RFC 8259) with nothing but white space
// around it; a byte order mark before it is skipped. Of members of one name the
// last one counts.
//
// kInvalidArgument if it is none, or has a number that no double can hold; the
// message, and `*error` if not null, say at which byte. They quote one
// character at most, so they give no secret away. kResourceExhausted beyond the
// limits; `*error` then says where the text is too deep.
absl::StatusOr<nlohmann::json> ReadJson(absl::string_view text,
                                        const JsonLimits& limits = {},
                                        ParseError* error = nullptr);

}  // namespace servo::jsonpath

#endif  // JSONPATH_BOUNDED_JSON_H_
