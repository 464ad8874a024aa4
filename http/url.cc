#include "http/url.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/log/check.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/masking.h"
#include "base/quoted.h"

namespace servo::http {
namespace {

constexpr absl::string_view kExample = "http://host:8080/path";

// What RFC 3986 has no place for in a path or query, beside control characters.
bool MustBeEncoded(char c) {
  switch (c) {
    case ' ':
    case '{':
    case '}':
    case '"':
    case '<':
    case '>':
    case '|':
    case '\\':
    case '^':
    case '`':
      return true;
    default:
      return !absl::ascii_isascii(c);
  }
}

std::string Encoded(absl::string_view text) {
  std::string encoded;
  for (const char& c : text) {
    if (MustBeEncoded(c)) {
      absl::StrAppend(&encoded, "%",
                      absl::AsciiStrToUpper(
                          absl::BytesToHexString(absl::string_view(&c, 1))));
    } else {
      encoded += c;
    }
  }
  return encoded;
}

// `text` up to the end of its scheme and authority, 0 if it has neither.
size_t EndOfAuthority(absl::string_view text) {
  size_t begin = 0;
  if (absl::StartsWithIgnoreCase(text, "http:")) begin = strlen("http:");
  if (absl::StartsWithIgnoreCase(text, "https:")) begin = strlen("https:");
  if (!absl::StartsWith(text.substr(begin), "//")) return begin;
  return std::find_if(text.begin() + begin + 2, text.end(),
                      [](char c) { return c == '/' || c == '?' || c == '#'; }) -
         text.begin();
}

// `text` with what stands behind its authority encoded.
std::string EncodedBehindAuthority(absl::string_view text) {
  const size_t end = EndOfAuthority(text);
  return absl::StrCat(text.substr(0, end), Encoded(text.substr(end)));
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

// What of a scheme and authority curl's parser would let pass or would tell
// less clearly; empty if nothing.
std::string ProblemOfAuthorityText(absl::string_view text) {
  const absl::string_view begin = text.substr(0, EndOfAuthority(text));
  const size_t slashes = begin.find("//");
  const absl::string_view authority =
      slashes == absl::string_view::npos ? "" : begin.substr(slashes + 2);
  // curl would take the first segment of the path for the host.
  if (authority.empty()) return Reason(CURLUE_NO_HOST);
  // Browsers end the host at a backslash, curl does not: what is meant cannot
  // be told.
  if (absl::StrContains(authority, '\\')) return Reason(CURLUE_BAD_HOSTNAME);
  if (std::count(authority.begin(), authority.end(), '@') > 1) {
    return "has more than one \"@\" before its path; write the one of a user "
           "or password percent-encoded, as %40";
  }
  if (absl::StrContains(authority, ' ')) {
    return "holds a blank before its path; write it percent-encoded, as %20";
  }
  return "";
}

// The same of a whole URL.
std::string ProblemOfText(absl::string_view text) {
  if (text.empty()) return absl::StrCat("is empty; expected ", kExample);
  if (std::any_of(text.begin(), text.end(),
                  [](char c) { return absl::ascii_iscntrl(c); })) {
    return "holds a control character; write it percent-encoded";
  }
  if (!absl::StartsWithIgnoreCase(text, "http://") &&
      !absl::StartsWithIgnoreCase(text, "https://")) {
    return absl::StrCat("begins with neither http:// nor https://; expected ",
                        kExample);
  }
  return ProblemOfAuthorityText(text);
}

// Whether a Location must have a host of its own: "http:/path" has none (RFC
// 9110 section 4.2.1).
bool NamesAuthority(absl::string_view reference) {
  return absl::StartsWith(reference, "//") ||
         absl::StartsWithIgnoreCase(reference, "http:") ||
         absl::StartsWithIgnoreCase(reference, "https:");
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
    return absl::InvalidArgumentError(absl::StrCat(
        "the URL ", base::QuotedWhole(base::UrlOutline(text)), " ", why));
  };
  if (std::string why = ProblemOfText(text); !why.empty()) {
    return malformed(why);
  }
  Url url(curl_url());
  const CURLUcode code = curl_url_set(
      url.handle(), CURLUPART_URL, EncodedBehindAuthority(text).c_str(),
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
    return absl::FailedPreconditionError(absl::StrCat(
        "the redirect to ", base::QuotedWhole(base::MaskUrl(reference)),
        " cannot be followed: it ", why));
  };
  if (NamesAuthority(reference)) {
    if (std::string why = ProblemOfAuthorityText(reference); !why.empty()) {
      return refused(why);
    }
  }
  Url url(curl_url_dup(handle()));
  const CURLUcode code = curl_url_set(
      url.handle(), CURLUPART_URL, EncodedBehindAuthority(reference).c_str(),
      CURLU_NON_SUPPORT_SCHEME | CURLU_URLENCODE);
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
std::string Url::zone() const { return Part(CURLUPART_ZONEID); }
std::string Url::port() const {
  return Part(CURLUPART_PORT, CURLU_DEFAULT_PORT);
}
std::string Url::ToString() const { return Part(CURLUPART_URL); }

}  // namespace servo::http
