// JSON without secrets.
#ifndef BASE_REDACT_JSON_H_
#define BASE_REDACT_JSON_H_

#include "base/redactor.h"
#include "nlohmann/json_fwd.hpp"

namespace servo::base {

// Masks the texts of `json`, at any depth, as a Redactor masks messages. Keys,
// numbers and structure stay.
void RedactStrings(const Redactor& redactor, nlohmann::json* json);
void RedactStrings(const Redactor& redactor, nlohmann::ordered_json* json);

}  // namespace servo::base

#endif  // BASE_REDACT_JSON_H_
