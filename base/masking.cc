#include "base/masking.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/mask_credentials.h"

namespace servo::base {
namespace {

// What names of secrets contain, with "_" for "-" and in lower case. The name
// "auth" itself is none: it is a mapping's key.
constexpr absl::string_view kSecretParts[] = {
    "authoriz", "authent",     "auth_",     "_auth",      "cookie",
    "credent",  "passwd",      "password",  "passphrase", "pgpass",
    "_pass",    "pass_",       "_pwd",      "secret",     "token",
    "apikey",   "api_key",     "accesskey", "access_key", "privatekey",
    "jwt",      "private_key", "signature", "bearer",
};
constexpr absl::string_view kSecretNames[] = {"pass", "pwd", "pw", "sig"};

std::string Fold(absl::string_view name) {
  std::string folded = absl::AsciiStrToLower(name);
  std::replace(folded.begin(), folded.end(), '-', '_');
  return folded;
}

// A word in lower case, in upper case, or capitalized.
bool IsWord(absl::string_view word) {
  if (!std::all_of(word.begin(), word.end(), absl::ascii_isalpha)) return false;
  if (std::all_of(word.begin(), word.end(), absl::ascii_isupper)) return true;
  return word.empty() ||
         std::all_of(word.begin() + 1, word.end(), absl::ascii_islower);
}

// The values of secret names in a query, and nothing else, replaced.
std::string MaskQuery(absl::string_view query) {
  std::string masked;
  bool first = true;
  for (const absl::string_view parameter : absl::StrSplit(query, '&')) {
    if (!first) masked.push_back('&');
    first = false;
    const size_t equals = parameter.find('=');
    const absl::string_view name = parameter.substr(0, equals);
    if (equals != absl::string_view::npos && IsSecretName(name)) {
      absl::StrAppend(&masked, name, "=", kMask);
    } else {
      absl::StrAppend(&masked, parameter);
    }
  }
  return masked;
}

bool IsPort(absl::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

// Whether `text` is plainly HOST or HOST:PORT.
bool IsHostAndPort(absl::string_view text) {
  const auto is_host_character = [](char c) {
    return absl::ascii_isalnum(c) || c == '-' || c == '.' || c == '_';
  };
  const auto is_address_character = [](char c) {
    return absl::ascii_isxdigit(c) || c == ':' || c == '.';
  };
  if (text.starts_with('[')) {
    const size_t close = text.find(']');
    if (close == absl::string_view::npos) return false;
    const absl::string_view address = text.substr(1, close - 1);
    const absl::string_view rest = text.substr(close + 1);
    return std::all_of(address.begin(), address.end(), is_address_character) &&
           (rest.empty() || (rest[0] == ':' && IsPort(rest.substr(1))));
  }
  const size_t colon = text.find(':');
  const absl::string_view host = text.substr(0, colon);
  return !host.empty() &&
         std::all_of(host.begin(), host.end(), is_host_character) &&
         (colon == absl::string_view::npos || IsPort(text.substr(colon + 1)));
}

// RFC 3986 section 3.1.
bool IsScheme(absl::string_view text) {
  return !text.empty() && absl::ascii_isalpha(text[0]) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isalnum(c) || c == '+' || c == '-' || c == '.';
         });
}

}  // namespace

bool IsSecretName(absl::string_view name) {
  const std::string folded = Fold(name);
  const auto is_part = [&folded](absl::string_view part) {
    return absl::StrContains(folded, part);
  };
  return std::any_of(std::begin(kSecretParts), std::end(kSecretParts),
                     is_part) ||
         std::find(std::begin(kSecretNames), std::end(kSecretNames), folded) !=
             std::end(kSecretNames);
}

bool LooksLikeName(absl::string_view text) {
  constexpr size_t kMaxBytes = 40;
  if (text.empty() || text.size() > kMaxBytes) return false;
  for (const absl::string_view word :
       absl::StrSplit(text, absl::ByAnyChar("-_."))) {
    if (!IsWord(word)) return false;
  }
  return std::any_of(text.begin(), text.end(), absl::ascii_isalpha);
}

std::string MaskUrl(absl::string_view url) {
  const std::string masked = MaskCredentials(url);
  const absl::string_view text = masked;
  const size_t query = text.find('?');
  if (query == absl::string_view::npos) return masked;
  const size_t end = std::min(text.size(), text.find('#', query));
  return absl::StrCat(text.substr(0, query + 1),
                      MaskQuery(text.substr(query + 1, end - query - 1)),
                      text.substr(end));
}

std::string UrlOutline(absl::string_view url) {
  if (url.empty()) return "";
  const size_t scheme = url.find("://");
  if (scheme == absl::string_view::npos || !IsScheme(url.substr(0, scheme))) {
    return std::string(kMask);
  }
  std::string outline = absl::StrCat(url.substr(0, scheme), "://");
  url.remove_prefix(scheme + 3);
  const size_t tail = url.find_first_of("?#");
  absl::string_view rest = url.substr(0, tail);
  // A password may hold what ends the host, so all before the last "@" can be
  // one. Without any, what is no host and port can be one, too.
  if (const size_t at = rest.rfind('@'); at != absl::string_view::npos) {
    absl::StrAppend(&outline, kMask, "@");
    rest.remove_prefix(at + 1);
  }
  const size_t slash = std::min(rest.size(), rest.find('/'));
  const absl::string_view host = rest.substr(0, slash);
  absl::StrAppend(&outline, host.empty() || IsHostAndPort(host) ? host : kMask,
                  rest.substr(slash));
  if (tail != absl::string_view::npos) {
    absl::StrAppend(&outline, url.substr(tail, 1), kMask);
  }
  return outline;
}

}  // namespace servo::base
