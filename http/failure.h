// What curl says of a failed transfer, as a person should read it.
#ifndef HTTP_FAILURE_H_
#define HTTP_FAILURE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "curl/curl.h"
#include "http/phase.h"

namespace servo::http {

// What is known of a transfer that curl ended with an error.
struct CurlFailure {
  // CURLE_OK: curl took a connection that was closed within the headers for the
  // end of the answer.
  CURLcode code = CURLE_OK;
  std::string detail;  // CURLOPT_ERRORBUFFER; may be empty
  int os_errno = 0;    // CURLINFO_OS_ERRNO
  Phase phase = Phase::kResolve;
  bool proxied = false;  // CURLINFO_USED_PROXY
  // Whether it is the proxy that reads the request and answers: there is one of
  // HTTP, and no tunnel.
  bool asks_proxy = false;
  bool shakes_hands_with_proxy = false;  // in kTlsHandshake
  std::string host;
  std::string unix_socket;
  std::string
      status_line;  // of an answer whose headers were complete, or empty
  // Of a body whose length was announced; nothing otherwise.
  std::optional<int64_t> body_length;
  int64_t body_received = 0;
};

// One sentence without method and URL: kUnavailable, or kResourceExhausted for
// headers beyond curl's own limits; the phase and the own words (own_words.h)
// attached.
absl::Status DescribeFailure(const CurlFailure& failure);

}  // namespace servo::http

#endif  // HTTP_FAILURE_H_
