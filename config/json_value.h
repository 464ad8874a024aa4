// YAML values as JSON.
#ifndef CONFIG_JSON_VALUE_H_
#define CONFIG_JSON_VALUE_H_

#include "config/reader.h"
#include "nlohmann/json.hpp"

namespace servo::config {

// The value as JSON, by its YAML 1.1 type: `yes` is true, `010` is 8, `"1"` is
// a string. Keys are text as written; mappings keep their order. What JSON
// cannot say (infinite numbers, keys that are no scalars, integers beyond 64
// bits) is reported, and null stands in its place.
nlohmann::ordered_json ToJson(const Field& field);

}  // namespace servo::config

#endif  // CONFIG_JSON_VALUE_H_
