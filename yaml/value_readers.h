// Reading values of the types that tasks and requests have in common.
#ifndef YAML_VALUE_READERS_H_
#define YAML_VALUE_READERS_H_

#include <cstddef>
#include <string>

#include "absl/functional/function_ref.h"
#include "base/code_ranges.h"
#include "yaml/reader.h"

namespace servo::yaml {

// Each works as Field::Read() does: true if the value or the default was stored
// in `out`, or nothing is given; else the problem has been reported.

// A code, a range, or a list of them.
bool ReadCodes(const Field& field, const base::CodeRanges::Limits& limits,
               base::CodeRanges* out);

// A number of bytes, or a text with the suffix K (1024) or M (1024 K).
bool ReadBytes(const Field& field, size_t max, size_t* out);

// The name of a signal, with or without "SIG", in any case, or its number.
bool ReadSignal(const Field& field, int* out);

// A mapping of texts to texts: `take` gets each name and its value. Null is no
// text. Values are never shown, nor are names that do not look like one.
void ReadTextMap(
    const Field& field,
    absl::FunctionRef<void(const Field& value, const std::string& name,
                           const std::string& text)>
        take);

}  // namespace servo::yaml

#endif  // YAML_VALUE_READERS_H_
