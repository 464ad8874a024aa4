#include "http/proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "curl/curl.h"

namespace servo::http {
namespace {

struct UrlCleanup {
  void operator()(CURLU* handle) const { curl_url_cleanup(handle); }
};

// The bytes of an address in network order: 4, 16, or none if `text` is no
// address.
std::string AddressBytes(absl::string_view text) {
  const std::string terminated(text.substr(0, text.find('%')));  // zone
  std::array<char, sizeof(in6_addr)> bytes;
  if (inet_pton(AF_INET, terminated.c_str(), bytes.data()) == 1) {
    return std::string(bytes.data(), sizeof(in_addr));
  }
  if (inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1) {
    return std::string(bytes.data(), sizeof(in6_addr));
  }
  return "";
}

absl::string_view WithoutBrackets(absl::string_view host) {
  if (absl::ConsumePrefix(&host, "[")) absl::ConsumeSuffix(&host, "]");
  return host;
}

bool HaveCommonPrefix(absl::string_view a, absl::string_view b, size_t bits) {
  if (a.substr(0, bits / 8) != b.substr(0, bits / 8)) return false;
  if (bits % 8 == 0) return true;
  const int difference = static_cast<unsigned char>(a[bits / 8]) ^
                         static_cast<unsigned char>(b[bits / 8]);
  return difference >> (8 - bits % 8) == 0;
}

bool IsInNetwork(absl::string_view address, absl::string_view network) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(network, absl::MaxSplits('/', 1));
  const std::string base = AddressBytes(WithoutBrackets(parts.first));
  uint32_t bits = 0;
  return base.size() == address.size() && !base.empty() &&
         absl::SimpleAtoi(parts.second, &bits) && bits <= base.size() * 8 &&
         HaveCommonPrefix(address, base, bits);
}

bool IsInDomain(absl::string_view host, absl::string_view domain) {
  absl::ConsumePrefix(&domain, "*");
  absl::ConsumePrefix(&domain, ".");
  absl::ConsumeSuffix(&domain, ".");
  absl::ConsumeSuffix(&host, ".");
  if (domain.empty() || !absl::EndsWithIgnoreCase(host, domain)) return false;
  const absl::string_view rest = host.substr(0, host.size() - domain.size());
  return rest.empty() || rest.back() == '.';
}

// Takes ":PORT" off the end of an entry; false if it is for another port.
bool TakePort(absl::string_view* entry, absl::string_view port) {
  const size_t colon = entry->rfind(':');
  const bool has_port = colon != absl::string_view::npos && colon > 0 &&
                        (entry->find(':') == colon ||
                         (entry->front() == '[' && (*entry)[colon - 1] == ']'));
  if (!has_port) return true;
  const bool matches = entry->substr(colon + 1) == port;
  *entry = entry->substr(0, colon);
  return matches;
}

bool Matches(absl::string_view entry, absl::string_view host,
             absl::string_view port) {
  if (entry == "*") return true;
  const std::string address = AddressBytes(host);
  if (absl::StrContains(entry, '/')) return IsInNetwork(address, entry);
  if (!TakePort(&entry, port)) return false;
  if (!address.empty()) return AddressBytes(WithoutBrackets(entry)) == address;
  return IsInDomain(host, entry);
}

// Which variable counts, and its value.
struct Setting {
  const char* name = "";
  std::string value;
};

Setting FirstSet(GetEnv getenv, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const char* value = getenv(name);
    if (value != nullptr && *value != '\0') return {name, value};
  }
  return {};
}

Setting ProxySetting(bool is_https, GetEnv getenv) {
  if (is_https) {
    return FirstSet(getenv,
                    {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"});
  }
  if (getenv("REQUEST_METHOD") != nullptr) {
    return FirstSet(getenv, {"http_proxy", "all_proxy", "ALL_PROXY"});
  }
  return FirstSet(getenv,
                  {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"});
}

// Reads a proxy's URL as curl will, to tell what is wrong with it without
// quoting it.
absl::StatusOr<Proxy> ParseProxy(const Setting& setting) {
  auto refused = [&setting](absl::string_view why) {
    return absl::UnavailableError(
        absl::StrCat("cannot use the proxy of ", setting.name, ": ", why));
  };
  const std::unique_ptr<CURLU, UrlCleanup> url(curl_url());
  const CURLUcode code =
      curl_url_set(url.get(), CURLUPART_URL, setting.value.c_str(),
                   CURLU_NON_SUPPORT_SCHEME | CURLU_GUESS_SCHEME);
  if (code != CURLUE_OK) return refused(curl_url_strerror(code));
  Proxy proxy = {setting.value};
  if (!absl::StrContains(setting.value, "://")) return proxy;
  const std::string scheme = absl::AsciiStrToLower(
      absl::string_view(setting.value).substr(0, setting.value.find("://")));
  proxy.is_https = scheme == "https";
  proxy.is_socks = absl::c_linear_search(
      std::array{"socks", "socks4", "socks4a", "socks5", "socks5h"}, scheme);
  if (scheme == "http" || proxy.is_https || proxy.is_socks) return proxy;
  return refused(
      "its scheme is none of http, https, socks4, socks4a, socks5, socks5h");
}

}  // namespace

bool IsListedInNoProxy(const Url& url, absl::string_view no_proxy) {
  const std::string url_host = url.host();
  const absl::string_view host = WithoutBrackets(url_host);
  const std::string port = url.port();
  return absl::c_any_of(
      absl::StrSplit(no_proxy, absl::ByAnyChar(", \t"), absl::SkipEmpty()),
      [&](absl::string_view entry) { return Matches(entry, host, port); });
}

absl::StatusOr<std::optional<Proxy>> FindProxy(const Url& url, GetEnv getenv) {
  const Setting setting = ProxySetting(url.is_https(), getenv);
  if (setting.value.empty()) return std::nullopt;
  const Setting exceptions = FirstSet(getenv, {"no_proxy", "NO_PROXY"});
  if (IsListedInNoProxy(url, exceptions.value)) return std::nullopt;
  absl::StatusOr<Proxy> proxy = ParseProxy(setting);
  if (!proxy.ok()) return proxy.status();
  return *std::move(proxy);
}

}  // namespace servo::http
