// Prints how long configurations of growing size take to load, and how much
// memory at most:
//   ./bazelw run //config:loader_benchmark
// The argument --smoke makes it small enough for a test.
#include <sys/resource.h>

#include <cstdio>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/testing/benchmarking.h"
#include "config/loader.h"
#include "yaml/diagnostics.h"

namespace servo::config {
namespace {

std::string PlainTasks(int count) {
  std::string text = "exec:\n  start:\n";
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&text, "    - name: task ", i,
                    "\n      timeout: 10\n      exec: [/bin/echo, a, b]\n");
  }
  return text;
}

std::string MergedTasks(int count) {
  std::string text =
      "x-defaults: &defaults\n  timeout: 10\n  retries: 2\n  notify: yes\n"
      "exec:\n  start:\n";
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&text, "    - <<: *defaults\n      shell_exec: echo ", i,
                    "\n");
  }
  return text;
}

std::string WrongTasks(int count) {
  std::string text = "exec:\n  start:\n";
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&text, "    - exce: task ", i, "\n");
  }
  return text;
}

void Measure(absl::string_view what, int count, const std::string& text) {
  const double begin = base::CpuSeconds();
  yaml::Diagnostics diagnostics;
  const bool ok = LoadPlan(text, "benchmark.yaml", &diagnostics).ok();
  const double elapsed = base::CpuSeconds() - begin;
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  std::printf(
      "%-7s %7d tasks %6.1f MB of text: %6.3f s of CPU, %5.2f us a task, %ld "
      "MB at "
      "most (%s)\n",
      std::string(what).c_str(), count, text.size() / 1e6, elapsed,
      elapsed * 1e6 / count, usage.ru_maxrss / 1024, ok ? "loaded" : "refused");
}

void Run(int largest) {
  for (int count = largest / 100; count <= largest; count *= 10) {
    Measure("plain", count, PlainTasks(count));
    Measure("merged", count, MergedTasks(count));
    Measure("wrong", count, WrongTasks(count));
  }
}

}  // namespace
}  // namespace servo::config

int main(int argc, char** argv) {
  const bool smoke = argc > 1 && absl::string_view(argv[1]) == "--smoke";
  servo::config::Run(smoke ? 1000 : 100'000);
}
