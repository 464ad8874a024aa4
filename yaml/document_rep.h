// What a Document holds. Internal to this package.
#ifndef YAML_DOCUMENT_REP_H_
#define YAML_DOCUMENT_REP_H_

#include <algorithm>
#include <cstddef>
#include <deque>
#include <memory_resource>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "yaml/document.h"
#include "yaml/flaws.h"
#include "yaml/source.h"

namespace servo::yaml {

struct DocumentRep {
  // Records what is wrong with `node`.
  void AddFlaw(Node* node, const Flaw& flaw) {
    node->flawed_ = true;
    flaws[node].own.push_back(flaw);
  }

  // Makes the flaws of `merged` flaws of `node`, too.
  void InheritFlaws(Node* node, const Node* merged) {
    node->flawed_ = true;
    flaws[node].merged.push_back(merged);
  }

  // The text of `node` as it is written, whatever it was rewritten to.
  absl::string_view WrittenText(const Node& node) const {
    const auto found = rewritten.find(&node);
    return found == rewritten.end() ? node.text() : found->second;
  }

  // Records where an alias is the item `index` of `list`, or `merge` brings
  // entries to `mapping`. Of more than a limit the rest is forgotten: messages
  // then tell where the collection begins.
  void NoteAlias(const Node* list, size_t index, Location alias) {
    if (aliases.size() < kMaxUses)
      aliases.emplace(std::pair(list, index), alias);
  }
  void NoteMerge(const Node* mapping, Location merge) {
    if (merges.size() < kMaxUses) merges.emplace(mapping, merge);
  }

  // A copy of `values` that stays where it is.
  template <typename Value>
  absl::Span<const Value> Keep(absl::Span<const Value> values) {
    std::pmr::polymorphic_allocator<Value> allocator(&memory);
    Value* const kept = allocator.allocate(values.size());
    std::copy(values.begin(), values.end(), kept);
    return {kept, values.size()};
  }

  static constexpr size_t kMaxUses = 200'000;

  std::string file_name;
  Source source;
  // Stable addresses: nodes point into all of these.
  std::pmr::monotonic_buffer_resource memory;  // of nodes, items and entries
  std::pmr::deque<Node> nodes{&memory};        // in the order of the text
  std::deque<std::string> texts;
  absl::flat_hash_map<const Node*, Flaws> flaws;
  absl::flat_hash_map<std::pair<const Node*, size_t>, Location> aliases;
  absl::flat_hash_map<const Node*, Location> merges;
  // The texts before rewriting, of those that were rewritten.
  absl::flat_hash_map<const Node*, absl::string_view> rewritten;
  const Node* root = nullptr;
};

}  // namespace servo::yaml

#endif  // YAML_DOCUMENT_REP_H_
