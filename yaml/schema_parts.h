// Pieces of JSON Schemas, for those that add rules to what MappingSchema()
// makes.
#ifndef YAML_SCHEMA_PARTS_H_
#define YAML_SCHEMA_PARTS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "yaml/schema.h"

namespace servo::yaml {

// Patterns are what ECMAScript and Python have in common. Where `$` stands for
// the end, Python lets a line break follow: what must not hold one is said by
// `not`.
inline constexpr char kTokenPattern[] = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$";
// In a header's value: control characters but the tab.
inline constexpr char kControlPattern[] =
    "[\\u0000-\\u0008\\u000a-\\u001f\\u007f]";
inline constexpr char kCredentialsPattern[] = "^[^/]*//[^/?#]*@";

// The whole numbers from 0 to `max`, with zeros in front.
std::string UpTo(int max);

// `word` with its letters in either case.
std::string AnyCase(absl::string_view word);

Schema AnyOf(Schema alternatives);

// What an editor says of any other value; the texts of patterns say nothing to
// people. Editors that don't know the keyword ignore it.
Schema Expecting(absl::string_view what, Schema schema);

// Any scalar but null.
Schema Text();

// The same, of which a string has one character at least.
Schema NonEmptyText();

// The same with one that is no blank.
Schema NonBlankText();

// Any text in which `pattern` is not found.
Schema TextWithout(absl::string_view pattern);

// A mapping of any names to texts.
Schema TextMap(Schema names, Schema texts);

}  // namespace servo::yaml

#endif  // YAML_SCHEMA_PARTS_H_
