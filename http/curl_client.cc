#include "http/curl_client.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "http/check_request.h"
#include "http/client_certificate.h"
#include "http/curl_multi.h"
#include "http/curl_transfer.h"
#include "http/redirect.h"
#include "http/request.h"
#include "http/url.h"

namespace servo::http {
namespace {

class CurlClient final : public Client {
 public:
  CurlClient(base::Loop* loop, std::string user_agent,
             const ResponseLimits& limits)
      : session_{.loop = loop,
                 .user_agent = std::move(user_agent),
                 .limits = limits} {}
  ~CurlClient() override {
    while (!session_.transfers.empty()) {
      (*session_.transfers.begin())->Abandon();
    }
  }

  absl::StatusOr<std::unique_ptr<Transfer>> Start(const Request& request,
                                                  Done done) override;

 private:
  // Url::Parse(), remembering the last text: retries, polling and load ask the
  // same URL again and again.
  absl::StatusOr<Url> ParseUrl(const std::string& text);

  CurlSession session_;
  std::string last_url_text_;
  std::optional<Url> last_url_;
};

absl::StatusOr<Url> CurlClient::ParseUrl(const std::string& text) {
  if (last_url_.has_value() && text == last_url_text_) return *last_url_;
  absl::StatusOr<Url> url = Url::Parse(text);
  if (url.ok()) {
    last_url_text_ = text;
    last_url_ = *url;
  }
  return url;
}

absl::StatusOr<std::unique_ptr<Transfer>> CurlClient::Start(
    const Request& request, Done done) {
  absl::StatusOr<Url> url = ParseUrl(request.url);
  if (!url.ok()) return url.status();
  if (absl::Status status = CheckAllButUrl(request); !status.ok()) {
    return status;
  }
  if (absl::Status status = CheckClientCertificate(request.tls); !status.ok()) {
    return status;
  }
  const bool trust_must_be_found =
      request.tls.verify && (url->is_https() || !request.tls.ca_bundle.empty());
  Trust trust(&session_.trust_stores, request.tls);
  if (trust_must_be_found && !trust.Store().ok()) return trust.Store().status();
  absl::StatusOr<TransferFiles> files = OpenFiles(request);
  if (!files.ok()) return files.status();
  if (session_.multi == nullptr) {
    session_.multi = std::make_unique<CurlMulti>(session_.loop);
  }
  const std::optional<BasicAuth> auth =
      request.auth.has_value() ? *request.auth : url->auth();
  Hop hop{request.method,           *std::move(url),
          request.headers,
          /*send_body=*/true,       auth,
          /*send_client_cert=*/true};
  auto transfer = std::make_unique<CurlTransfer>(
      &session_, request, std::move(hop), std::move(trust), *std::move(files),
      std::move(done));
  transfer->Begin();
  return transfer;
}

}  // namespace

std::unique_ptr<Client> NewCurlClient(base::Loop* loop, std::string user_agent,
                                      const ResponseLimits& limits) {
  return std::make_unique<CurlClient>(loop, std::move(user_agent), limits);
}

}  // namespace servo::http
