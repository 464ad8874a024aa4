#include "base/quote_masking.h"

#include <utility>

#include "base/utf8.h"

namespace servo::base {
namespace {

// Quotes are made deep below whoever knows the secrets, so it is no parameter.
thread_local const Redactor* current = nullptr;

}  // namespace

QuoteMasking::QuoteMasking(const Redactor* redactor)
    : before_(std::exchange(current, redactor)) {}

QuoteMasking::~QuoteMasking() { current = before_; }

std::string MaskedForQuote(std::string text) {
  return current == nullptr ? text : current->Redact(std::move(text));
}

std::string BeginForQuote(absl::string_view text, size_t max_bytes, bool* cut) {
  std::string masked;
  absl::string_view shown = text;
  *cut = false;
  if (current != nullptr && !current->empty()) {
    // As much as can reach into what is shown.
    const size_t wanted = max_bytes + 1 + current->longest();
    *cut = text.size() > wanted;
    masked =
        current->Redact(std::string(text.substr(0, wanted)), {.behind = *cut});
    shown = masked;
  }
  if (shown.size() > max_bytes) {
    *cut = true;
    shown = FirstBytes(shown, max_bytes);
  }
  return std::string(shown);
}

}  // namespace servo::base
