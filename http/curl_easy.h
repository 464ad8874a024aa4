// curl's easy handles and header lists as owned values, and the options that
// one request of a chain of redirects needs.
#ifndef HTTP_CURL_EASY_H_
#define HTTP_CURL_EASY_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/log/check.h"
#include "absl/time/time.h"
#include "curl/curl.h"
#include "http/body_file.h"
#include "http/proxy.h"
#include "http/redirect.h"
#include "http/request.h"

namespace servo::http {

struct EasyCleanup {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct ListCleanup {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using EasyHandle = std::unique_ptr<CURL, EasyCleanup>;
using HeaderList = std::unique_ptr<curl_slist, ListCleanup>;

// Sets an option that curl never refuses.
template <typename T>
void Set(const EasyHandle& easy, CURLoption option, T value) {
  const CURLcode code = curl_easy_setopt(easy.get(), option, value);
  CHECK_EQ(code, CURLE_OK) << "curl refuses option " << option << ": "
                           << curl_easy_strerror(code);
}

// One of curl's times of a transfer, from its begin; zero if not yet reached.
absl::Duration TimeOf(const EasyHandle& easy, CURLINFO time);
bool Reached(const EasyHandle& easy, CURLINFO time);

// How long each phase of the finished transfer took.
PhaseTimes PhaseTimesOf(const EasyHandle& easy);

// URL, protocol, and that the event loop alone decides about time. What curl
// does to an answer is left to us: it decodes nothing.
void SetProtocol(const EasyHandle& easy, const Hop& hop,
                 absl::Duration idle_timeout);

// Whether the request has a body, of no bytes maybe.
bool SendsBody(const Request& request, const Hop& hop);

// `request` must outlive the transfer. The bytes of a body_file come from the
// read function, which is the caller's to set.
void SetMethodAndBody(const EasyHandle& easy, const Request& request,
                      const Hop& hop, const std::optional<BodyFile>& file);

// What must live as long as the transfer.
struct HeaderLists {
  HeaderList to_server;
  HeaderList to_proxy;
};
HeaderLists SetHeaders(const EasyHandle& easy, const Hop& hop, bool with_body,
                       bool with_proxy, const std::string& user_agent);

void SetAuth(const EasyHandle& easy, const Hop& hop);
void SetProxy(const EasyHandle& easy, const std::optional<Proxy>& proxy,
              const std::string& unix_socket);

}  // namespace servo::http

#endif  // HTTP_CURL_EASY_H_
