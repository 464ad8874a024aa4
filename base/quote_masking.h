// What messages quote is masked before it is cut.
#ifndef BASE_QUOTE_MASKING_H_
#define BASE_QUOTE_MASKING_H_

#include <cstddef>
#include <string>

#include "absl/base/attributes.h"
#include "absl/strings/string_view.h"
#include "base/redactor.h"

namespace servo::base {

// As long as it lives, what its thread quotes is without the secrets of
// `redactor`. Quotes are made in all layers, for errors above all, where nobody
// knows of secrets; and what was cut in the middle of a secret cannot be masked
// any more. The newest one counts.
class QuoteMasking {
 public:
  explicit QuoteMasking(const Redactor* redactor ABSL_ATTRIBUTE_LIFETIME_BOUND);
  ~QuoteMasking();
  QuoteMasking(const QuoteMasking&) = delete;
  QuoteMasking& operator=(const QuoteMasking&) = delete;

 private:
  const Redactor* const before_;
};

// `text` without secrets; nothing changes without a QuoteMasking.
std::string MaskedForQuote(std::string text);

// The first `max_bytes` of `text`, masked before it is cut, without a character
// that the cut would split. `*cut` is whether something is left out.
std::string BeginForQuote(absl::string_view text, size_t max_bytes, bool* cut);

}  // namespace servo::base

#endif  // BASE_QUOTE_MASKING_H_
