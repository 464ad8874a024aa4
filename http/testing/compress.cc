#include "http/testing/compress.h"

#include <array>

#include "absl/log/check.h"
#include "zlib.h"

namespace servo::http {
namespace {

// As deflateInit2() takes them.
constexpr int kGzipWindow = 15 + 16;
constexpr int kZlibWindow = 15;
constexpr int kRawWindow = -15;

// The length of a member's header (RFC 1952 section 2.3).
constexpr size_t kGzipHeader = 10;

class Deflater {
 public:
  explicit Deflater(int window) {
    CHECK_EQ(deflateInit2(&stream_, Z_BEST_COMPRESSION, Z_DEFLATED, window, 9,
                          Z_DEFAULT_STRATEGY),
             Z_OK);
  }
  ~Deflater() { deflateEnd(&stream_); }

  void Add(absl::string_view text) { Run(text, Z_NO_FLUSH); }
  std::string Finish() {
    Run("", Z_FINISH);
    return result_;
  }

 private:
  void Run(absl::string_view text, int flush) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream_.avail_in = static_cast<uInt>(text.size());
    do {
      std::array<char, 16 * 1024> buffer;
      stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
      stream_.avail_out = buffer.size();
      deflate(&stream_, flush);
      result_.append(buffer.data(), buffer.size() - stream_.avail_out);
    } while (stream_.avail_out == 0);
  }

  z_stream stream_ = {};
  std::string result_;
};

std::string Deflated(absl::string_view text, int window) {
  Deflater deflater(window);
  deflater.Add(text);
  return deflater.Finish();
}

}  // namespace

std::string Gzip(absl::string_view text) { return Deflated(text, kGzipWindow); }
std::string Zlib(absl::string_view text) { return Deflated(text, kZlibWindow); }
std::string RawDeflate(absl::string_view text) {
  return Deflated(text, kRawWindow);
}

std::string GzipOfZeros(size_t megabytes) {
  const std::string member = Gzip(std::string(1 << 20, '\0'));
  std::string result;
  while (megabytes-- > 0) result += member;
  return result;
}

std::string GzipOfEmptyBlocks(size_t size) {
  const std::string empty = Gzip("");
  std::string result = empty.substr(0, kGzipHeader);
  while (result.size() < size) result.append("\0\0\0\xff\xff", 5);
  return result + empty.substr(kGzipHeader);
}

std::string GzipTwiceOfEmptyBlocks(size_t megabytes) {
  const std::string empty = Gzip("");
  std::string blocks;
  while (blocks.size() < 1'000'000) blocks.append("\0\0\0\xff\xff", 5);
  const std::string member = Gzip(blocks);
  std::string result = Gzip(empty.substr(0, kGzipHeader));
  while (megabytes-- > 0) result += member;
  return result + Gzip(empty.substr(kGzipHeader));
}

}  // namespace servo::http
