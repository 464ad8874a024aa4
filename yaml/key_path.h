// Where a value stands in the tree: "exec.start[1].timeout".
#ifndef YAML_KEY_PATH_H_
#define YAML_KEY_PATH_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace servo::yaml {

// How a key is written in a path after what it belongs to: ".timeout", or
// `["X.Y"]` if it holds more than letters, digits, "-" and "_"; cut if long.
std::string PathStep(absl::string_view key);

// A path as a chain that costs nothing until it is shown. Each refers to its
// parent and its key's text, which must outlive it.
class KeyPath {
 public:
  // A top-level key.
  explicit KeyPath(absl::string_view key) : key_(key) {}

  // A key, as it may be shown, or an item counted from 0, of `parent`.
  KeyPath(const KeyPath* parent, absl::string_view key)
      : parent_(parent), key_(key) {}
  KeyPath(const KeyPath* parent, size_t index)
      : parent_(parent), index_(index), is_index_(true) {}

  std::string ToString() const;

 private:
  const KeyPath* parent_ = nullptr;
  absl::string_view key_;
  size_t index_ = 0;
  bool is_index_ = false;
};

}  // namespace servo::yaml

#endif  // YAML_KEY_PATH_H_
