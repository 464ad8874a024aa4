// How fast progress lines are made and requests are read: prints the processor
// time of each, beside printf(3) and beside nlohmann's parser on its own.
//
//   ./bazelw run //protocol:messages_benchmark [-- --smoke]
//
// With --smoke everything is done in small, to see that it works.

#include <cstdio>
#include <cstring>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/log/check.h"
#include "absl/strings/str_cat.h"
#include "base/testing/benchmarking.h"
#include "nlohmann/json.hpp"
#include "protocol/json_line.h"
#include "protocol/messages.h"
#include "protocol/request.h"

namespace servo::protocol {
namespace {

// Microseconds of processor time for each of `times` calls of `work`.
double Microseconds(int times, absl::FunctionRef<void()> work) {
  const double begin = base::CpuSeconds();
  for (int i = 0; i < times; ++i) work();
  return (base::CpuSeconds() - begin) * 1e6 / times;
}

void MeasureProgress(int times) {
  const std::string message = "Stage start: 12 tasks, some of them \"quoted\"";
  size_t bytes = 0;
  const double ours = Microseconds(
      times, [&] { bytes += ToString(ProgressLine(42, {message})).size(); });
  const double bare = Microseconds(times, [&] {
    char line[256];
    bytes += static_cast<size_t>(std::snprintf(
        line, sizeof(line), "{\"progress\":%d,\"message\":\"%s\"}", 42,
        message.c_str()));
  });
  CHECK_GT(bytes, 0u);
  std::printf("progress line: %.2f us, printf %.2f us\n", ours, bare);
}

// A request with `entries` members that a driver ignores.
std::string Request(int entries) {
  std::string text = "{\"control\": {\"duration\": 10, \"warmup\": 1.5}";
  for (int i = 0; i < entries; ++i) {
    absl::StrAppend(&text, ", \"setting ", i, "\": {\"value\": ", i,
                    ".25, \"of\": [true, null, \"text\"]}");
  }
  return absl::StrCat(text, "}");
}

void MeasureRequest(int entries, int times) {
  const std::string text = Request(entries);
  const double ours =
      Microseconds(times, [&] { CHECK_OK(ParseRequest(text).status()); });
  const double bare =
      Microseconds(times, [&] { CHECK(nlohmann::json::accept(text)); });
  std::printf("request of %7zu bytes: %.1f us, bare parser %.1f us (%.2f x)\n",
              text.size(), ours, bare, ours / bare);
}

void MeasureAll(bool smoke) {
  MeasureProgress(smoke ? 10 : 1'000'000);
  MeasureRequest(0, smoke ? 10 : 100'000);
  MeasureRequest(smoke ? 200 : 20'000, smoke ? 1 : 50);
}

}  // namespace
}  // namespace servo::protocol

int main(int argc, char** argv) {
  servo::protocol::MeasureAll(argc > 1 && std::strcmp(argv[1], "--smoke") == 0);
}
