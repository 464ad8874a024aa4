// What a plain (unquoted) scalar means in YAML 1.1.
#ifndef YAML_SCALAR_H_
#define YAML_SCALAR_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace servo::yaml {

enum class ScalarType { kNull, kBool, kInt, kFloat, kString };

// The type of a plain scalar by the YAML 1.1 type repository
// (https://yaml.org/type/) as PyYAML's safe loader reads it: `yes`, `on` and
// `True` are booleans, `010` is octal, `1:30` is sexagesimal, `1.5e+3` is a
// float but `1e3` is a string. Dates and `=`, types of their own there, are
// strings here.
ScalarType ResolvePlain(absl::string_view text);

// The value of a text whose type is kBool; none for other texts.
std::optional<bool> ParseBool(absl::string_view text);

// The value of a text whose type is kInt; none for other texts, and for a
// number beyond 64 bits.
std::optional<int64_t> ParseInt(absl::string_view text);

// The value of a text whose type is kInt or kFloat, infinite and NaN included;
// none for other texts.
std::optional<double> ParseFloat(absl::string_view text);

}  // namespace servo::yaml

#endif  // YAML_SCALAR_H_
