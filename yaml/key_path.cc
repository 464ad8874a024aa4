#include "yaml/key_path.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/quoted.h"

namespace servo::yaml {

std::string PathStep(absl::string_view key) {
  constexpr size_t kMaxBytes = 60;
  const auto is_word = [](char c) {
    return absl::ascii_isalnum(c) || c == '-' || c == '_';
  };
  if (!key.empty() && key.size() <= kMaxBytes &&
      std::all_of(key.begin(), key.end(), is_word)) {
    return absl::StrCat(".", key);
  }
  return absl::StrCat("[", base::Quoted(key), "]");
}

std::string KeyPath::ToString() const {
  std::vector<const KeyPath*> chain;
  for (const KeyPath* path = this; path != nullptr; path = path->parent_) {
    chain.push_back(path);
  }
  std::string text;
  for (auto it = chain.rbegin(); it != chain.rend(); ++it) {
    if ((*it)->is_index_) {
      absl::StrAppend(&text, "[", (*it)->index_, "]");
    } else if ((*it)->parent_ == nullptr) {
      absl::StrAppend(&text, (*it)->key_);
    } else {
      absl::StrAppend(&text, PathStep((*it)->key_));
    }
  }
  return text;
}

}  // namespace servo::yaml
