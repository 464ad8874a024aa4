// The JSON Schema of the section.
#ifndef CONFIG_SCHEMA_H_
#define CONFIG_SCHEMA_H_

#include <string>

namespace servo::config {

// The schema (https://json-schema.org, draft-07, which editors understand best)
// of a configuration file, made from the tables of keys.h, for editors to
// complete and check by. Ends with a line break. YAML 1.1 is meant: an editor
// that reads YAML 1.2 takes `yes` for a text.
std::string JsonSchema();

}  // namespace servo::config

#endif  // CONFIG_SCHEMA_H_
