#include "http/testing/tls_fixture.h"

#include <cstdlib>
#include <fstream>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "http/curl_client.h"

namespace servo::http {

std::string WriteFile(const std::string& name, const std::string& text) {
  std::string path = absl::StrCat(testing::TempDir(), "/", name);
  std::ofstream(path) << text;
  return path;
}

CertificateSpec ForLoopback() {
  CertificateSpec spec;
  spec.dns_names = {"localhost"};
  spec.ip_addresses = {"127.0.0.1"};
  return spec;
}

TlsServer::TlsServer(base::Loop* loop, const TlsServerOptions& options,
                     const std::string& unix_path)
    : transport(NewTlsTransportFactory(options)),
      server(loop, {.address = unix_path.empty()
                                   ? LoopbackServer::Options::Address::kIpv4
                                   : LoopbackServer::Options::Address::kUnix,
                    .unix_path = unix_path,
                    .transport = transport.get()}) {}

std::string TlsServer::UrlByName() const {
  return absl::StrCat("https://localhost:", server.port(), "/");
}

TlsFixture::TlsFixture()
    : bundle_(WriteFile("authority.pem", authority_.certificate())),
      client_(NewCurlClient(&loop_, "test-agent/1.0")) {
  for (const char* name : {"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",
                           "SSL_CERT_FILE", "SSL_CERT_DIR"}) {
    unsetenv(name);
  }
}

TlsServer TlsFixture::Good(TlsServerOptions options) {
  options.identity = authority_.Issue(ForLoopback());
  return TlsServer(&loop_, options);
}

Request TlsFixture::To(const std::string& url) const {
  Request request;
  request.url = url;
  request.tls.ca_bundle = bundle_;
  return request;
}

absl::StatusOr<Response> TlsFixture::Send(const Request& request) {
  std::optional<absl::StatusOr<Response>> result;
  absl::StatusOr<std::unique_ptr<Transfer>> transfer =
      client_->Start(request, [&result](absl::StatusOr<Response> answer) {
        result = std::move(answer);
      });
  if (!transfer.ok()) return transfer.status();
  bool late = false;
  const base::Loop::Registration guard =
      loop_.After(absl::Seconds(30), [&late] { late = true; });
  loop_.RunUntil([&] { return late || result.has_value(); });
  return result.has_value() ? *std::move(result)
                            : absl::UnknownError("no result");
}

}  // namespace servo::http
