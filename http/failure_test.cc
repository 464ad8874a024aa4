#include "http/failure.h"

#include <cerrno>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "curl/curl.h"
#include "gtest/gtest.h"
#include "http/phase.h"

namespace servo::http {
namespace {

struct FailureCase {
  std::string name;
  CurlFailure failure;
  Phase phase;
  std::string text;
};

class DescribeFailureTest : public testing::TestWithParam<FailureCase> {};

TEST_P(DescribeFailureTest, SaysItInWords) {
  const absl::Status status = DescribeFailure(GetParam().failure);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(status.message(), GetParam().text);
  EXPECT_EQ(FailedPhase(status), GetParam().phase);
}

INSTANTIATE_TEST_SUITE_P(
    Failures, DescribeFailureTest,
    testing::Values(
        FailureCase{"ProxyRefused",
                    {.code = CURLE_COULDNT_CONNECT,
                     .detail = "Failed to connect to p port 1",
                     .os_errno = ECONNREFUSED,
                     .phase = Phase::kConnect,
                     .proxied = true},
                    Phase::kConnect,
                    "cannot connect to the proxy: Connection refused"},
        FailureCase{"NoDetail",
                    {.code = CURLE_COULDNT_CONNECT, .phase = Phase::kResolve},
                    Phase::kConnect,
                    "cannot connect: Could not connect to server"},
        FailureCase{"ProxyUnknown",
                    {.code = CURLE_COULDNT_RESOLVE_HOST,
                     .detail = "Could not resolve proxy: p",
                     .host = "h"},
                    Phase::kResolve,
                    "cannot resolve the proxy's host name \"p\""},
        FailureCase{"ProxyClosed",
                    {.code = CURLE_GOT_NOTHING,
                     .phase = Phase::kFirstByte,
                     .proxied = true,
                     .asks_proxy = true},
                    Phase::kFirstByte,
                    "the proxy closed the connection without an answer"},
        FailureCase{
            "ProxyClosedWithinTheHeaders",
            {.phase = Phase::kHeaders, .proxied = true, .asks_proxy = true},
            Phase::kHeaders,
            "the proxy closed the connection within the headers"},
        FailureCase{"ProxySpeaksOtherwise",
                    {.code = CURLE_UNSUPPORTED_PROTOCOL,
                     .detail = "Received HTTP/0.9 when not allowed",
                     .phase = Phase::kFirstByte,
                     .proxied = true,
                     .asks_proxy = true},
                    Phase::kFirstByte,
                    "the proxy's answer is not HTTP: Received HTTP/0.9 when "
                    "not allowed"},
        FailureCase{"ProxysCertificate",
                    {.code = CURLE_PEER_FAILED_VERIFICATION,
                     .detail = "SSL certificate problem: self-signed "
                               "certificate",
                     .phase = Phase::kProxy,
                     .proxied = true,
                     .shakes_hands_with_proxy = true,
                     .host = "h"},
                    Phase::kTlsHandshake,
                    "TLS handshake with the proxy failed: the proxy's "
                    "certificate is refused: it is signed by no trusted "
                    "authority"},
        FailureCase{"ProxysCertificateIsForAnotherHost",
                    {.code = CURLE_PEER_FAILED_VERIFICATION,
                     .detail = "SSL: no alternative certificate subject name "
                               "matches target host name 'p'",
                     .phase = Phase::kProxy,
                     .proxied = true,
                     .shakes_hands_with_proxy = true,
                     .host = "h"},
                    Phase::kTlsHandshake,
                    "TLS handshake with the proxy failed: the proxy's "
                    "certificate is refused: it is for another host than the "
                    "proxy"},
        FailureCase{"Tunnel",
                    {.code = CURLE_RECV_ERROR,
                     .detail = "CONNECT tunnel failed, response 407",
                     .phase = Phase::kTlsHandshake},
                    Phase::kProxy,
                    "the proxy refuses the connection with status 407"},
        FailureCase{"TunnelCut",
                    {.code = CURLE_RECV_ERROR,
                     .detail = "Proxy CONNECT aborted",
                     .phase = Phase::kTlsHandshake},
                    Phase::kProxy,
                    "the proxy closed the connection without an answer to "
                    "CONNECT"},
        FailureCase{"Socks",
                    {.code = CURLE_PROXY,
                     .detail = "cannot complete SOCKS5 connection to h. (1)",
                     .phase = Phase::kConnect},
                    Phase::kProxy,
                    "the proxy does not connect: cannot complete SOCKS5 "
                    "connection to h. (1)"},
        FailureCase{"NoTls",
                    {.code = CURLE_SSL_CONNECT_ERROR,
                     .detail = "TLS connect error: error:0A00010B:SSL "
                               "routines::wrong version number",
                     .phase = Phase::kConnect},
                    Phase::kTlsHandshake,
                    "TLS handshake failed: the server does not speak TLS on "
                    "this port"},
        FailureCase{"OtherAlert",
                    {.code = CURLE_SSL_CONNECT_ERROR,
                     .detail = "TLS connect error: error:0A000438:SSL "
                               "routines::tlsv1 alert internal error",
                     .phase = Phase::kConnect},
                    Phase::kTlsHandshake,
                    "TLS handshake failed: tlsv1 alert internal error"},
        FailureCase{"OtherCertificateProblem",
                    {.code = CURLE_PEER_FAILED_VERIFICATION,
                     .detail = "SSL certificate problem: unhandled critical "
                               "extension",
                     .phase = Phase::kConnect},
                    Phase::kTlsHandshake,
                    "TLS handshake failed: the server's certificate is "
                    "refused: unhandled critical extension"},
        FailureCase{"TlsReset",
                    {.code = CURLE_RECV_ERROR,
                     .detail = "OpenSSL SSL_read: Connection reset by peer, "
                               "errno 104",
                     .phase = Phase::kBody,
                     .status_line = "HTTP/1.1 200 OK"},
                    Phase::kBody,
                    "HTTP/1.1 200 OK, but failed while receiving the body: "
                    "Connection reset by peer"},
        FailureCase{
            "ClientCertificateDemanded",
            {.code = CURLE_RECV_ERROR,
             .detail = "OpenSSL SSL_read: error:0A00045C:SSL "
                       "routines::tlsv13 alert certificate required, "
                       "errno 0",
             .phase = Phase::kFirstByte},
            Phase::kFirstByte,
            "failed while waiting for the first byte of the answer: the "
            "server demands a client certificate"},
        FailureCase{"Send",
                    {.code = CURLE_SEND_ERROR,
                     .detail = "Send failure: Broken pipe\n",
                     .phase = Phase::kSend},
                    Phase::kSend,
                    "failed while sending the request: Send failure: Broken "
                    "pipe"},
        FailureCase{"NotUtf8",
                    {.code = CURLE_WEIRD_SERVER_REPLY,
                     .detail = "bad \xff",
                     .phase = Phase::kHeaders},
                    Phase::kHeaders,
                    "the answer is not HTTP: bad \xef\xbf\xbd"},
        FailureCase{"StatusLine",
                    {.code = CURLE_PARTIAL_FILE,
                     .detail = "cut",
                     .phase = Phase::kBody,
                     .status_line = "HTTP/1.1 200 OK"},
                    Phase::kBody,
                    "HTTP/1.1 200 OK, but failed while receiving the body: "
                    "cut"}),
    [](const auto& tested) { return tested.param.name; });

TEST(DescribeFailureTest, HeadersBeyondCurlsLimit) {
  const absl::Status status =
      DescribeFailure({.code = CURLE_RECV_ERROR,
                       .detail = "Too large response headers: 307201 > 307200",
                       .phase = Phase::kHeaders});
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
}

TEST(PhaseTest, IsFoundAgainOnAnyStatus) {
  for (Phase phase :
       {Phase::kResolve, Phase::kConnect, Phase::kProxy, Phase::kTlsHandshake,
        Phase::kSend, Phase::kFirstByte, Phase::kHeaders, Phase::kBody}) {
    EXPECT_EQ(FailedPhase(WithPhase(absl::UnknownError("x"), phase)), phase);
  }
  EXPECT_EQ(FailedPhase(absl::UnknownError("x")), std::nullopt);
  EXPECT_EQ(FailedPhase(absl::OkStatus()), std::nullopt);
}

}  // namespace
}  // namespace servo::http
