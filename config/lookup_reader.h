// Reading where a value is found.
#ifndef CONFIG_LOOKUP_READER_H_
#define CONFIG_LOOKUP_READER_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "jsonpath/path.h"
#include "plan/lookup.h"
#include "yaml/reader.h"

namespace servo::config {

// How a look-up is written, for messages.
inline constexpr absl::string_view kLookupForm =
    "{regex: PATTERN} or {jsonpath: PATH}";

// Reads one JSONPath; none after reporting what is wrong with it.
std::optional<jsonpath::Path> ReadPath(const yaml::Field& field);

// Reads one regular expression. Null if none is given, and after reporting what
// is wrong with it.
plan::Lookup::Regex ReadRegex(const yaml::Field& field);

// Reads the keys from, regex and jsonpath of `keys`, whose table begins with
// those of metric_keys.h. `mode` is that of the task (keys.h). Problems are
// reported, and what has some keeps its default.
plan::Lookup ReadLookup(const yaml::MappingReader& keys, unsigned mode);

}  // namespace servo::config

#endif  // CONFIG_LOOKUP_READER_H_
