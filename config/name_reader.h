// Names within a configuration: what they look like, and which one a mistyped
// one means.
#ifndef CONFIG_NAME_READER_H_
#define CONFIG_NAME_READER_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "yaml/reader.h"

namespace servo::config {

// Whether `text`, which is UTF-8, has a control character: C0, DEL or C1.
bool HasControlCharacter(absl::string_view text);

// Whether the value `name`, a key, can be a capture's, a secret's or a value's
// name (IsReferenceName()); else that is reported.
bool CheckReferenceName(const yaml::Field& name);

// Names that are known, as many as there may be. They must outlive it.
class KnownNames {
 public:
  void Add(absl::string_view name);
  bool contains(absl::string_view name) const { return all_.contains(name); }

  // The one that a mistyped name most likely means; empty if there is none, or
  // if there are so many that comparing them would take long.
  absl::string_view Nearest(absl::string_view name) const;

 private:
  static constexpr size_t kMostCompared = 1000;

  absl::flat_hash_set<absl::string_view> all_;
  std::vector<absl::string_view> first_;  // in the order of their arrival
};

}  // namespace servo::config

#endif  // CONFIG_NAME_READER_H_
