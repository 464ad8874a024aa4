#include "http/failure.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "base/errno_text.h"
#include "base/utf8.h"
#include "http/own_words.h"
#include "http/tls_failure.h"

namespace servo::http {
namespace {

std::string Detail(const CurlFailure& failure) {
  if (failure.detail.empty()) return curl_easy_strerror(failure.code);
  return base::ToValidUtf8(absl::StripTrailingAsciiWhitespace(failure.detail));
}

// The operating system's words for what failed if it was asked last, else
// curl's.
std::string SystemReason(const CurlFailure& failure) {
  return failure.os_errno != 0 ? base::ErrnoText(failure.os_errno)
                               : Detail(failure);
}

// Of a TLS connection that ended without close_notify.
std::string CutReason(const CurlFailure& failure, Phase phase) {
  constexpr absl::string_view kClosed =
      "the server closed the TLS connection without close_notify";
  if (phase != Phase::kBody) {
    return absl::StrCat(kClosed, " while ", PhaseText(phase));
  }
  if (!failure.body_length.has_value()) {
    return absl::StrCat(kClosed, ": the body may be cut");
  }
  return absl::StrCat(kClosed, ": ",
                      *failure.body_length - failure.body_received, " of ",
                      *failure.body_length, " bytes of the body are missing");
}

// curl tells by its text alone whether it is the proxy's name.
std::string ResolveReason(const CurlFailure& failure) {
  absl::string_view proxy = failure.detail;
  if (absl::ConsumePrefix(&proxy, "Could not resolve proxy: ")) {
    return absl::StrCat("cannot resolve the proxy's host name \"", proxy, "\"");
  }
  if (failure.code == CURLE_COULDNT_RESOLVE_HOST) {
    return absl::StrCat("cannot resolve the host name \"", failure.host, "\"");
  }
  return Detail(failure);
}

std::string ProxyReason(const CurlFailure& failure) {
  absl::string_view proxy_status = failure.detail;
  if (absl::ConsumePrefix(&proxy_status, "CONNECT tunnel failed, response ")) {
    return absl::StrCat("the proxy refuses the connection with status ",
                        proxy_status);
  }
  if (absl::StartsWith(failure.detail, "Proxy CONNECT aborted")) {
    return "the proxy closed the connection without an answer to CONNECT";
  }
  return absl::StrCat("the proxy does not connect: ", Detail(failure));
}

std::string ConnectReason(const CurlFailure& failure) {
  const std::string to =
      !failure.unix_socket.empty()
          ? absl::StrCat(" to the socket ", failure.unix_socket)
      : failure.proxied ? " to the proxy"
                        : "";
  return absl::StrCat("cannot connect", to, ": ", SystemReason(failure));
}

bool IsAboutTunnel(const CurlFailure& failure) {
  return absl::StrContains(failure.detail, "CONNECT") ||
         absl::StartsWith(failure.detail, "Proxy");
}

Phase PhaseOf(const CurlFailure& failure) {
  switch (failure.code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return Phase::kResolve;
    case CURLE_COULDNT_CONNECT:
      return Phase::kConnect;
    case CURLE_PROXY:  // SOCKS
      return Phase::kProxy;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CONNECT_ERROR:
      return Phase::kTlsHandshake;
    default:
      return failure.phase;
  }
}

std::string HandshakeFailure(const CurlFailure& failure) {
  if (!failure.shakes_hands_with_proxy) {
    return absl::StrCat("TLS handshake failed: ",
                        HandshakeReason(Detail(failure), failure.host));
  }
  // To TLS, who answers is the server.
  return absl::StrCat(
      "TLS handshake with the proxy failed: ",
      absl::StrReplaceAll(HandshakeReason(Detail(failure), "the proxy"),
                          {{"the server", "the proxy"}}));
}

std::string ReceiveReason(const CurlFailure& failure, Phase phase) {
  const absl::string_view who = failure.asks_proxy ? "the proxy" : "the server";
  switch (failure.code) {
    case CURLE_OK:
      return absl::StrCat(who, " closed the connection within the headers");
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
      return absl::StrCat(
          failure.asks_proxy ? "the proxy's answer" : "the answer",
          " is not HTTP: ", Detail(failure));
    case CURLE_GOT_NOTHING:
      return absl::StrCat(who, " closed the connection without an answer");
    case CURLE_BAD_CONTENT_ENCODING:
      return absl::StrCat("the body cannot be decoded: ", Detail(failure));
    default:
      if (IsEndWithoutNotice(failure.detail)) return CutReason(failure, phase);
      return absl::StrCat("failed while ", PhaseText(phase), ": ",
                          TlsReceiveReason(Detail(failure)));
  }
}

std::string Reason(const CurlFailure& failure, Phase phase) {
  switch (phase) {
    case Phase::kResolve:
      return ResolveReason(failure);
    case Phase::kConnect:
      return ConnectReason(failure);
    case Phase::kProxy:
      return ProxyReason(failure);
    case Phase::kTlsHandshake:
      return HandshakeFailure(failure);
    case Phase::kSend:
    case Phase::kFirstByte:
    case Phase::kHeaders:
    case Phase::kBody:
      return ReceiveReason(failure, phase);
  }
  return Detail(failure);
}

}  // namespace

absl::Status DescribeFailure(const CurlFailure& failure) {
  Phase phase = PhaseOf(failure);
  if (phase == Phase::kTlsHandshake && IsAboutTunnel(failure)) {
    phase = Phase::kProxy;
  }
  const std::string reason = Reason(failure, phase);
  const std::string text =
      failure.status_line.empty()
          ? reason
          : absl::StrCat(failure.status_line, ", but ", reason);
  const bool too_large =
      failure.code == CURLE_TOO_LARGE ||
      absl::StartsWith(failure.detail, "Too large response headers");
  const absl::Status status(too_large ? absl::StatusCode::kResourceExhausted
                                      : absl::StatusCode::kUnavailable,
                            text);
  return WithPhase(WithOwnWords(status, reason), phase);
}

}  // namespace servo::http
