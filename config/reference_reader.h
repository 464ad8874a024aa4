// Finding the references in the texts of a configuration.
#ifndef CONFIG_REFERENCE_READER_H_
#define CONFIG_REFERENCE_READER_H_

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/base/attributes.h"
#include "absl/strings/string_view.h"
#include "plan/reference.h"

namespace servo::config {

// Reads "${{ NAME }}" in texts. What is between the braces may be any text:
// where a reference may stand, and which, is not looked at.
class ReferenceReader {
 public:
  // More are left as they are.
  static constexpr size_t kMaxReferences = 100'000;

  // `file` is the whole configuration, in which no placeholder may be.
  explicit ReferenceReader(absl::string_view file ABSL_ATTRIBUTE_LIFETIME_BOUND)
      : file_(file) {}

  // `text` with a placeholder for each reference, and "${{" for each "$${{";
  // none if it has neither. For yaml::Document::Parse().
  std::optional<std::string> Rewrite(absl::string_view text);

  // Whether there were more than kMaxReferences.
  bool too_many() const { return too_many_; }

  // All that were found. Last call.
  plan::References Take() { return std::move(references_); }

 private:
  const absl::string_view file_;
  bool begun_ = false;
  bool too_many_ = false;
  size_t count_ = 0;
  plan::References references_;
};

// Whether `name` can be a capture's, a secret's or a value's:
// [A-Za-z_][A-Za-z0-9_]{0,63}.
bool IsReferenceName(absl::string_view name);

}  // namespace servo::config

#endif  // CONFIG_REFERENCE_READER_H_
