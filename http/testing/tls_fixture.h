// What tests of HTTPS start from: an authority, servers of it, and a client.
#ifndef HTTP_TESTING_TLS_FIXTURE_H_
#define HTTP_TESTING_TLS_FIXTURE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "base/loop.h"
#include "base/ppoll_loop.h"
#include "gtest/gtest.h"
#include "http/client.h"
#include "http/request.h"
#include "http/testing/loopback_server.h"
#include "http/testing/test_tls.h"
#include "http/testing/transport.h"

namespace servo::http {

// Writes a file of the test's own directory and returns its path.
std::string WriteFile(const std::string& name, const std::string& text);

// Valid for "localhost" and 127.0.0.1.
CertificateSpec ForLoopback();

// A TLS server on its own.
struct TlsServer {
  // At a port of the loopback interface, or at the socket `unix_path`.
  TlsServer(base::Loop* loop, const TlsServerOptions& options,
            const std::string& unix_path = "");

  std::string Url(const std::string& path = "/") const {
    return server.Url(path, "https");
  }
  // The same by the name of the host.
  std::string UrlByName() const;

  std::unique_ptr<TransportFactory> transport;
  LoopbackServer server;
};

class TlsFixture : public testing::Test {
 protected:
  // Without the variables that name trusted authorities.
  TlsFixture();

  // A server with a certificate of the trusted authority.
  TlsServer Good(TlsServerOptions options = {});

  // A request that trusts the authority.
  Request To(const std::string& url) const;

  // The answer, the failure, or kUnknown if there is neither for 30 s.
  absl::StatusOr<Response> Send(const Request& request);

  base::PpollLoop loop_;
  TestAuthority authority_;
  const std::string bundle_;
  std::unique_ptr<Client> client_;
};

}  // namespace servo::http

#endif  // HTTP_TESTING_TLS_FIXTURE_H_
