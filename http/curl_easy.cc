#include "http/curl_easy.h"

#include <sys/socket.h>

#include <algorithm>
#include <climits>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace servo::http {
namespace {

// How much curl reads at once. More is no faster, and slows small requests: the
// memory is given back after each.
constexpr long kReceiveBuffer = 32 * 1024;

// Methods that say "no body" with a Content-Length of 0 (RFC 9110 section 8.6).
bool ExpectsBody(const std::string& method) {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

void Append(HeaderList& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  CHECK(longer != nullptr) << "out of memory";
  (void)list.release();
  list.reset(longer);
}

// A socket that no started process inherits. curl makes it non-blocking.
curl_socket_t OpenSocket(void*, curlsocktype, curl_sockaddr* address) {
  return socket(address->family, address->socktype | SOCK_CLOEXEC,
                address->protocol);
}

// Only our own timers decide: they know the phase, and tests move them. curl
// gets a limit that is never reached, since it gives half of what is left to
// each of a name's addresses.
long ConnectTimeout(absl::Duration idle_timeout) {
  const absl::Duration later = idle_timeout + absl::Seconds(1);
  return static_cast<long>(absl::ToInt64Milliseconds(
      std::min(later, absl::Milliseconds(int64_t{INT_MAX}))));
}

// The headers that are ours to add unless the task has them.
void AppendDefaults(HeaderList& list, const Headers& headers, bool with_body) {
  for (const char* unwanted : {"Expect", "Content-Type"}) {
    if (with_body && FindHeader(headers, unwanted) == nullptr) {
      Append(list, absl::StrCat(unwanted, ":"));
    }
  }
  if (FindHeader(headers, "Accept-Encoding") == nullptr) {
    Append(list, "Accept-Encoding: gzip, deflate");
  }
}

}  // namespace

absl::Duration TimeOf(const EasyHandle& easy, CURLINFO time) {
  curl_off_t microseconds = 0;
  curl_easy_getinfo(easy.get(), time, &microseconds);
  return absl::Microseconds(microseconds);
}

bool Reached(const EasyHandle& easy, CURLINFO time) {
  return TimeOf(easy, time) > absl::ZeroDuration();
}

PhaseTimes PhaseTimesOf(const EasyHandle& easy) {
  // A kept connection reaches the first of these at once, or never.
  const absl::Duration looked_up = TimeOf(easy, CURLINFO_NAMELOOKUP_TIME_T);
  const absl::Duration connected =
      std::max(looked_up, TimeOf(easy, CURLINFO_CONNECT_TIME_T));
  const absl::Duration secured =
      std::max(connected, TimeOf(easy, CURLINFO_APPCONNECT_TIME_T));
  const absl::Duration ready =
      std::max(secured, TimeOf(easy, CURLINFO_PRETRANSFER_TIME_T));
  const absl::Duration answered =
      std::max(ready, TimeOf(easy, CURLINFO_STARTTRANSFER_TIME_T));
  const absl::Duration total =
      std::max(answered, TimeOf(easy, CURLINFO_TOTAL_TIME_T));
  return {.name_lookup = looked_up,
          .connect = connected - looked_up,
          .tls = secured - connected,
          .first_byte = answered - ready,
          .body = total - answered,
          .total = total};
}

void SetProtocol(const EasyHandle& easy, const Hop& hop,
                 absl::Duration idle_timeout) {
  Set(easy, CURLOPT_CURLU, hop.url.handle());
  Set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  Set(easy, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
  Set(easy, CURLOPT_HTTP_CONTENT_DECODING, 0L);
  Set(easy, CURLOPT_NOSIGNAL, 1L);
  Set(easy, CURLOPT_NOPROGRESS, 1L);
  // Without it a handle dropped during a name lookup may wait for its end.
  Set(easy, CURLOPT_QUICK_EXIT, 1L);
  Set(easy, CURLOPT_CONNECTTIMEOUT_MS, ConnectTimeout(idle_timeout));
  // Forgets the name servers: each lookup reads /etc/resolv.conf anew.
  Set(easy, CURLOPT_DNS_SERVERS, static_cast<const char*>(nullptr));
  Set(easy, CURLOPT_BUFFERSIZE, kReceiveBuffer);
  Set(easy, CURLOPT_OPENSOCKETFUNCTION, &OpenSocket);
}

bool SendsBody(const Request& request, const Hop& hop) {
  return (hop.send_body &&
          (request.body.has_value() || !request.body_file.empty())) ||
         ExpectsBody(hop.method);
}

void SetMethodAndBody(const EasyHandle& easy, const Request& request,
                      const Hop& hop, const std::optional<BodyFile>& file) {
  if (absl::EqualsIgnoreCase(hop.method, "HEAD")) {
    Set(easy, CURLOPT_NOBODY, 1L);
  } else if (hop.send_body && file.has_value()) {
    Set(easy, CURLOPT_POST, 1L);
    Set(easy, CURLOPT_POSTFIELDSIZE_LARGE,
        static_cast<curl_off_t>(file->size()));
  } else if (SendsBody(request, hop)) {
    const bool empty = !hop.send_body || !request.body.has_value();
    Set(easy, CURLOPT_POSTFIELDSIZE_LARGE,
        static_cast<curl_off_t>(empty ? 0 : request.body->size()));
    Set(easy, CURLOPT_POSTFIELDS, empty ? "" : request.body->data());
  }
  Set(easy, CURLOPT_CUSTOMREQUEST, hop.method.c_str());
}

// As CURLOPT_HTTPHEADER wants them: "Name: value", "Name;" for an empty one,
// "Name:" for one that curl is not to add, as it would to a body.
HeaderLists SetHeaders(const EasyHandle& easy, const Hop& hop, bool with_body,
                       bool with_proxy, const std::string& user_agent) {
  HeaderLists lists;
  AppendDefaults(lists.to_server, hop.headers, with_body);
  for (const auto& [name, value] : hop.headers) {
    const absl::string_view text = absl::StripAsciiWhitespace(value);
    const bool for_proxy =
        with_proxy && absl::EqualsIgnoreCase(name, "Proxy-Authorization");
    Append(for_proxy ? lists.to_proxy : lists.to_server,
           text.empty() ? absl::StrCat(name, ";")
                        : absl::StrCat(name, ": ", text));
  }
  Set(easy, CURLOPT_HTTPHEADER, lists.to_server.get());
  Set(easy, CURLOPT_PROXYHEADER, lists.to_proxy.get());
  Set(easy, CURLOPT_USERAGENT, user_agent.c_str());
  Set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  return lists;
}

void SetAuth(const EasyHandle& easy, const Hop& hop) {
  if (!hop.auth.has_value()) return;
  Set(easy, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
  Set(easy, CURLOPT_USERNAME, hop.auth->username.c_str());
  Set(easy, CURLOPT_PASSWORD, hop.auth->password.c_str());
}

void SetProxy(const EasyHandle& easy, const std::optional<Proxy>& proxy,
              const std::string& unix_socket) {
  // Set in any case, or curl would look at the environment by itself.
  Set(easy, CURLOPT_PROXY, proxy.has_value() ? proxy->url.c_str() : "");
  Set(easy, CURLOPT_NOPROXY, "");
  if (!unix_socket.empty()) {
    Set(easy, CURLOPT_UNIX_SOCKET_PATH, unix_socket.c_str());
  }
}

}  // namespace servo::http
