// Texts without secrets: the one primitive that masks by value.
#ifndef BASE_REDACTOR_H_
#define BASE_REDACTOR_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "base/masking.h"
#include "base/secret_forms.h"

namespace servo::base {

// Knows secrets, and replaces each in any of its forms (secret_forms.h) by
// "***" (kMask of masking.h), also where line breaks split a form as they split
// base64 (unwrapped.h). Values can be added at any time. Not thread-safe.
//
// Mask first, then cut: a secret that a cut has split is not found any more.
// Where a text comes cut, Cut says so.
//
// Time is linear in the text, and well below what writing it costs: most bytes
// are skipped over. With no secret it costs nothing. Where a text is nearly a
// long secret again and again, what begins like it is masked as well.
class Redactor {
 public:
  // Where a text was cut from a longer one. There, also what can be the rest of
  // a secret is masked, down to a single byte.
  struct Cut {
    bool before = false;
    bool behind = false;
  };

  Redactor() = default;
  Redactor(const Redactor&) = delete;
  Redactor& operator=(const Redactor&) = delete;

  // Masks `value` from now on. False, and nothing changes, if it has fewer than
  // kMinSecretCharacters. A value that is known already is no mistake.
  bool Add(absl::string_view value);

  // Whether there is nothing to mask.
  bool empty() const { return forms_.empty(); }

  // The most bytes that a form takes in a text: how much of it beyond a cut has
  // to be looked at to find all secrets before it. 0 if empty().
  size_t longest() const { return 2 * longest_; }  // line breaks take no more

  // What in `text` gives secrets away: in order, and what overlaps as one.
  std::vector<TextRange> Find(absl::string_view text, Cut cut) const;

  // `text` without secrets.
  std::string Redact(std::string text, Cut cut) const;
  std::string Redact(std::string text) const {
    return Redact(std::move(text), Cut());
  }

  // The same of a message, which shows excerpts: where "..." stands for what
  // was left out, the 4 bytes or more of a secret beside it are masked too.
  std::string RedactMessage(std::string message) const;

 private:
  struct Form {
    SecretForm form;
    int32_t next;  // of those with the same hash, or -1
  };

  void Insert(size_t index);
  void Rebuild();
  std::vector<TextRange> Search(absl::string_view text) const;
  static bool Stands(const std::string& form, absl::string_view text,
                     size_t* bytes_in_vain);
  void Take(absl::string_view text, size_t at, size_t hash,
            size_t* bytes_in_vain, std::vector<TextRange>* found) const;
  void FindInLines(absl::string_view text, Cut cut,
                   std::vector<TextRange>* found) const;
  size_t CutSuffix(absl::string_view text) const;
  size_t CutPrefix(absl::string_view text) const;

  std::vector<Form> forms_;
  absl::flat_hash_set<std::string> texts_;  // of `forms_`
  size_t longest_ = 0;

  // The search is Wu and Manber's: of each form its first `window_` bytes
  // count, which is as many as the shortest has. The last block of what stands
  // in the window tells how far the window can move.
  size_t window_ = 0;
  std::vector<uint8_t> shift_;   // by hash
  std::vector<int32_t> bucket_;  // of shift 0: the first form
};

}  // namespace servo::base

#endif  // BASE_REDACTOR_H_
