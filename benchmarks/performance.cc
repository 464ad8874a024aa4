// Measures `measure` beside bare floors and prints a table:
//
//   ./bazelw run //benchmarks:performance [-- [--only TEXT] [TABLE.md]]
//
// With --only, measures no more than the work whose name holds TEXT ("GETs"),
// in a minute instead of ten. Writes the table as Markdown if a file is named.
// The exit code is 0 if every figure is what is to be reached.

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "benchmarks/bench.h"
#include "benchmarks/rows.h"

namespace servo::benchmarks {
namespace {

namespace fs = std::filesystem;

// Measures what has `only` in its name.
void MeasureAll(Bench& bench, const std::string& only) {
  constexpr std::pair<const char*, void (*)(Bench&, const std::string&)>
      kAll[] = {
          {"--info, exec to exit", &Info},
          {"a measurement with nothing to do", &Nothing},
          {"1,000 exec tasks in a row", &ExecTasks},
          {"1,000 exec tasks with a report", &ReportedTasks},
          {"1,000 GETs in a row, same host", &Gets},
          {"1 GiB of task output", &Output},
          {"1 GiB of output, 50 secrets masked", &MaskedOutput},
          {"1 GiB of output, three expressions", &ScannedOutput},
          {"window of 1 s: error (median)", &Window},
          {"timeout of an obedient child: delay (median)", &Timeout},
          {"cancel to exit, everything obeys (median)", &Cancel},
          {"death of a task with on_exit: fail to exit (median)", &EarlyEnd},
          {"end of 300 background tasks (median)", &EndOfBackgroundTasks},
          {"a 60 s window, nothing going on: CPU", &Idle},
          {"a window with 20 samplers at 1 s: CPU", &Samplers},
          {"configuration of 10 / 1,000 / 100,000 tasks", &Configuration},
          {"100 / 1,000 / 10,000 exec tasks: time per task", &ExecGrowth},
          {"100 / 1,000 / 10,000 shell_exec tasks: time per task",
           &ShellGrowth},
          {"100 / 1,000 / 10,000 request tasks: time per task", &RequestGrowth},
      };
  for (const auto& [work, measure] : kAll) {
    if (absl::StrContains(work, only)) measure(bench, work);
  }
}

std::string ProcessorName() {
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line);) {
    absl::string_view text = line;
    if (absl::ConsumePrefix(&text, "model name\t: ")) return std::string(text);
  }
  return "unknown processor";
}

void WriteTable(const std::vector<Row>& rows, std::ostream& page) {
  page << "Measured on "
       << absl::FormatTime("%Y-%m-%d", absl::Now(), absl::UTCTimeZone()) << ", "
       << ProcessorName() << ", " << sysconf(_SC_NPROCESSORS_ONLN)
       << " cores.\n\n"
       << "| work | floor | measured | to reach | |\n"
       << "| --- | --- | --- | --- | --- |\n";
  for (const Row& row : rows) {
    page << "| " << row.work << " | " << row.floor << " | " << row.figure
         << " | " << row.target << " | " << (row.reached ? "" : "missed")
         << " |\n";
  }
}

// `path` as seen from where Bazel was called.
fs::path FromCaller(const std::string& path) {
  const char* directory = std::getenv("BUILD_WORKING_DIRECTORY");
  return directory != nullptr ? fs::path(directory) / path : fs::path(path);
}

int Main(std::vector<std::string> arguments) {
  const auto only = std::find(arguments.begin(), arguments.end(), "--only");
  std::string text;
  if (arguments.end() - only >= 2) {
    text = only[1];
    arguments.erase(only, only + 2);
  }
  if (arguments.size() < 4 || arguments.size() > 5) {
    std::fprintf(stderr,
                 "usage: performance MEASURE SPAWN_LOOP HTTP_LOOP HTTP_SERVER "
                 "[--only TEXT] [TABLE.md]\n");
    return 2;
  }
  Bench bench({arguments[0], arguments[1], arguments[2], arguments[3]});
  MeasureAll(bench, text);
  const std::vector<Row>& rows = bench.rows();
  if (rows.empty()) {
    std::fprintf(stderr, "performance: nothing is named like \"%s\"\n",
                 text.c_str());
    return 2;
  }
  if (arguments.size() == 5) {
    std::ofstream page(FromCaller(arguments[4]));
    WriteTable(rows, page);
    if (!page.flush()) {
      std::fprintf(stderr, "performance: cannot write %s\n",
                   arguments[4].c_str());
      return 1;
    }
  }
  return std::all_of(rows.begin(), rows.end(),
                     [](const Row& row) { return row.reached; })
             ? 0
             : 1;
}

}  // namespace
}  // namespace servo::benchmarks

int main(int argc, char** argv) {
  return servo::benchmarks::Main(
      std::vector<std::string>(argv + 1, argv + argc));
}
