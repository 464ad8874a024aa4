#include "http/tls_failure.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace servo::http {
namespace {

struct Words {
  absl::string_view found;  // in curl's message
  absl::string_view said;
};

// What X509_verify_cert_error_string() says (OpenSSL's crypto/x509/x509_txt.c)
// and what curl says of names. Longer texts before those that they contain.
constexpr Words kCertificateProblems[] = {
    {"certificate has expired", "it, or one of its authorities, has expired"},
    {"certificate is not yet valid",
     "it, or one of its authorities, is not valid yet"},
    {"self-signed certificate", "it is signed by no trusted authority"},
    {"unable to get local issuer certificate",
     "it is signed by no trusted authority"},
    {"unable to get issuer certificate",
     "it is signed by no trusted authority"},
    {"unable to verify the first certificate",
     "it is signed by no trusted authority"},
    {"certificate signature failure", "it is signed by no trusted authority"},
    {"permitted subtree violation",
     "its authority may not sign for this host (name constraints)"},
    {"excluded subtree violation",
     "its authority may not sign for this host (name constraints)"},
    {"EE certificate key too weak", "its key is too weak"},
    {"CA certificate key too weak", "the key of its authority is too weak"},
    {"signature digest algorithm too weak",
     "its signature is too weak (SHA-1 or older)"},
    {"unsuitable certificate purpose", "it is not made for servers"},
    {"invalid CA certificate",
     "it is signed by a certificate that is no authority's"},
    {"path length constraint exceeded",
     "its authority may not sign for other authorities"},
    {"certificate revoked", "it has been revoked"},
};

// Reasons and alerts (OpenSSL's ssl/ssl_err.c).
constexpr Words kHandshakeProblems[] = {
    {"wrong version number", "the server does not speak TLS on this port"},
    {"packet length too long", "the server does not speak TLS on this port"},
    {"http request", "the server does not speak TLS on this port"},
    {"record layer failure", "the server does not speak TLS on this port"},
    {"unexpected eof while reading", "the server closed the connection"},
    {"SSL_ERROR_SYSCALL", "the server closed the connection"},
    {"SSL_ERROR_ZERO_RETURN", "the server closed the connection"},
    {"unsupported protocol", "the server speaks neither TLS 1.2 nor 1.3"},
    {"alert protocol version", "the server speaks neither TLS 1.2 nor 1.3"},
    {"alert certificate required", "the server demands a client certificate"},
    {"alert unknown ca", "the server does not trust the client's certificate"},
    {"alert bad certificate", "the server refuses the client's certificate"},
    {"alert certificate expired", "the client's certificate has expired"},
    {"unrecognized name", "the server does not know the host's name"},
    {"alert handshake failure",
     "the server refuses: no cipher in common, or it demands a client "
     "certificate"},
    {"dh key too small", "the server's Diffie-Hellman key is too weak"},
};

template <typename Table>
absl::string_view Find(const Table& table, absl::string_view detail) {
  for (const Words& words : table) {
    if (absl::StrContains(detail, words.found)) return words.said;
  }
  return "";
}

// "error:0A000126:SSL routines::unexpected eof while reading, errno 0" without
// its numbers.
absl::string_view WithoutNumbers(absl::string_view detail) {
  if (const size_t error = detail.find("error:"); error != detail.npos) {
    const size_t reason = detail.find("::", error);
    if (reason != detail.npos) detail.remove_prefix(reason + 2);
  }
  return absl::StripAsciiWhitespace(detail.substr(0, detail.find(", errno ")));
}

}  // namespace

std::string HandshakeReason(absl::string_view detail, absl::string_view host) {
  constexpr absl::string_view kRefused =
      "the server's certificate is refused: ";
  if (absl::StrContains(detail, "subject name")) {
    return absl::StrCat(kRefused, "it is for another host than ", host);
  }
  absl::string_view problem = detail;
  if (absl::ConsumePrefix(&problem, "SSL certificate problem: ")) {
    const absl::string_view words = Find(kCertificateProblems, problem);
    return absl::StrCat(kRefused, words.empty() ? problem : words);
  }
  if (const absl::string_view words = Find(kHandshakeProblems, detail);
      !words.empty()) {
    return std::string(words);
  }
  return std::string(WithoutNumbers(detail));
}

bool IsEndWithoutNotice(absl::string_view detail) {
  return absl::StrContains(detail, "unexpected eof while reading");
}

std::string TlsReceiveReason(absl::string_view detail) {
  absl::string_view reason = detail;
  if (!absl::ConsumePrefix(&reason, "OpenSSL SSL_read: ") &&
      !absl::ConsumePrefix(&reason, "OpenSSL SSL_write: ")) {
    return std::string(detail);
  }
  const absl::string_view words = Find(kHandshakeProblems, reason);
  return std::string(words.empty() ? WithoutNumbers(reason) : words);
}

}  // namespace servo::http
