// What servers do to bodies, for tests.
#ifndef HTTP_TESTING_COMPRESS_H_
#define HTTP_TESTING_COMPRESS_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace servo::http {

std::string Gzip(absl::string_view text);        // RFC 1952, one member
std::string Zlib(absl::string_view text);        // RFC 1950
std::string RawDeflate(absl::string_view text);  // RFC 1951

// `megabytes` MiB of zero bytes, in a member each: made at once, whatever their
// number.
std::string GzipOfZeros(size_t megabytes);

// A gzip member of `size` bytes or somewhat more that decodes to nothing: empty
// stored blocks, five bytes each.
std::string GzipOfEmptyBlocks(size_t size);

// The same of `megabytes` MB, compressed once more.
std::string GzipTwiceOfEmptyBlocks(size_t megabytes);

}  // namespace servo::http

#endif  // HTTP_TESTING_COMPRESS_H_
