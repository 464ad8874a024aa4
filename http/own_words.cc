#include "http/own_words.h"

#include <algorithm>
#include <optional>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "base/masking.h"

namespace servo::http {
namespace {

// Names the payload (absl/status/status.h, "Payloads").
constexpr absl::string_view kPayload = "servo.exec/http.own_words";

}  // namespace

absl::Status WithOwnWords(absl::Status status, absl::string_view text) {
  status.SetPayload(kPayload, absl::Cord(text));
  return status;
}

std::string OwnWords(const absl::Status& status) {
  const std::optional<absl::Cord> payload = status.GetPayload(kPayload);
  return payload.has_value() ? std::string(*payload)
                             : std::string(status.message());
}

std::string ServerOf(absl::string_view url) {
  const size_t scheme = std::min(url.find("://"), url.size());
  const size_t path = url.find_first_of("/?#", scheme + 3);
  if (path == url.npos) return std::string(url);
  return absl::StrCat(url.substr(0, path), "/", base::kMask);
}

}  // namespace servo::http
