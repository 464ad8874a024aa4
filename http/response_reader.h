// Puts a Response together from the lines and bytes that arrive, within limits.
#ifndef HTTP_RESPONSE_READER_H_
#define HTTP_RESPONSE_READER_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "http/request.h"

namespace servo::http {

// What one answer may cost.
struct ResponseLimits {
  // Status lines and headers of one answer, interim ones (1xx) and trailers
  // included. Servers themselves stay below 64 KiB.
  size_t header_bytes = 256 * 1024;
  size_t header_lines = 1000;

  // Of a body that came compressed, decoded. Bodies that did not are not
  // limited: they cost the server as much as us, and what is kept of them is
  // bounded.
  uint64_t decoded_bytes = uint64_t{1} << 30;
};

// Reads one answer. A value; not thread-safe.
class ResponseReader {
 public:
  explicit ResponseReader(size_t output_limit,
                          const ResponseLimits& limits = {});

  // One line as received, line break included: status lines, headers, the empty
  // line that ends them, trailers. Interim answers are forgotten. An error,
  // kResourceExhausted, if a limit is exceeded: the answer is then to be given
  // up.
  absl::Status OnHeaderLine(absl::string_view line);

  // Bytes of the body, decoded. The same error.
  absl::Status OnBody(absl::string_view bytes);

  // Whether all headers of the final answer are there.
  bool headers_complete() const { return headers_complete_; }

  // Status line, headers and body so far; the rest of it is the caller's to
  // fill in.
  const Response& response() const { return response_; }
  Response& response() { return response_; }

 private:
  void BeginAnswer(absl::string_view status_line);
  void AddHeader(absl::string_view line);
  bool IsInterim() const;

  size_t output_limit_;
  ResponseLimits limits_;
  size_t header_bytes_ = 0;
  size_t header_lines_ = 0;
  bool headers_complete_ = false;
  bool encoded_ = false;
  Response response_;
};

}  // namespace servo::http

#endif  // HTTP_RESPONSE_READER_H_
