// What masking costs, with no, 5 and 50 secrets, beside making text of the same
// output without: prints GB/s of processor time and the ratio.
//
//   ./bazelw run //base:redactor_benchmark [-- --smoke]
//
// With --smoke everything is done in small, to see that it works.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <random>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "base/captured.h"
#include "base/redactor.h"
#include "base/testing/benchmarking.h"

namespace servo::base {
namespace {

// What is computed must not be optimized away.
uint64_t sink = 0;

std::string RandomToken(std::mt19937* random, size_t size) {
  constexpr absl::string_view kLetters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_/+ ";
  std::string token;
  while (token.size() < size) token += kLetters[(*random)() % kLetters.size()];
  return token;
}

// `bytes` of lines of a log, each with a random number.
std::string Log(size_t bytes, std::mt19937* random) {
  std::string log;
  while (log.size() < bytes) {
    log += "2026-01-02T03:04:05 INFO request " + std::to_string((*random)()) +
           " took 12 ms, id " + RandomToken(random, 12) + "\n";
  }
  log.resize(bytes);
  return log;
}

// Seconds to take `total` bytes in pieces of a pipe's size, and to show them.
double Seconds(absl::string_view log, size_t total, size_t limit,
               const Redactor* redactor) {
  constexpr size_t kPiece = size_t{64} << 10;
  const double begin = CpuSeconds();
  Captured captured(limit, redactor);
  size_t at = 0;
  for (size_t done = 0; done < total; done += kPiece) {
    captured.Append(log.substr(at, kPiece));
    at = at + 2 * kPiece > log.size() ? 0 : at + kPiece;
  }
  sink += captured.Text().size() + captured.TailText(1024).size();
  return CpuSeconds() - begin;
}

void Measure(const char* what, size_t secret_bytes, int secrets, size_t limit,
             bool smoke) {
  std::mt19937 random(7);
  Redactor redactor;
  for (int i = 0; i < secrets; ++i) {
    redactor.Add(RandomToken(&random, secret_bytes));
  }
  const std::string log = Log(smoke ? 1 << 18 : 1 << 24, &random);
  const size_t total = smoke ? 1 << 20 : size_t{1} << 30;
  const double ratio = MedianRatio(
      smoke ? 1 : 3, [&] { return Seconds(log, total, limit, &redactor); },
      [&] { return Seconds(log, total, limit, nullptr); });
  const double begin = CpuSeconds();
  std::string text = log;
  const int times = smoke ? 1 : 20;
  for (int i = 0; i < times; ++i) text = redactor.Redact(std::move(text));
  const double speed =
      static_cast<double>(log.size()) * times / ((CpuSeconds() - begin) * 1e9);
  sink += text.size();
  std::printf(
      "%2d secrets of %2zu bytes, %-15s %5.2f of without; search %5.1f "
      "GB/s\n",
      secrets, secret_bytes, what, ratio, speed);
}

void MeasureAll(bool smoke) {
  constexpr size_t kDefault = Captured::kDefaultLimit;
  constexpr size_t kMost = size_t{64} << 20;  // of max_output
  for (const size_t bytes : {8, 30}) {
    for (const int secrets : {5, 50}) {
      Measure("1 GiB, 128 KiB kept", bytes, secrets, kDefault, smoke);
      Measure("1 GiB, 128 MiB kept", bytes, secrets, smoke ? kDefault : kMost,
              smoke);
    }
  }
}

}  // namespace
}  // namespace servo::base

int main(int argc, char** argv) {
  const bool smoke = argc > 1 && std::strcmp(argv[1], "--smoke") == 0;
  servo::base::MeasureAll(smoke);
  return servo::base::sink == 0 ? 1 : 0;
}
