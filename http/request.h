// An HTTP request and its response: plain values.
#ifndef HTTP_REQUEST_H_
#define HTTP_REQUEST_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "base/boxed.h"
#include "base/captured.h"

namespace servo::http {

class SavedBody;  // http/saved_body.h

// In the order in which they are sent or were received; names compare
// case-insensitively (RFC 9110 section 5.1).
using Headers = std::vector<std::pair<std::string, std::string>>;

struct BasicAuth {
  std::string username;
  std::string password;
};

struct Tls {
  // Whether the server's certificate and name are checked.
  bool verify = true;
  // PEM bundle of trusted authorities, or a directory of such; empty: what the
  // environment names, else the system's (docs/http.md, "TLS").
  std::string ca_bundle;
  // PEM client certificate and its key; an empty key: the key stands in the
  // certificate's file.
  std::string client_cert;
  std::string client_key;
  std::string client_key_passphrase;  // of an encrypted key; never shown
};

struct Request {
  // A token (RFC 9110 section 9.1), sent as it is.
  std::string method = "GET";

  // http or https, with a host. `user:password@` becomes basic authentication
  // and is never shown.
  std::string url;

  // Replace the client's own headers of the same name; an empty value sends the
  // header empty.
  Headers headers;

  // None: no body and no Content-Length, except that POST, PUT and PATCH send a
  // Content-Length of 0. No Content-Type is added. Not with HEAD.
  std::optional<std::string> body;

  // Path of a regular file that is streamed as the body, with the length that
  // it has when the request starts. Empty: none. Not together with `body`.
  std::string body_file;

  base::Boxed<BasicAuth> auth;  // wins over credentials in the URL

  // To connect (name lookup, TLS handshake included), and the longest silence
  // after that.
  absl::Duration idle_timeout = absl::Seconds(10);

  // The whole transfer, redirects included.
  absl::Duration timeout = absl::InfiniteDuration();

  // Redirects are followed by the rules of browsers: 301, 302 turn POST into
  // GET, 303 turns all but HEAD into GET, 307 and 308 keep method and body;
  // credentials never go to another host, port or to http from https
  // (docs/http.md, "Redirects").
  bool follow_redirects = true;
  int max_redirects = 30;

  Tls tls;

  // Path of a socket to connect to instead of the URL's host; proxies do not
  // apply then.
  std::string unix_socket;

  // Only connects to the URL's host and port, without a proxy and without TLS,
  // and sends nothing. Once that is done, the Response has no status; messages
  // name host and port instead of method and URL. Of http URLs alone.
  bool connect_only = false;

  // How many bytes are kept of the head, and of the tail, of the body.
  size_t output_limit = base::Captured::kDefaultLimit;

  // What is shown of the body is without its secrets (base/captured.h); null:
  // none are known. Must outlive the Response.
  const base::Redactor* redactor = nullptr;

  // Path of a file that the whole decoded body of the last answer may become:
  // see Response::saved. Empty: none.
  std::string save_to;
};

// How long each phase of one request took. Zero for what did not take place: a
// kept connection has neither name lookup nor connect nor TLS handshake.
struct PhaseTimes {
  absl::Duration name_lookup;
  absl::Duration connect;
  absl::Duration tls;         // and the proxy's tunnel
  absl::Duration first_byte;  // from the begin of sending
  absl::Duration body;
  absl::Duration total;
};

// The last answer, after redirects.
struct Response {
  int status = 0;           // 100..999; 0 of Request::connect_only
  std::string status_line;  // "HTTP/1.1 503 Service Unavailable", as received,
                            // valid UTF-8
  Headers headers;          // of the last answer only
  base::Captured body;      // decoded (gzip, deflate)
  std::string url;          // that gave this answer, without credentials
  int redirects = 0;
  absl::Duration elapsed;  // redirects included
  PhaseTimes phases;       // of the last request of the chain

  // With Request::save_to: the whole body, written but not yet there under its
  // name. Commit() puts it there; it is gone when its last owner is.
  std::shared_ptr<SavedBody> saved;
};

// The value of the first header called `name` (any case), or nullptr.
const std::string* FindHeader(const Headers& headers, const std::string& name);

}  // namespace servo::http

#endif  // HTTP_REQUEST_H_
