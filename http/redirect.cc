#include "http/redirect.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/types/span.h"

namespace servo::http {
namespace {

constexpr std::array<absl::string_view, 5> kBodyHeaders = {
    "Content-Encoding", "Content-Language", "Content-Length",
    "Content-Location", "Content-Type"};
constexpr std::array<absl::string_view, 4> kHostBoundHeaders = {
    "Authorization", "Cookie", "Host", "Proxy-Authorization"};

void RemoveHeaders(Headers& headers,
                   absl::Span<const absl::string_view> names) {
  std::erase_if(headers, [names](const auto& header) {
    return absl::c_any_of(names, [&header](absl::string_view name) {
      return absl::EqualsIgnoreCase(name, header.first);
    });
  });
}

bool TurnsIntoGet(int status, absl::string_view method) {
  if (status == 303) return method != "HEAD" && method != "GET";
  return (status == 301 || status == 302) && method == "POST";
}

bool MayHaveCredentials(const Url& from, const Url& to) {
  if (!absl::EqualsIgnoreCase(from.host(), to.host())) return false;
  if (from.zone() != to.zone()) return false;
  if (from.is_https() == to.is_https()) return from.port() == to.port();
  return to.is_https() && from.port() == "80" && to.port() == "443";
}

}  // namespace

bool IsRedirect(int status) {
  switch (status) {
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
      return true;
    default:
      return false;
  }
}

absl::StatusOr<Hop> FollowRedirect(const Hop& from, int status,
                                   absl::string_view location) {
  absl::StatusOr<Url> url = from.url.Resolve(location);
  if (!url.ok()) return url.status();
  const bool keep_credentials = MayHaveCredentials(from.url, *url);
  Hop to{from.method,    *std::move(url), from.headers,
         from.send_body, from.auth,       from.send_client_cert};
  if (TurnsIntoGet(status, to.method)) {
    to.method = "GET";
    to.send_body = false;
    RemoveHeaders(to.headers, kBodyHeaders);
  }
  if (!keep_credentials) {
    to.auth.reset();
    to.send_client_cert = false;
    RemoveHeaders(to.headers, kHostBoundHeaders);
  }
  if (to.url.auth().has_value()) to.auth = to.url.auth();
  return to;
}

}  // namespace servo::http
