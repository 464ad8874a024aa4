#include "jsonpath/places.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace servo::jsonpath {
namespace {

void AppendCharacter(char c, std::string* path) {
  constexpr absl::string_view kEscaped = "\b\f\n\r\t'\\";
  constexpr absl::string_view kLetters = "bfnrt'\\";
  const size_t known = kEscaped.find(c);
  if (known != absl::string_view::npos) {
    *path += '\\';
    *path += kLetters[known];
  } else if (static_cast<unsigned char>(c) < 0x20) {
    absl::StrAppendFormat(path, "\\u%04x", static_cast<unsigned>(c));
  } else {
    *path += c;
  }
}

}  // namespace

size_t LeastPathLength(const Places::Node& node) {
  size_t length = 1;
  for (const auto* step = node.step; step != nullptr; step = step->parent) {
    length += 3 + (step->name == nullptr ? 0 : step->name->size());
  }
  return length;
}

std::string NormalizedPath(const Places::Node& node) {
  std::vector<const Places::Step*> steps;
  for (const auto* step = node.step; step != nullptr; step = step->parent) {
    steps.push_back(step);
  }
  std::string path = "$";
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    if ((*step)->name == nullptr) {
      absl::StrAppend(&path, "[", (*step)->index, "]");
      continue;
    }
    path += "['";
    for (char c : *(*step)->name) AppendCharacter(c, &path);
    path += "']";
  }
  return path;
}

}  // namespace servo::jsonpath
