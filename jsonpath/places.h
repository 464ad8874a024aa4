// What the evaluator knows of a value that it has found: nothing more, or its
// place too. Internal.
#ifndef JSONPATH_PLACES_H_
#define JSONPATH_PLACES_H_

#include <cstddef>
#include <deque>
#include <string>

#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace servo::jsonpath {

// Values alone.
class NoPlaces {
 public:
  using Node = const nlohmann::json*;
  static constexpr size_t kStepsPerVisit = 1;

  static const nlohmann::json& Value(Node node) { return *node; }
  static Node Root(const nlohmann::json& root) { return &root; }
  static Node Member(Node, const std::string&, const nlohmann::json& value) {
    return &value;
  }
  static Node Element(Node, size_t, const nlohmann::json& value) {
    return &value;
  }
};

// Values with the steps that lead to them, which live as long as this.
class Places {
 public:
  struct Step {
    const Step* parent;
    const std::string* name;  // null for an element
    size_t index;
  };
  struct Node {
    const nlohmann::json* value = nullptr;
    const Step* step = nullptr;  // null for the root
  };
  static constexpr size_t kStepsPerVisit = 4;  // Each may take memory.

  static const nlohmann::json& Value(const Node& node) { return *node.value; }
  static Node Root(const nlohmann::json& root) { return {&root, nullptr}; }
  Node Member(const Node& parent, const std::string& name,
              const nlohmann::json& value) {
    steps_.push_back({parent.step, &name, 0});
    return {&value, &steps_.back()};
  }
  Node Element(const Node& parent, size_t index, const nlohmann::json& value) {
    steps_.push_back({parent.step, nullptr, index});
    return {&value, &steps_.back()};
  }

 private:
  std::deque<Step> steps_;
};

// The length in bytes that NormalizedPath() has at least.
size_t LeastPathLength(const Places::Node& node);

// RFC 9535, section 2.7: $['name'][0].
std::string NormalizedPath(const Places::Node& node);

}  // namespace servo::jsonpath

#endif  // JSONPATH_PLACES_H_
