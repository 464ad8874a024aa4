// What a node is by its tag and its text. Internal to this package.
#ifndef YAML_TAGS_H_
#define YAML_TAGS_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "yaml/document.h"
#include "yaml/flaws.h"

namespace servo::yaml {

// What YAML 1.1 takes a plain scalar for.
Node::Kind KindOfPlain(absl::string_view text);

struct TaggedScalar {
  Node::Kind kind = Node::Kind::kString;
  std::optional<Flaw::Kind> flaw = std::nullopt;
};

// A scalar with the tag `tag`, as yaml-cpp has it: "?" for a plain one without
// a tag, "!" for one in quotes or a block.
TaggedScalar ResolveTag(absl::string_view tag, absl::string_view text);

// Whether a list or mapping can have this tag.
bool FitsCollection(absl::string_view tag, Node::Kind kind);

}  // namespace servo::yaml

#endif  // YAML_TAGS_H_
