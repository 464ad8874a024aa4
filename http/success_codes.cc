#include "http/success_codes.h"

#include "absl/status/status.h"

namespace servo::http {

base::CodeRanges DefaultSuccessCodes() { return base::CodeRanges(200, 399); }

absl::StatusOr<base::CodeRanges> ParseSuccessCodes(
    absl::Span<const std::string> texts) {
  if (texts.empty()) {
    return absl::InvalidArgumentError(
        "the list of status codes is empty, so that no answer could succeed");
  }
  base::CodeRanges codes;
  for (const std::string& text : texts) {
    if (absl::Status status = codes.Add(text, kStatusCodeLimits);
        !status.ok()) {
      return status;
    }
  }
  return codes;
}

}  // namespace servo::http
