#include "http/retry_after.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"

namespace servo::http {
namespace {

std::optional<absl::Time> ParseHttpDate(absl::string_view text) {
  // IMF-fixdate, the obsolete RFC 850 form, and asctime(3)'s.
  for (const char* format :
       {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT",
        "%a %b %e %H:%M:%S %Y"}) {
    absl::Time time;
    if (absl::ParseTime(format, text, &time, /*err=*/nullptr)) return time;
  }
  return std::nullopt;
}

bool IsDigits(absl::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

}  // namespace

std::optional<absl::Duration> RetryAfter(const Headers& headers,
                                         absl::Time now) {
  const std::string* value = FindHeader(headers, "Retry-After");
  if (value == nullptr) return std::nullopt;
  const absl::string_view text = absl::StripAsciiWhitespace(*value);
  absl::Duration wait;
  if (IsDigits(text)) {
    uint64_t seconds = 0;
    // More digits than fit are many seconds all the same.
    wait = absl::SimpleAtoi(text, &seconds) && seconds < 1'000'000'000
               ? absl::Seconds(seconds)
               : kMaxRetryAfter;
  } else if (std::optional<absl::Time> date = ParseHttpDate(text)) {
    wait = *date - now;
  } else {
    return std::nullopt;
  }
  return std::clamp(wait, absl::ZeroDuration(), kMaxRetryAfter);
}

}  // namespace servo::http
