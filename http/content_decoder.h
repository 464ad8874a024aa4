// Undoes the Content-Encoding of a body (gzip, deflate and chains of them) in
// pieces of bounded work, so that no body can hold up the event loop.
#ifndef HTTP_CONTENT_DECODER_H_
#define HTTP_CONTENT_DECODER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "http/request.h"

namespace servo::http {

// What one encoded body may cost.
struct DecoderLimits {
  // Bytes that arrive, and bytes that any one of the encodings turns into.
  uint64_t bytes = uint64_t{1} << 30;

  // How many times larger than what has arrived the result of an encoding may
  // be, beyond `ratio_floor` bytes. Deflate itself can't exceed 1032, so that
  // only encodings on top of each other do.
  uint64_t ratio = 2000;
  uint64_t ratio_floor = uint64_t{1} << 20;

  size_t encodings = 5;  // on top of each other
};

// Decodes one body. Not thread-safe.
//
// gzip: one or more members (RFC 1952 section 2.2), zero bytes after the last
// are ignored. deflate: a zlib stream (RFC 1950) or, as some servers send, raw
// deflate data (RFC 1951). Errors are kUnavailable for a malformed or cut body,
// kResourceExhausted beyond the limits; after one the decoder is of no use.
class ContentDecoder {
 public:
  using Sink = absl::FunctionRef<absl::Status(absl::string_view)>;

  // How much may be fed until Feed() should wait for DecodePiece().
  static constexpr size_t kFull = 32 * 1024;

  // The decoder that the Content-Encoding in `headers` asks for; nullptr if the
  // body is to be taken as it is. `identity` and `aws-chunked` change nothing
  // in a body. An unknown encoding is left in place, and with it what lies
  // below: the body is as python-requests gives it.
  static absl::StatusOr<std::unique_ptr<ContentDecoder>> ForHeaders(
      const Headers& headers, const DecoderLimits& limits = {});

  ~ContentDecoder();
  ContentDecoder(const ContentDecoder&) = delete;
  ContentDecoder& operator=(const ContentDecoder&) = delete;

  // Takes encoded bytes; decodes nothing yet.
  absl::Status Feed(absl::string_view bytes);

  // Whether DecodePiece() has something to do.
  bool pending() const;

  // Whether more than kFull bytes wait.
  bool full() const;

  // Works for a few milliseconds at most and hands what it decodes to `sink`,
  // whose error it returns.
  absl::Status DecodePiece(Sink sink);

  // Whether the body that was fed is whole; an empty one is. Only when nothing
  // is pending.
  absl::Status Finish() const;

 private:
  class Stage;

  explicit ContentDecoder(const DecoderLimits& limits);

  // Lets the last stage that has something to do work for one step; returns
  // what it cost.
  absl::StatusOr<size_t> Step(Sink sink);
  absl::Status CheckLimits(uint64_t made) const;

  const DecoderLimits limits_;
  uint64_t received_ = 0;
  std::vector<std::unique_ptr<Stage>> stages_;  // the outermost encoding first
};

}  // namespace servo::http

#endif  // HTTP_CONTENT_DECODER_H_
