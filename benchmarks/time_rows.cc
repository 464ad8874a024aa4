#include <unistd.h>

#include <cmath>
#include <csignal>
#include <fstream>
#include <string>
#include <vector>

#include "absl/log/check.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "base/testing/benchmarking.h"
#include "benchmarks/bench.h"
#include "benchmarks/rows.h"
#include "benchmarks/timed_process.h"

namespace servo::benchmarks {
namespace {

// The child of a process that has one.
pid_t ChildOf(pid_t parent) {
  std::ifstream children(
      absl::StrFormat("/proc/%d/task/%d/children", parent, parent));
  pid_t child = 0;
  CHECK(children >> child);
  return child;
}

}  // namespace

// The window's length as two tasks around it see it would contain the tasks'
// own start; the lines that begin and end it do not. How late their reader,
// this process, is woken is in the figure twice, and mostly cancels out.
void Window(Bench& bench, const std::string& work) {
  const Program window = Telling(bench.Measuring("  pre: []\n", 1));
  std::vector<double> errors;
  for (int i = 0; i < 7; ++i) {
    absl::Duration begin, end;
    RunWithLines(window,
                 [&](const std::string& line, absl::Duration when, pid_t) {
                   if (absl::StrContains(line, ": Measuring")) begin = when;
                   if (absl::StrContains(line, ": Stage stop")) end = when;
                 });
    errors.push_back(
        std::abs(absl::ToDoubleMilliseconds(end - begin - absl::Seconds(1))));
  }
  bench.AddMilliseconds(work, base::Median(errors), 1);
}

// What a timeout costs beyond the time itself: against a task that takes as
// long by itself.
void Timeout(Bench& bench, const std::string& work) {
  const Program timed_out = bench.Measuring(
      "  pre: [{exec: [sleep, 100], timeout: 0.2, ignore_exitcode: true}]\n");
  const Program by_itself = bench.Measuring("  pre: [{exec: [sleep, 0.2]}]\n");
  std::vector<double> late(11);
  for (double& delay : late) {
    delay = (Seconds(timed_out) - Seconds(by_itself)) * 1000;
  }
  bench.AddMilliseconds(work, base::Median(late), 10);
}

void Cancel(Bench& bench, const std::string& work) {
  const Program cancelled =
      Telling(bench.Measuring("  start: [{exec: [sleep, 100], async: true}]\n"
                              "  post: [{exec: /bin/true}]\n",
                              60));
  std::vector<double> cancels;
  for (int i = 0; i < 11; ++i) {
    absl::Duration signalled;
    const absl::Duration start = base::Now();
    const Timing timing = RunWithLines(
        cancelled, [&](const std::string& line, absl::Duration, pid_t pid) {
          if (!absl::StrContains(line, ": Measuring")) return;
          signalled = base::Now();
          kill(pid, SIGUSR1);
        });
    CHECK_EQ(timing.exit_code, 3);
    cancels.push_back(
        absl::ToDoubleMilliseconds(start + timing.wall - signalled));
  }
  bench.AddMilliseconds(work, base::Median(cancels), 20);
}

void EarlyEnd(Bench& bench, const std::string& work) {
  const Program failing = Telling(bench.Measuring(
      "  start: [{exec: [sleep, 100], async: true, on_exit: fail}]\n"
      "  post: [{exec: /bin/true}]\n",
      60));
  std::vector<double> ends;
  for (int i = 0; i < 11; ++i) {
    absl::Duration died;
    const absl::Duration start = base::Now();
    const Timing timing = RunWithLines(
        failing, [&](const std::string& line, absl::Duration, pid_t pid) {
          if (!absl::StrContains(line, ": Measuring")) return;
          died = base::Now();
          kill(ChildOf(pid), SIGKILL);
        });
    CHECK_EQ(timing.exit_code, 1);
    ends.push_back(absl::ToDoubleMilliseconds(start + timing.wall - died));
  }
  bench.AddMilliseconds(work, base::Median(ends), 20);
}

void EndOfBackgroundTasks(Bench& bench, const std::string& work) {
  const Program many = Telling(bench.Measuring(
      Stage("start", 300, "{exec: [sleep, 100], async: true}")));
  std::vector<double> ends;
  for (int i = 0; i < 7; ++i) {
    absl::Duration post;
    const absl::Duration start = base::Now();
    const Timing timing = RunWithLines(
        many, [&](const std::string& line, absl::Duration when, pid_t) {
          if (absl::StrContains(line, ": Stage post")) post = when;
        });
    CHECK_EQ(timing.exit_code, 0);
    ends.push_back(absl::ToDoubleMilliseconds(start + timing.wall - post));
  }
  bench.AddMilliseconds(work, base::Median(ends), 100);
}

void Idle(Bench& bench, const std::string& work) {
  const Timing idle = Run(bench.Measuring("  pre: []\n", 60));
  CHECK_EQ(idle.exit_code, 0);
  bench.AddMilliseconds(work, absl::ToDoubleMilliseconds(idle.cpu), 5);
  bench.AddMemory("the same: resident memory", idle.max_rss_kib, 8);
}

// Of the processor time of all, what a plain loop takes for as many processes
// is taken off.
void Samplers(Bench& bench, const std::string& work) {
  constexpr int kSamplers = 20;
  constexpr int kSeconds = 20;
  std::string section = "  start:\n";
  for (int i = 0; i < kSamplers; ++i) {
    absl::StrAppend(&section,
                    "    - {every: 1, exec: [/bin/echo, n=1], metrics: {m", i,
                    ": {regex: 'n=(.*)'}}}\n");
  }
  const Program sampling = bench.Measuring(section, kSeconds);
  const Program processes = {
      {bench.programs().spawn_loop, absl::StrCat(kSamplers * kSeconds),
       "/bin/echo", "n=1"},
      "",
      {}};
  std::vector<double> shares;
  for (int i = 0; i < 3; ++i) {
    const Timing ours = Run(sampling);
    const Timing floor = Run(processes);
    CHECK_EQ(ours.exit_code, 0);
    shares.push_back(
        absl::FDivDuration(ours.cpu - floor.cpu, absl::Seconds(kSeconds)) *
        100);
  }
  const double share = base::Median(shares);
  bench.Add({work, "C loop of posix_spawn, as many",
             absl::StrFormat("%.2f %% of a core more", share), "<= 1 %",
             share <= 1});
}

}  // namespace servo::benchmarks
