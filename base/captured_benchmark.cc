// How fast output is kept and made valid UTF-8, beside copying it: prints GB/s
// of processor time.
//
//   ./bazelw run //base:captured_benchmark [-- --smoke]
//
// With --smoke everything is done in small, to see that it works.

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "base/captured.h"
#include "base/testing/benchmarking.h"
#include "base/utf8.h"

namespace servo::base {
namespace {

// What is computed must not be optimized away.
uint64_t sink = 0;

// Bytes a nanosecond, when `work` is called `times` times on `bytes` bytes.
double Speed(size_t bytes, int times, absl::FunctionRef<void()> work) {
  const double begin = CpuSeconds();
  for (int i = 0; i < times; ++i) work();
  const double seconds = CpuSeconds() - begin;
  return static_cast<double>(bytes) * times / (seconds * 1e9);
}

void MeasureAppend(size_t piece, size_t total) {
  const std::string text(piece, 'x');
  Captured captured;
  std::string copy(piece, '\0');
  const int times = static_cast<int>(total / piece);
  const double ours = Speed(piece, times, [&] { captured.Append(text); });
  const double bare = Speed(piece, times, [&] {
    std::memcpy(copy.data(), text.data(), piece);
    sink += static_cast<unsigned char>(copy[sink % piece]);
  });
  sink += captured.total();
  std::printf("keeping pieces of %6zu bytes: %6.1f GB/s, memcpy %6.1f GB/s\n",
              piece, ours, bare);
}

// `unit` again and again, as of a whole task's output.
void MeasureUtf8(const char* what, absl::string_view unit, int times) {
  std::string text;
  while (text.size() < 2 * Captured::kDefaultLimit) text += unit;
  const double ours =
      Speed(text.size(), times, [&] { sink += ToValidUtf8(text).size(); });
  const double bare = Speed(text.size(), times, [&] {
    // The copy is what is measured. NOLINTNEXTLINE(*-copy-initialization)
    const std::string copy = text;
    sink += static_cast<unsigned char>(copy[sink % copy.size()]);
  });
  std::printf("valid UTF-8 out of %-10s %6.1f GB/s, std::string %6.1f GB/s\n",
              what, ours, bare);
}

void MeasureAll(bool smoke) {
  const size_t total = smoke ? 1 << 18 : size_t{4} << 30;
  for (size_t piece : {100, 4096, 65536, 262144}) {
    MeasureAppend(piece, total);
  }
  const int times = smoke ? 1 : 2000;
  MeasureUtf8("ASCII:", "an ordinary line of a log, with 1 number\n", times);
  MeasureUtf8("Cyrillic:", "\xD0\xB4\xD0\xB0 \xD0\xBD\xD0\xB5\xD1\x82\n",
              times);
  MeasureUtf8("junk:", "\xFF\xC3(\x80\xF0\x9F", times);
}

}  // namespace
}  // namespace servo::base

int main(int argc, char** argv) {
  const bool smoke = argc > 1 && std::strcmp(argv[1], "--smoke") == 0;
  servo::base::MeasureAll(smoke);
  return servo::base::sink == 0 ? 1 : 0;
}
