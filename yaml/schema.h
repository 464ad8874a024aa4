// JSON Schemas (draft 07) of drivers' sections, made from their tables of keys:
// for editors, which tell mistakes and show what a key means.
//
//   std::string MySchema() {
//     return FileSchema({.title = "my driver",
//                        .description = "What my driver measures.",
//                        .name = "mine",
//                        .section_description = "All that it needs.",
//                        .keys = MappingSchema(kMyKeys)});
//   }
#ifndef YAML_SCHEMA_H_
#define YAML_SCHEMA_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "nlohmann/json.hpp"
#include "yaml/key_spec.h"

namespace servo::yaml {

using Schema = nlohmann::ordered_json;

// The values of a key whose type is a mapping with keys of its own, or a list
// of them: ValueType::kTasks, kRequest, kAuth and the like. Null aside.
using OwnType = absl::FunctionRef<Schema(const KeySpec& spec)>;

// Anything: for tables that have no such type.
Schema NoOwnType(const KeySpec& spec);

// A mapping with these keys, those that begin with kFreeKeyPrefix, and no
// others. Where a key is not required, null stands for "not given".
Schema MappingSchema(absl::Span<const KeySpec> keys, OwnType own = NoOwnType);

// A configuration file of which one driver knows its section.
struct SectionSchema {
  absl::string_view title;
  absl::string_view description;
  absl::string_view name;  // of the section
  absl::string_view section_description;
  Schema keys;                            // MappingSchema()
  Schema definitions = Schema::object();  // for references within `keys`
};

// The whole schema as text, which ends with a line break. Sections of other
// drivers may stand beside the one that it knows.
std::string FileSchema(const SectionSchema& section);

}  // namespace servo::yaml

#endif  // YAML_SCHEMA_H_
