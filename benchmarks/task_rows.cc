#include <string>
#include <vector>

#include "absl/log/check.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "base/testing/benchmarking.h"
#include "benchmarks/bench.h"
#include "benchmarks/rows.h"
#include "benchmarks/timed_process.h"

namespace servo::benchmarks {
namespace {

constexpr char kExecTask[] = "{exec: /bin/true}";

std::string GetTask(const Bench& bench) {
  return absl::StrFormat("{request: {url: \"%s\"}}", bench.url());
}

// Time per task, beyond what a run with nothing to do takes, and memory, as the
// number of tasks grows tenfold. All sizes are run in turn, so that each sees
// the same machine; growth is the median of the rounds' own.
void Growth(Bench& bench, const std::string& work, const std::string& task) {
  const Program nothing = bench.Measuring("  pre: []\n");
  const int counts[] = {100, 1000, 10000};
  std::vector<Program> programs;
  for (int count : counts) {
    programs.push_back(bench.Measuring(Stage("pre", count, task)));
  }
  std::vector<double> per_task[3], growth;
  double memory[3];
  for (int round = 0; round < 7; ++round) {
    const double empty = Seconds(nothing);
    for (int i = 0; i < 3; ++i) {
      const Timing timing = Run(programs[i]);
      CHECK_EQ(timing.exit_code, 0) << work;
      per_task[i].push_back((absl::ToDoubleSeconds(timing.wall) - empty) /
                            counts[i] * 1e6);
      memory[i] = static_cast<double>(timing.max_rss_kib) / 1024;
    }
    growth.push_back(per_task[2].back() / per_task[1].back());
  }
  bench.Add(
      {work, "linear",
       absl::StrFormat("%.0f / %.0f / %.0f us", base::Median(per_task[0]),
                       base::Median(per_task[1]), base::Median(per_task[2])),
       "constant within 10 %", base::Median(growth) <= 1.1});
  bench.Add({"the same: resident memory", "flat",
             absl::StrFormat("%.1f / %.1f / %.1f MB", memory[0], memory[1],
                             memory[2]),
             "the plan's size alone", memory[2] - memory[0] <= 16});
}

}  // namespace

void Info(Bench& bench, const std::string& work) {
  bench.AddRatio(work, "/bin/true",
                 Ratio(201, {{bench.programs().measure, "--info"}, "", {}},
                       {{"/bin/true"}, "", {}}),
                 1.2);
}

void Nothing(Bench& bench, const std::string& work) {
  bench.AddRatio(
      work, "/bin/true",
      Ratio(201, bench.Measuring("  pre: []\n"), {{"/bin/true"}, "", {}}), 2);
}

void ExecTasks(Bench& bench, const std::string& work) {
  bench.AddRatio(
      work, "C loop of posix_spawn, drained pipes",
      Ratio(9, bench.Measuring(Stage("pre", 1000, kExecTask)),
            {{bench.programs().spawn_loop, "1000", "/bin/true"}, "", {}}),
      1.15);
}

void ReportedTasks(Bench& bench, const std::string& work) {
  const std::string tasks = Stage("pre", 1000, kExecTask);
  const std::string report = absl::StrFormat("  report: {dir: %s, keep: 1}\n",
                                             bench.FileNamed("reports"));
  bench.AddRatio(
      work, "the same without",
      Ratio(21, bench.Measuring(report + tasks), bench.Measuring(tasks)), 1.03);
}

void Gets(Bench& bench, const std::string& work) {
  const OnOneCpu one_cpu(bench.server());
  bench.AddRatio(
      work, "C loop on one libcurl handle",
      Ratio(21, bench.Measuring(Stage("pre", 1000, GetTask(bench))),
            {{bench.programs().http_loop, "1000", bench.url()}, "", {}}),
      1.25);
}

void Configuration(Bench& bench, const std::string& work) {
  std::vector<double> seconds;
  for (int tasks : {10, 1000, 100000}) {
    Program check = bench.Measuring(Stage(
        "pre", tasks, "{name: one task, exec: [/bin/true, x], timeout: 5}"));
    check.argv = {bench.programs().measure, "--check", "--config",
                  check.argv[2]};
    std::vector<double> times(5);
    for (double& time : times) time = Seconds(check);
    seconds.push_back(base::Median(times));
  }
  bench.Add({work, "linear",
             absl::StrFormat("%.1f / %.1f / %.0f ms", seconds[0] * 1e3,
                             seconds[1] * 1e3, seconds[2] * 1e3),
             "<= 1 s for the last", seconds[2] <= 1});
}

void ExecGrowth(Bench& bench, const std::string& work) {
  Growth(bench, work, kExecTask);
}

void ShellGrowth(Bench& bench, const std::string& work) {
  Growth(bench, work, "{shell_exec: \":\"}");
}

void RequestGrowth(Bench& bench, const std::string& work) {
  const OnOneCpu one_cpu(bench.server());
  Growth(bench, work, GetTask(bench));
}

}  // namespace servo::benchmarks
