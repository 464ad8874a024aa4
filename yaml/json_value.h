// YAML values as JSON.
#ifndef YAML_JSON_VALUE_H_
#define YAML_JSON_VALUE_H_

#include "nlohmann/json.hpp"
#include "yaml/reader.h"

namespace servo::yaml {

// The value as JSON, by its YAML 1.1 type: `yes` is true, `010` is 8, `"1"` is
// a string. Keys are text as written; mappings keep their order. What JSON
// cannot say (infinite numbers, integers beyond 64 bits) is reported, and null
// stands in its place.
nlohmann::ordered_json ToJson(const Field& field);

}  // namespace servo::yaml

#endif  // YAML_JSON_VALUE_H_
