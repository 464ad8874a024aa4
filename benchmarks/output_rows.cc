#include <fstream>
#include <string>

#include "absl/log/check.h"
#include "absl/strings/str_cat.h"
#include "benchmarks/bench.h"
#include "benchmarks/rows.h"
#include "benchmarks/timed_process.h"

namespace servo::benchmarks {
namespace {

constexpr const char* kExpressions[] = {
    "^rate: ([0-9.]+)", "p99 latency ([0-9.]+) ms", "errors?=([0-9]+)"};

// A log of 1 GiB, in which a line of several hundred is one that an expression
// finds.
std::string MakeLog(const Bench& bench) {
  std::string piece;
  for (int i = 0; piece.size() < 1 << 20; ++i) {
    absl::StrAppend(&piece, "2026-01-01T00:00:00.", 100 + i % 900,
                    "Z INFO shop: GET /items/", i,
                    " answered 200 after 12 ms, 4711 bytes\n");
    if (i % 1000 == 0) absl::StrAppend(&piece, "rate: ", i, ".5\n");
    if (i % 1000 == 300) absl::StrAppend(&piece, "p99 latency ", i, " ms\n");
    if (i % 1000 == 600) absl::StrAppend(&piece, "timeouts=1 errors=", i, "\n");
  }
  std::string path = bench.FileNamed("log");
  std::ofstream file(path, std::ios::binary);
  for (int i = 0; i < 1024; ++i) file.write(piece.data(), 1 << 20);
  CHECK(file.flush());
  return path;
}

}  // namespace

void Output(Bench& bench, const std::string& work) {
  const Program flood =
      bench.Measuring("  pre: [{exec: [head, -c, 1G, /dev/zero]}]\n");
  bench.AddRatio(
      work, "`head -c 1G /dev/zero` into `cat`",
      Ratio(
          9, flood,
          {{"/bin/sh", "-c", "head -c 1G /dev/zero | cat >/dev/null"}, "", {}}),
      1.15);
  bench.AddMemory("the same: resident memory", Run(flood).max_rss_kib, 16);
}

// A notification shows what is kept: as much as by default, and as much as can
// be.
void MaskedOutput(Bench& bench, const std::string& work) {
  std::string secrets = "  secrets:\n";
  for (int i = 0; i < 50; ++i) {
    const std::string file = bench.FileNamed(absl::StrCat("secret-", i));
    std::ofstream(file) << "Secret/" << i * 7919 << "+0123456789abcdef";
    absl::StrAppend(&secrets, "    s", i, ": {file: ", file, "}\n");
  }
  for (const std::string limit : {"64K", "64M"}) {
    const std::string task = absl::StrCat(
        "  pre:\n    - notify: true\n      max_output: ", limit,
        "\n      shell_exec: yes an ordinary line of a log, with one number "
        "4711 | head -c 1G\n");
    bench.AddRatio(
        absl::StrCat(work, ", max_output ", limit), "the same without",
        Ratio(5, bench.Measuring(secrets + task), bench.Measuring(task)), 1.15);
  }
}

// Samples are looked for in the output as it arrives; grep(1) counts lines.
// Both read what the same cat(1) writes into a pipe.
void ScannedOutput(Bench& bench, const std::string& work) {
  const std::string log = MakeLog(bench);
  std::string section = absl::StrCat(
      "  start:\n    - name: scan\n      async: true\n      sample: true\n"
      "      on_exit: end_window\n      exec: [cat, ",
      log, "]\n      metrics:\n");
  // Not to /dev/null: grep stops at the first match then.
  std::string grep = absl::StrCat("[ $(cat ", log, " | grep -cE");
  for (const char* expression : kExpressions) {
    absl::StrAppend(&section, "        '", expression, "': {regex: '",
                    expression, "', over: count, at_least: 1}\n");
    absl::StrAppend(&grep, " -e '", expression, "'");
  }
  grep += ") -gt 0 ]";
  const Program scanning = bench.Measuring(section, /*seconds=*/600);
  bench.AddRatio(work, "`cat` into `grep -cE` with the three",
                 Ratio(5, scanning, {{"/bin/sh", "-c", grep}, "", {}}), 1.5);
  bench.AddMemory("the same: resident memory", Run(scanning).max_rss_kib, 32);
}

}  // namespace servo::benchmarks
