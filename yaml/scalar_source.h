// How a scalar is written in the text of a document: what yaml-cpp's events do
// not tell, or tell otherwise than PyYAML. Internal to this package.
#ifndef YAML_SCALAR_SOURCE_H_
#define YAML_SCALAR_SOURCE_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace servo::yaml {

// Where the scalar begins whose anchor, tag or text stands at `pos` of
// `source`: behind anchor and tag.
size_t ScalarBegin(absl::string_view source, size_t pos);

// Whether `text` begins with a quote that is not closed.
bool IsUnclosedQuote(absl::string_view text);

// Whether `source` begins with a scalar in quotes that are not empty, or with
// a block scalar.
bool IsOverLines(absl::string_view source);

// Whether `source` begins with a "!" that is a whole tag, perhaps behind an
// anchor.
bool BeginsWithBareTag(absl::string_view source);

// Whether a colon comes first behind the end of a scalar, which may be a quote
// and blanks.
bool BeginsWithColon(absl::string_view source);

// The plain null that `source` begins with; empty if there is none.
absl::string_view NullText(absl::string_view source);

// `value`, which yaml-cpp made of the scalar that `source` begins with, as
// PyYAML reads it. `indent` is that of BlockScalarText() (scalar_text.h).
std::string MendScalar(absl::string_view source, const std::string& value,
                       int indent);

}  // namespace servo::yaml

#endif  // YAML_SCALAR_SOURCE_H_
