// Whether JSON keeps to a JSON Schema: as much of draft 7 as this project's own
// schemas use.
#ifndef REPORT_TESTING_JSON_SCHEMA_H_
#define REPORT_TESTING_JSON_SCHEMA_H_

#include <string>

#include "nlohmann/json.hpp"

namespace servo::report {

// What is wrong with `value`, with its place; empty if nothing is. References
// are looked up in `root`. A keyword that is not known here is a problem too,
// so that nothing passes since nobody looked.
std::string SchemaProblem(const nlohmann::json& root,
                          const nlohmann::json& schema,
                          const nlohmann::json& value,
                          const std::string& place = "");

// The same of a line of events.jsonl, by the definition of its kind.
std::string EventProblem(const nlohmann::json& events_schema,
                         const nlohmann::json& event);

}  // namespace servo::report

#endif  // REPORT_TESTING_JSON_SCHEMA_H_
