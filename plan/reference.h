// References to what a run knows by name, in the texts of its plan (language.md
// section 4).
#ifndef PLAN_REFERENCE_H_
#define PLAN_REFERENCE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace servo::plan {

// One name in place of a value: "${{ run.id }}".
struct Reference {
  enum class Kind {
    kCapture,    // what a task has captured
    kSecret,     // secrets.NAME
    kValue,      // values.NAME
    kRun,        // run.NAME
    kMalformed,  // no name; never in a plan that was loaded
  };

  Kind kind = Kind::kCapture;
  std::string name;  // without "secrets.", "values." and "run."

  // As one would write it, without braces: "run.id".
  std::string FullName() const;
};

// All references of a plan. In its texts a placeholder stands for each: a word
// of lower-case letters and digits that the configuration does not have, so
// that it goes unchanged through every encoding that its text goes through. A
// value.
class References {
 public:
  References() = default;

  // `prefix` begins all placeholders, and nothing else in the texts; lower-case
  // letters and digits, the last one a letter.
  explicit References(std::string prefix) : prefix_(std::move(prefix)) {}

  // Adds one, and returns its placeholder.
  std::string Add(Reference reference);

  bool empty() const { return all_.empty(); }

  // Whether `text` has any.
  bool AreIn(absl::string_view text) const;

  // One piece of a text: words as they stand, or a reference.
  struct Piece {
    absl::string_view text;                // the placeholder, of a reference
    const Reference* reference = nullptr;  // null: words
  };

  // `text` in pieces, none of which is empty. They refer to `text` and to this.
  std::vector<Piece> Split(absl::string_view text) const;

  // `text` with what `value` returns in place of each reference; or the first
  // error of `value`.
  using ValueOf =
      absl::FunctionRef<absl::StatusOr<std::string>(const Reference&)>;
  absl::StatusOr<std::string> Replace(absl::string_view text,
                                      ValueOf value) const;

  // `text` with each reference as one would write it: "${{ run.id }}".
  std::string AsWritten(absl::string_view text) const;

 private:
  std::string prefix_;
  std::vector<Reference> all_;
};

}  // namespace servo::plan

#endif  // PLAN_REFERENCE_H_
