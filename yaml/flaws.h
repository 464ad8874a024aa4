// What is wrong with single nodes of a document that is YAML.
#ifndef YAML_FLAWS_H_
#define YAML_FLAWS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "yaml/location.h"

namespace servo::yaml {

class Node;

// What is wrong with one node; told only if the node matters.
struct Flaw {
  enum class Kind {
    kDuplicateKey,
    kUnknownTag,
    kBareTag,
    kTagMismatch,
    kBadMerge
  };
  Kind kind;
  Location location;
  const Node* key = nullptr;  // the duplicate
  Location first = {};        // where that key is already
};

// All that is wrong with one node: itself, and the mappings that it merges.
struct Flaws {
  std::vector<Flaw> own;
  std::vector<const Node*> merged;
};
// In words. `key` is the duplicate key as it may be shown.
std::string FlawMessage(const Flaw& flaw, absl::string_view key);

}  // namespace servo::yaml

#endif  // YAML_FLAWS_H_
