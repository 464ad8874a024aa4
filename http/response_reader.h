// Puts a Response together from the lines and bytes that arrive, within limits.
#ifndef HTTP_RESPONSE_READER_H_
#define HTTP_RESPONSE_READER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "http/content_decoder.h"
#include "http/request.h"
#include "http/saved_body.h"

namespace servo::http {

// What one answer may cost.
struct ResponseLimits {
  // Status lines and headers of one answer, interim ones (1xx) and trailers
  // included. Servers themselves stay below 64 KiB.
  size_t header_bytes = 256 * 1024;
  size_t header_lines = 1000;

  // Of a body that came compressed: as it came, and decoded. Bodies that did
  // not are not limited: they cost the server as much as us, and what is kept
  // of them is bounded.
  uint64_t decoded_bytes = uint64_t{1} << 30;
};

// Reads one answer. Movable; not thread-safe. Errors are kResourceExhausted
// when a limit is exceeded and kUnavailable when the answer is malformed or its
// file can't be written: it is then to be given up.
class ResponseReader {
 public:
  // Keeps up to `output_limit` bytes of the body's head and of its tail;
  // `redactor` as in Request.
  explicit ResponseReader(size_t output_limit,
                          const ResponseLimits& limits = {},
                          const base::Redactor* redactor = nullptr);

  // Where the whole body goes too; nullptr: nowhere. Not owned; before the
  // first byte of the body.
  void SaveTo(SavedBody* file) { file_ = file; }

  // One line as received, line break included: status lines, headers, the empty
  // line that ends them, trailers. Interim answers are forgotten.
  absl::Status OnHeaderLine(absl::string_view line);

  // Bytes of the body as they came. Encoded ones are not decoded yet.
  absl::Status OnBody(absl::string_view bytes);

  // Whether bytes wait to be decoded; whether so many that no more should come.
  bool decoding() const { return decoder_ != nullptr && decoder_->pending(); }
  bool full() const { return decoder_ != nullptr && decoder_->full(); }

  // Decodes for a few milliseconds at most.
  absl::Status DecodePiece();

  // Whether the body is whole, as far as its encoding tells.
  absl::Status Finish() const;

  // Whether all headers of the final answer are there.
  bool headers_complete() const { return headers_complete_; }

  // Status line, headers and body so far; the rest of it is the caller's to
  // fill in.
  const Response& response() const { return response_; }
  Response& response() { return response_; }

 private:
  absl::Status BeginAnswer(absl::string_view status_line);
  absl::Status AddHeader(absl::string_view line);
  absl::Status CheckContentLength(absl::string_view value);
  absl::Status Keep(absl::string_view bytes);
  bool IsInterim() const;

  size_t output_limit_;
  ResponseLimits limits_;
  const base::Redactor* redactor_;
  SavedBody* file_ = nullptr;
  size_t header_bytes_ = 0;
  size_t header_lines_ = 0;
  bool headers_complete_ = false;
  std::optional<uint64_t> content_length_;
  bool body_began_ = false;
  std::unique_ptr<ContentDecoder> decoder_;  // nullptr: taken as it comes
  Response response_;
};

}  // namespace servo::http

#endif  // HTTP_RESPONSE_READER_H_
