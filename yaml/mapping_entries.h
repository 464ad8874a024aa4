// The entries of a mapping after duplicate keys and merge keys. Internal to
// this package.
#ifndef YAML_MAPPING_ENTRIES_H_
#define YAML_MAPPING_ENTRIES_H_

#include <cstddef>
#include <vector>

#include "absl/types/span.h"
#include "yaml/document.h"
#include "yaml/document_rep.h"

namespace servo::yaml {

class MappingEntries {
 public:
  explicit MappingEntries(DocumentRep* rep) : rep_(*rep) {}

  // The entries of the mapping `node`, which is written with `entries`; until
  // the next call. Duplicate keys and impossible merges become flaws of `node`.
  // Throws Refusal if merges bring too much.
  absl::Span<const Node::Entry> Resolve(Node* node,
                                        absl::Span<const Node::Entry> entries);

 private:
  // Sets unique_ to `entries` without duplicate keys, which are recorded; the
  // last value wins, as in PyYAML.
  void DropDuplicates(Node* node, absl::Span<const Node::Entry> entries);

  // Sets merged_ to unique_ with the entries of `merges` put in front: of a
  // list the earlier mapping wins, and unique_ wins over all.
  void Merge(Node* node, const std::vector<const Node*>& merges);

  // The mappings that `value`, after a merge key of `node`, brings: the weakest
  // first.
  std::vector<const Node*> Mappings(Node* node, const Node* value);

  // Makes the flaws of a merged mapping flaws of `node`: they would be out of
  // reach otherwise.
  void InheritFlaws(Node* node, const Node* mapping);

  DocumentRep& rep_;
  std::vector<Node::Entry> unique_;
  std::vector<Node::Entry> merged_;
  size_t merged_entries_ = 0;
};

}  // namespace servo::yaml

#endif  // YAML_MAPPING_ENTRIES_H_
