#include "http/url.h"

#include <algorithm>
#include <utility>

#include "absl/log/check.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/masking.h"
#include "base/utf8.h"

namespace servo::http {
namespace {

constexpr absl::string_view kExample = "http://host:8080/path";

// `url`, whose secrets are masked, in quotes.
std::string Quoted(absl::string_view url) {
  return absl::StrCat(
      "\"", absl::Utf8SafeCHexEscape(base::ToValidUtf8(url)), "\"");
}

bool IsBlankOrControl(char c) {
  return absl::ascii_iscntrl(c) || absl::ascii_isspace(c);
}

std::string Reason(CURLUcode code) {
  switch (code) {
    case CURLUE_NO_HOST:
      return "names no host";
    case CURLUE_BAD_PORT_NUMBER:
      return "has a port that is not a number from 1 to 65535";
    case CURLUE_BAD_IPV6:
      return "has a malformed IPv6 address for a host";
    case CURLUE_BAD_HOSTNAME:
      return "has a character in its host name that none may have";
    case CURLUE_BAD_SLASHES:
    case CURLUE_BAD_SCHEME:
    case CURLUE_UNSUPPORTED_SCHEME:
      return "is neither http:// nor https://";
    default:
      return absl::StrCat("is malformed: ", curl_url_strerror(code));
  }
}

// What curl's parser would let pass or would tell less clearly; empty if
// nothing.
std::string ProblemOfText(absl::string_view text) {
  if (text.empty()) return absl::StrCat("is empty; expected ", kExample);
  if (std::any_of(text.begin(), text.end(), IsBlankOrControl)) {
    return "holds a blank or a control character; write it percent-encoded, a "
           "blank as %20";
  }
  if (!absl::StartsWithIgnoreCase(text, "http://") &&
      !absl::StartsWithIgnoreCase(text, "https://")) {
    return absl::StrCat("begins with neither http:// nor https://; expected ",
                        kExample);
  }
  const absl::string_view rest = text.substr(text.find("//") + 2);
  // curl, as browsers do, would take the first segment of the path for the
  // host.
  if (rest.empty() || rest.front() == '/') return Reason(CURLUE_NO_HOST);
  // Browsers end the host at a backslash, curl does not: what is meant cannot
  // be told.
  if (absl::StrContains(rest.substr(0, rest.find_first_of("/?#")), '\\')) {
    return Reason(CURLUE_BAD_HOSTNAME);
  }
  return "";
}

// What is wrong with the host and port of a URL that curl's parser accepts;
// empty if nothing.
std::string ProblemOfAuthority(absl::string_view host, absl::string_view port) {
  if (!std::all_of(host.begin(), host.end(), absl::ascii_isascii)) {
    return "has a host name beyond ASCII; write its IDNA form (xn--...)";
  }
  if (port == "0") return Reason(CURLUE_BAD_PORT_NUMBER);
  return "";
}

}  // namespace

Url::Url(CURLU* handle) : handle_(handle, &curl_url_cleanup) {
  CHECK(handle != nullptr) << "out of memory";
}

absl::StatusOr<Url> Url::Parse(absl::string_view text) {
  auto malformed = [&](absl::string_view why) {
    return absl::InvalidArgumentError(
        absl::StrCat("the URL ", Quoted(base::UrlOutline(text)), " ", why));
  };
  if (std::string why = ProblemOfText(text); !why.empty()) {
    return malformed(why);
  }
  Url url(curl_url());
  const CURLUcode code =
      curl_url_set(url.handle(), CURLUPART_URL, std::string(text).c_str(),
                   CURLU_NON_SUPPORT_SCHEME | CURLU_URLENCODE);
  if (code != CURLUE_OK) return malformed(Reason(code));
  url.is_https_ = absl::StartsWithIgnoreCase(text, "https:");
  if (std::string why =
          ProblemOfAuthority(url.host(), url.Part(CURLUPART_PORT));
      !why.empty()) {
    return malformed(why);
  }
  if (absl::StrContains(text, '@') && !url.TakeAuth().ok()) {
    return malformed(
        "has a user name or password with a broken percent-encoding or a "
        "control character");
  }
  return url;
}

absl::StatusOr<Url> Url::Resolve(absl::string_view reference) const {
  auto refused = [&](absl::string_view why) {
    return absl::FailedPreconditionError(
        absl::StrCat("the redirect to ", Quoted(base::MaskUrl(reference)),
                     " cannot be followed: it ", why));
  };
  Url url(curl_url_dup(handle()));
  const CURLUcode code = curl_url_set(
      url.handle(), CURLUPART_URL, std::string(reference).c_str(),
      CURLU_NON_SUPPORT_SCHEME | CURLU_URLENCODE | CURLU_ALLOW_SPACE);
  if (code != CURLUE_OK) return refused(Reason(code));
  const std::string scheme = url.Part(CURLUPART_SCHEME);
  url.is_https_ = scheme == "https";
  if (!url.is_https_ && scheme != "http") {
    return refused(Reason(CURLUE_UNSUPPORTED_SCHEME));
  }
  if (std::string why =
          ProblemOfAuthority(url.host(), url.Part(CURLUPART_PORT));
      !why.empty()) {
    return refused(why);
  }
  if (!url.TakeAuth().ok()) return refused("has malformed credentials");
  return url;
}

absl::Status Url::TakeAuth() {
  auto decoded = [&](CURLUPart part, CURLUcode none,
                     std::string* out) -> absl::Status {
    char* text = nullptr;
    const CURLUcode code = curl_url_get(handle(), part, &text, CURLU_URLDECODE);
    if (code == CURLUE_OK) *out = text;
    curl_free(text);
    if (code == CURLUE_OK || code == none) return absl::OkStatus();
    return absl::InvalidArgumentError(curl_url_strerror(code));
  };
  BasicAuth auth;
  absl::Status status = decoded(CURLUPART_USER, CURLUE_NO_USER, &auth.username);
  status.Update(
      decoded(CURLUPART_PASSWORD, CURLUE_NO_PASSWORD, &auth.password));
  if (!status.ok()) return status;
  curl_url_set(handle(), CURLUPART_USER, nullptr, 0);
  curl_url_set(handle(), CURLUPART_PASSWORD, nullptr, 0);
  if (!auth.username.empty() || !auth.password.empty()) {
    auth_ = std::move(auth);
  }
  return absl::OkStatus();
}

std::string Url::Part(CURLUPart part, unsigned flags) const {
  char* text = nullptr;
  if (curl_url_get(handle(), part, &text, flags) != CURLUE_OK) return "";
  std::string result = text;
  curl_free(text);
  return result;
}

std::string Url::host() const { return Part(CURLUPART_HOST); }
std::string Url::port() const {
  return Part(CURLUPART_PORT, CURLU_DEFAULT_PORT);
}
std::string Url::ToString() const { return Part(CURLUPART_URL); }

}  // namespace servo::http
