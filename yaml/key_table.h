// Tables of keys for the documentation.
#ifndef YAML_KEY_TABLE_H_
#define YAML_KEY_TABLE_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "yaml/key_spec.h"

namespace servo::yaml {

// What may stand as the value of a key, in a few words: "duration > 0".
std::string TypeName(const KeySpec& spec);

// Nothing.
std::string NoRemark(const KeySpec& spec);

// The keys as a table in GitHub's Markdown, below `heading` at the third level;
// ends with a line break. `remark` follows what a key means.
std::string KeyTable(
    absl::string_view heading, absl::Span<const KeySpec> keys,
    absl::FunctionRef<std::string(const KeySpec&)> remark = NoRemark);

}  // namespace servo::yaml

#endif  // YAML_KEY_TABLE_H_
