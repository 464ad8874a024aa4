#include "yaml/mapping_entries.h"

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "yaml/flaws.h"
#include "yaml/source.h"

namespace servo::yaml {
namespace {

// Up to this many entries a mapping is searched without an index.
constexpr size_t kSmallMapping = 16;

// Where each key of a mapping stands in a list of entries.
class Index {
 public:
  explicit Index(const std::vector<Node::Entry>* entries)
      : entries_(*entries) {}

  // The position of the entry with this key; -1 if there is none. Entries may
  // have been added to the list meanwhile, and their values changed.
  int Find(absl::string_view key) {
    if (entries_.size() > kSmallMapping) {
      for (; indexed_ < entries_.size(); ++indexed_) {
        const Node& other = *entries_[indexed_].key;
        if (!other.is_scalar()) continue;
        by_key_.emplace(other.text(), static_cast<int>(indexed_));
      }
      const auto found = by_key_.find(key);
      return found == by_key_.end() ? -1 : found->second;
    }
    for (size_t i = 0; i < entries_.size(); ++i) {
      const Node& other = *entries_[i].key;
      if (other.is_scalar() && other.text() == key) return static_cast<int>(i);
    }
    return -1;
  }

 private:
  const std::vector<Node::Entry>& entries_;
  size_t indexed_ = 0;
  absl::flat_hash_map<absl::string_view, int> by_key_;
};

}  // namespace

absl::Span<const Node::Entry> MappingEntries::Resolve(
    Node* node, absl::Span<const Node::Entry> entries) {
  std::vector<const Node*> merges;
  for (const Node::Entry& entry : entries) {
    if (!entry.key->is_merge_key()) continue;
    if (merges.empty()) rep_.NoteMerge(node, entry.key->location());
    merges.push_back(entry.value);
  }
  DropDuplicates(node, entries);
  if (merges.empty()) return unique_;
  Merge(node, merges);
  return merged_;
}

void MappingEntries::DropDuplicates(Node* node,
                                    absl::Span<const Node::Entry> entries) {
  unique_.clear();
  Index index(&unique_);
  for (const Node::Entry& entry : entries) {
    const int found =
        entry.key->is_scalar() ? index.Find(entry.key->text()) : -1;
    if (found < 0) {
      unique_.push_back(entry);
      continue;
    }
    rep_.AddFlaw(node, {Flaw::Kind::kDuplicateKey, entry.key->location(),
                        entry.key, unique_[found].key->location()});
    unique_[found].value = entry.value;
  }
}

void MappingEntries::Merge(Node* node, const std::vector<const Node*>& merges) {
  merged_.clear();
  Index index(&merged_);
  bool first = true;  // whose keys need no search: they are unique
  const auto take = [&](const Node::Entry& entry) {
    if (++merged_entries_ > Document::kMaxMergedEntries) {
      throw Refusal(node->location(),
                    absl::StrFormat("found merge keys that bring more than "
                                    "%d entries in all",
                                    Document::kMaxMergedEntries));
    }
    const int found =
        !first && entry.key->is_scalar() ? index.Find(entry.key->text()) : -1;
    if (found >= 0) {
      merged_[found] = entry;
    } else {
      merged_.push_back(entry);
    }
  };
  for (const Node* value : merges) {
    for (const Node* mapping : Mappings(node, value)) {
      for (const Node::Entry& entry : mapping->entries()) take(entry);
      first = false;
    }
  }
  first = false;
  for (const Node::Entry& entry : unique_) {
    if (!entry.key->is_merge_key()) take(entry);
  }
}

std::vector<const Node*> MappingEntries::Mappings(Node* node,
                                                  const Node* value) {
  std::vector<const Node*> mappings;
  bool fits = true;
  if (value->kind() == Node::Kind::kSequence) {
    mappings.assign(value->items().rbegin(), value->items().rend());
    for (const Node* item : mappings) {
      fits = fits && item->kind() == Node::Kind::kMapping;
    }
  } else {
    mappings.push_back(value);
    fits = value->kind() == Node::Kind::kMapping;
  }
  if (!fits) {
    rep_.AddFlaw(node, {Flaw::Kind::kBadMerge, value->location()});
    return {};
  }
  for (const Node* mapping : mappings) InheritFlaws(node, mapping);
  return mappings;
}

void MappingEntries::InheritFlaws(Node* node, const Node* mapping) {
  if (mapping->flawed()) rep_.InheritFlaws(node, mapping);
}

}  // namespace servo::yaml
