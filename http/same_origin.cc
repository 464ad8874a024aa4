#include "http/same_origin.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "http/url.h"

namespace servo::http {
namespace {

bool HasDefaultPort(const Url& url) {
  return url.port() == (url.is_https() ? "443" : "80");
}

bool IsSameOrigin(const Url& asked, const Url& url) {
  if (!absl::EqualsIgnoreCase(asked.host(), url.host()) ||
      asked.zone() != url.zone()) {
    return false;
  }
  if (asked.is_https() == url.is_https()) return asked.port() == url.port();
  return url.is_https() && HasDefaultPort(asked) && HasDefaultPort(url);
}

std::string OriginText(const Url& url) {
  return absl::StrCat(url.is_https() ? "https://" : "http://", url.host(), ":",
                      url.port());
}

}  // namespace

absl::StatusOr<std::string> ResolveWithinOrigin(absl::string_view reference,
                                                absl::string_view base,
                                                absl::string_view asked) {
  const absl::StatusOr<Url> from = Url::Parse(base);
  const absl::StatusOr<Url> origin = Url::Parse(asked);
  if (!from.ok() || !origin.ok()) {
    return absl::InvalidArgumentError("does not come from a request");
  }
  // It would be the URL that it comes from: what was created cannot be there.
  if (reference.substr(0, reference.find('#')).empty()) {
    return absl::InvalidArgumentError("is empty");
  }
  if (std::any_of(reference.begin(), reference.end(), absl::ascii_iscntrl)) {
    return absl::InvalidArgumentError("has a control character");
  }
  const absl::StatusOr<Url> url = from->Resolve(reference);
  if (!url.ok()) return absl::InvalidArgumentError("is no URL");
  if (url->auth().has_value()) {
    return absl::InvalidArgumentError("has credentials");
  }
  if (!IsSameOrigin(*origin, *url)) {
    return absl::InvalidArgumentError(
        absl::StrCat("leads to ", OriginText(*url),
                     ", another origin than that of the request that it comes "
                     "from, ",
                     OriginText(*origin)));
  }
  const std::string text = url->ToString();
  return text.substr(0, text.find('#'));
}

}  // namespace servo::http
