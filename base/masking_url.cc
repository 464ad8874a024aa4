// Masking in URLs.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/masking.h"

namespace servo::base {
namespace {

bool IsSchemeCharacter(char c) {
  return absl::ascii_isalnum(c) || c == '+' || c == '-' || c == '.';
}

// RFC 3986 section 3.1.
bool IsScheme(absl::string_view text) {
  return !text.empty() && absl::ascii_isalpha(text[0]) &&
         std::all_of(text.begin(), text.end(), IsSchemeCharacter);
}

// `user:password` of what may be a URL; none if there is no "@" that ends it.
std::optional<TextRange> CredentialsOf(absl::string_view url) {
  const size_t scheme_end = url.find("://");
  size_t begin = 0;
  size_t end = url.size();
  const absl::string_view scheme = url.substr(0, scheme_end);
  if (scheme_end != absl::string_view::npos &&
      std::all_of(scheme.begin(), scheme.end(), IsSchemeCharacter)) {
    begin = url.find_first_not_of('/', scheme_end + 1);
    if (begin == absl::string_view::npos) return std::nullopt;
    end = std::min(url.size(), url.find_first_of("/?#", begin));
    const absl::string_view authority = url.substr(begin, end - begin);
    const size_t colon = authority.rfind(':');
    if (!absl::StrContains(authority, '@') && !authority.starts_with('[') &&
        colon != absl::string_view::npos) {
      const absl::string_view port = authority.substr(colon + 1);
      if (!std::all_of(port.begin(), port.end(), absl::ascii_isdigit)) {
        end = url.size();
      }
    }
  }
  const size_t at = url.substr(begin, end - begin).rfind('@');
  if (at == absl::string_view::npos) return std::nullopt;
  return TextRange(begin, begin + at);
}

// Adds the values of secret names in url[begin, end), a query.
void AddSecretsOfQuery(absl::string_view url, size_t begin, size_t end,
                       std::vector<TextRange>* found) {
  while (begin < end) {
    const size_t parameter_end = std::min(end, url.find('&', begin));
    const size_t equals = std::min(parameter_end, url.find('=', begin));
    if (equals < parameter_end &&
        IsSecretName(url.substr(begin, equals - begin))) {
      found->emplace_back(equals + 1, parameter_end);
    }
    begin = parameter_end + 1;
  }
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

}  // namespace

std::string MaskCredentials(absl::string_view url) {
  const std::optional<TextRange> credentials = CredentialsOf(url);
  if (!credentials.has_value()) return std::string(url);
  return MaskRanges(url, {*credentials});
}

std::string MaskUrl(absl::string_view url) {
  std::vector<TextRange> secrets;
  size_t host = 0;
  if (const std::optional<TextRange> credentials = CredentialsOf(url)) {
    secrets.push_back(*credentials);
    host = credentials->second;
  }
  if (const size_t query = url.find('?', host);
      query != absl::string_view::npos) {
    const size_t end = std::min(url.size(), url.find('#', query));
    AddSecretsOfQuery(url, query + 1, end, &secrets);
  }
  // Some servers put a token there.
  if (const size_t fragment = url.find('#', host);
      fragment != absl::string_view::npos) {
    AddSecretsOfQuery(url, fragment + 1, url.size(), &secrets);
  }
  return MaskRanges(url, secrets);
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
