#include "http/check_request.h"

#include <sys/un.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/masking.h"
#include "base/quoted.h"
#include "http/url.h"

namespace servo::http {
namespace {

// RFC 9110 section 5.6.2.
bool IsTokenChar(char c) {
  return absl::ascii_isalnum(c) || absl::StrContains("!#$%&'*+-.^_`|~", c);
}

bool IsToken(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsTokenChar);
}

bool IsControl(char c) { return absl::ascii_iscntrl(c); }

absl::Status CheckTimeouts(const Request& request) {
  if (request.idle_timeout <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the idle timeout must be positive, not ",
                     absl::FormatDuration(request.idle_timeout)));
  }
  if (request.timeout <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the timeout must be positive, not ",
                     absl::FormatDuration(request.timeout)));
  }
  if (request.max_redirects < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("the number of redirects must not be negative, but is ",
                     request.max_redirects));
  }
  return absl::OkStatus();
}

absl::Status CheckConnectOnly(const Request& request) {
  if (!request.connect_only ||
      absl::StartsWithIgnoreCase(request.url, "http:")) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError("connect_only applies to http URLs only");
}

absl::Status CheckAuth(const BasicAuth& auth) {
  if (absl::StrContains(auth.username, ':')) {
    return absl::InvalidArgumentError(
        "the user name of basic authentication holds a colon, which it cannot "
        "(RFC 7617)");
  }
  if (std::any_of(auth.username.begin(), auth.username.end(), IsControl) ||
      std::any_of(auth.password.begin(), auth.password.end(), IsControl)) {
    return absl::InvalidArgumentError(
        "the user name or password of basic authentication holds a control "
        "character, which it cannot (RFC 7617)");
  }
  return absl::OkStatus();
}

// The client frames the body itself: a header that contradicts it would make
// the server wait for what never comes, or read a second request out of the
// first (RFC 9112 section 11.2).
absl::Status CheckFraming(const Request& request) {
  const bool has_file = !request.body_file.empty();
  if (request.body.has_value() && has_file) {
    return absl::InvalidArgumentError(
        "a request has one body: text or a file, not both");
  }
  if ((request.body.has_value() || has_file) &&
      absl::EqualsIgnoreCase(request.method, "HEAD")) {
    return absl::InvalidArgumentError(
        "a HEAD request cannot have a body (RFC 9110 section 9.3.2)");
  }
  const size_t size = request.body.has_value() ? request.body->size() : 0;
  for (const auto& [name, value] : request.headers) {
    if (absl::EqualsIgnoreCase(name, "Transfer-Encoding")) {
      return absl::InvalidArgumentError(
          "the header \"Transfer-Encoding\" cannot be set: bodies are sent "
          "with a Content-Length");
    }
    uint64_t length = 0;
    if (!absl::EqualsIgnoreCase(name, "Content-Length")) continue;
    if (has_file) {
      return absl::InvalidArgumentError(
          "the header \"Content-Length\" cannot be set for the body of a file; "
          "leave it out, it is set by itself");
    }
    if (!absl::SimpleAtoi(value, &length) || length != size) {
      return absl::InvalidArgumentError(absl::StrCat(
          "the header \"Content-Length\" contradicts the body, which has ",
          size, " bytes; leave it out, it is set by itself"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckPaths(const Request& request) {
  if (request.unix_socket.size() >= sizeof(sockaddr_un::sun_path)) {
    return absl::InvalidArgumentError(
        absl::StrCat("the socket's path has ", request.unix_socket.size(),
                     " bytes; at most ", sizeof(sockaddr_un::sun_path) - 1,
                     " are possible (unix(7))"));
  }
  for (const std::string* path :
       {&request.unix_socket, &request.tls.ca_bundle, &request.tls.client_cert,
        &request.tls.client_key, &request.body_file, &request.save_to}) {
    if (absl::StrContains(*path, '\0')) {
      return absl::InvalidArgumentError("a path holds a NUL byte");
    }
  }
  if (request.tls.client_cert.empty() && !request.tls.client_key.empty()) {
    return absl::InvalidArgumentError(
        "a client key is given without its certificate");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckUrl(absl::string_view url) {
  return Url::Parse(url).status();
}

absl::Status CheckHostPart(absl::string_view text) {
  const auto wrong = std::find_if(text.begin(), text.end(), [](char c) {
    return IsControl(c) || absl::StrContains("/?#@\\ ", c);
  });
  if (wrong == text.end()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "expected HOST or HOST:PORT, found ",
      IsControl(*wrong) ? "a control character"
                        : base::QuotedWhole(absl::string_view(&*wrong, 1)),
      " in it"));
}

absl::Status CheckMethod(absl::string_view method) {
  if (IsToken(method)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(base::QuotedWhole(method),
                   " is not an HTTP method; expected one word of letters, "
                   "such as GET or POST"));
}

absl::Status CheckHeader(absl::string_view name, absl::string_view value) {
  if (!IsToken(name)) {
    return absl::InvalidArgumentError(
        "this is not the name of a header; expected letters, digits and "
        "hyphens; a header is written NAME: VALUE");
  }
  const bool forbidden = std::any_of(value.begin(), value.end(), [](char c) {
    return IsControl(c) && c != '\t';
  });
  if (!forbidden) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "the value of the header",
      base::LooksLikeName(name) ? absl::StrCat(" ", base::QuotedWhole(name))
                                : "",
      " holds a line break or another control character"));
}

absl::Status CheckRequest(const Request& request) {
  absl::Status status = CheckUrl(request.url);
  status.Update(CheckAllButUrl(request));
  return status;
}

absl::Status CheckAllButUrl(const Request& request) {
  absl::Status status = CheckMethod(request.method);
  for (const auto& [name, value] : request.headers) {
    status.Update(CheckHeader(name, value));
  }
  status.Update(CheckFraming(request));
  if (request.auth.has_value()) status.Update(CheckAuth(*request.auth));
  status.Update(CheckTimeouts(request));
  status.Update(CheckPaths(request));
  status.Update(CheckConnectOnly(request));
  return status;
}

}  // namespace servo::http
