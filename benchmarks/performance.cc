// Measures `measure` beside bare floors and prints a table:
//
//   ./bazelw run //benchmarks:performance [-- [--only TEXT] [TABLE.md]]
//
// With --only, measures no more than the work whose name holds TEXT ("GETs"),
// in a minute instead of ten. Writes the table as Markdown if a file is named.
// The exit code is 0 if every figure is what is to be reached.

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/log/check.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/testing/benchmarking.h"
#include "benchmarks/timed_process.h"

namespace servo::benchmarks {
namespace {

namespace fs = std::filesystem;

// The programs that take part.
struct Programs {
  std::string measure;
  std::string spawn_loop;
  std::string http_loop;
  std::string http_server;
};

struct Row {
  std::string work;
  std::string floor;
  std::string figure;
  std::string target;
  bool reached;
};

std::string Request(double seconds) {
  return absl::StrFormat("{\"control\": {\"duration\": %g}}", seconds);
}

class Performance {
 public:
  explicit Performance(Programs programs) : programs_(std::move(programs)) {
    std::string pattern = fs::temp_directory_path() / "performance-XXXXXX";
    CHECK(mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
    StartServer();
  }
  ~Performance() {
    kill(server_, SIGKILL);
    pclose(server_output_);
    fs::remove_all(folder_);
  }
  Performance(const Performance&) = delete;
  Performance& operator=(const Performance&) = delete;

  // What of it has `only` in its name.
  std::vector<Row> MeasureAll(const std::string& only);

 private:
  // Each measures the work named, and adds its rows.
  void Info(const std::string& work);
  void Nothing(const std::string& work);
  void ExecTasks(const std::string& work);
  void Gets(const std::string& work);
  void Output(const std::string& work);
  void MaskedOutput(const std::string& work);
  void Window(const std::string& work);
  void Timeout(const std::string& work);
  void Cancel(const std::string& work);
  void EarlyEnd(const std::string& work);
  void EndOfBackgroundTasks(const std::string& work);
  void Idle(const std::string& work);
  void Configuration(const std::string& work);
  void ExecGrowth(const std::string& work);
  void ShellGrowth(const std::string& work);
  void RequestGrowth(const std::string& work);
  void Growth(const std::string& work, const std::string& task);

  void StartServer();

  // Keeps this process, what it starts, and the server on one CPU. How soon
  // another CPU wakes up, which takes longer than a request, and whether the
  // kernel uses one at all, would else be most of what is measured.
  class OnOneCpu;

  // `measure` with this `exec` section (one YAML flow per line is fine).
  Program Measuring(const std::string& section, double seconds = 0) {
    const std::string file =
        folder_ / absl::StrCat("config-", ++configs_, ".yaml");
    std::ofstream(file) << "exec:\n" << section;
    return {{programs_.measure, "--config", file, "app"}, Request(seconds), {}};
  }

  // `program` telling its stages at once, on stdout too: progress lines keep a
  // pace.
  static Program Telling(Program program) {
    program.argv.insert(program.argv.begin(),
                        {"/bin/sh", "-c", "exec \"$0\" --verbose \"$@\" 2>&1"});
    return program;
  }

  // A stage of `count` times `task`.
  static std::string Stage(const std::string& stage, int count,
                           const std::string& task) {
    std::string text = absl::StrCat("  ", stage, ":\n");
    for (int i = 0; i < count; ++i)
      absl::StrAppend(&text, "    - ", task, "\n");
    return text;
  }

  std::string GetTask() const {
    return absl::StrFormat("{request: {url: \"%s\"}}", url_);
  }

  static double Seconds(const Program& program) {
    const Timing timing = Run(program);
    CHECK_EQ(timing.exit_code, 0) << program.argv[0];
    return absl::ToDoubleSeconds(timing.wall);
  }

  void Add(std::string work, std::string floor, std::string figure,
           std::string target, bool reached) {
    std::printf("%-46s %-34s %-26s %-22s %s\n", work.c_str(), floor.c_str(),
                figure.c_str(), target.c_str(), reached ? "reached" : "MISSED");
    std::fflush(stdout);
    rows_.push_back({std::move(work), std::move(floor), std::move(figure),
                     std::move(target), reached});
  }

  void AddRatio(std::string work, std::string floor, double ratio,
                double target) {
    Add(std::move(work), std::move(floor), absl::StrFormat("%.2f x", ratio),
        absl::StrFormat("<= %.2f x", target), ratio <= target);
  }

  void AddMilliseconds(std::string work, double milliseconds, double target) {
    Add(std::move(work), "0", absl::StrFormat("%.2f ms", milliseconds),
        absl::StrFormat("<= %g ms", target), milliseconds <= target);
  }

  const Programs programs_;
  fs::path folder_;
  int configs_ = 0;
  FILE* server_output_ = nullptr;
  pid_t server_ = 0;
  std::string url_;
  std::vector<Row> rows_;
};

class Performance::OnOneCpu {
 public:
  explicit OnOneCpu(pid_t server) : server_(server) {
    PCHECK(sched_getaffinity(0, sizeof(all_), &all_) == 0);
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    Set(one);
  }
  ~OnOneCpu() { Set(all_); }
  OnOneCpu(const OnOneCpu&) = delete;
  OnOneCpu& operator=(const OnOneCpu&) = delete;

 private:
  void Set(const cpu_set_t& cpus) const {
    PCHECK(sched_setaffinity(0, sizeof(cpus), &cpus) == 0);
    PCHECK(sched_setaffinity(server_, sizeof(cpus), &cpus) == 0);
  }

  const pid_t server_;
  cpu_set_t all_;
};

std::vector<Row> Performance::MeasureAll(const std::string& only) {
  constexpr std::pair<const char*, void (Performance::*)(const std::string&)>
      kAll[] = {
          {"--info, exec to exit", &Performance::Info},
          {"a measurement with nothing to do", &Performance::Nothing},
          {"1,000 exec tasks in a row", &Performance::ExecTasks},
          {"1,000 GETs in a row, same host", &Performance::Gets},
          {"1 GiB of task output", &Performance::Output},
          {"1 GiB of output, 50 secrets masked", &Performance::MaskedOutput},
          {"window of 1 s: error (median)", &Performance::Window},
          {"timeout of an obedient child: delay (median)",
           &Performance::Timeout},
          {"cancel to exit, everything obeys (median)", &Performance::Cancel},
          {"death of a task with on_exit: fail to exit (median)",
           &Performance::EarlyEnd},
          {"end of 300 background tasks (median)",
           &Performance::EndOfBackgroundTasks},
          {"a 60 s window, nothing going on: CPU", &Performance::Idle},
          {"configuration of 10 / 1,000 / 100,000 tasks",
           &Performance::Configuration},
          {"100 / 1,000 / 10,000 exec tasks: time per task",
           &Performance::ExecGrowth},
          {"100 / 1,000 / 10,000 shell_exec tasks: time per task",
           &Performance::ShellGrowth},
          {"100 / 1,000 / 10,000 request tasks: time per task",
           &Performance::RequestGrowth},
      };
  for (const auto& [work, measure] : kAll) {
    if (absl::StrContains(work, only)) (this->*measure)(work);
  }
  return rows_;
}

void Performance::StartServer() {
  // The shell says its pid and becomes the server, which says its port.
  server_output_ =
      popen(absl::StrCat("echo $$; exec ", programs_.http_server).c_str(), "r");
  int port = 0;
  PCHECK(server_output_ != nullptr);
  CHECK_EQ(std::fscanf(server_output_, "%d %d", &server_, &port), 2);
  url_ = absl::StrFormat("http://127.0.0.1:%d/", port);
}

void Performance::Info(const std::string& work) {
  const Program info = {{programs_.measure, "--info"}, "", {}};
  const Program nothing_at_all = {{"/bin/true"}, "", {}};
  AddRatio(work, "/bin/true",
           base::MedianRatio(
               201, [&] { return Seconds(info); },
               [&] { return Seconds(nothing_at_all); }),
           1.2);
}

void Performance::Nothing(const std::string& work) {
  const Program nothing = Measuring("  pre: []\n");
  const Program nothing_at_all = {{"/bin/true"}, "", {}};
  AddRatio(work, "/bin/true",
           base::MedianRatio(
               201, [&] { return Seconds(nothing); },
               [&] { return Seconds(nothing_at_all); }),
           2);
}

void Performance::ExecTasks(const std::string& work) {
  const Program tasks = Measuring(Stage("pre", 1000, "{exec: /bin/true}"));
  const Program spawns = {{programs_.spawn_loop, "1000", "/bin/true"}, "", {}};
  AddRatio(
      work, "C loop of posix_spawn, drained pipes",
      base::MedianRatio(
          9, [&] { return Seconds(tasks); }, [&] { return Seconds(spawns); }),
      1.15);
}

void Performance::Gets(const std::string& work) {
  const OnOneCpu one_cpu(server_);
  const Program requests = Measuring(Stage("pre", 1000, GetTask()));
  const Program gets = {{programs_.http_loop, "1000", url_}, "", {}};
  AddRatio(
      work, "C loop on one libcurl handle",
      base::MedianRatio(
          21, [&] { return Seconds(requests); }, [&] { return Seconds(gets); }),
      1.25);
}

void Performance::Output(const std::string& work) {
  const Program flood =
      Measuring("  pre: [{exec: [head, -c, 1G, /dev/zero]}]\n");
  const Program pipe = {
      {"/bin/sh", "-c", "head -c 1G /dev/zero | cat >/dev/null"}, "", {}};
  AddRatio(
      work, "`head -c 1G /dev/zero` into `cat`",
      base::MedianRatio(
          9, [&] { return Seconds(flood); }, [&] { return Seconds(pipe); }),
      1.15);
  const double mib = static_cast<double>(Run(flood).max_rss_kib) / 1024;
  Add("the same: resident memory", "0", absl::StrFormat("%.1f MB", mib),
      "<= 16 MB", mib <= 16);
}

// A notification shows what is kept: as much as by default, and as much as can
// be.
void Performance::MaskedOutput(const std::string& work) {
  std::string secrets = "  secrets:\n";
  for (int i = 0; i < 50; ++i) {
    const std::string file = folder_ / absl::StrCat("secret-", i);
    std::ofstream(file) << "Secret/" << i * 7919 << "+0123456789abcdef";
    absl::StrAppend(&secrets, "    s", i, ": {file: ", file, "}\n");
  }
  for (const std::string limit : {"64K", "64M"}) {
    const std::string task = absl::StrCat(
        "  pre:\n    - notify: true\n      max_output: ", limit,
        "\n      shell_exec: yes an ordinary line of a log, with one number "
        "4711 | head -c 1G\n");
    const Program masked = Measuring(secrets + task);
    const Program plain = Measuring(task);
    AddRatio(
        absl::StrCat(work, ", max_output ", limit), "the same without",
        base::MedianRatio(
            5, [&] { return Seconds(masked); }, [&] { return Seconds(plain); }),
        1.15);
  }
}

// The window's length as two tasks around it see it would contain the tasks'
// own start; the lines that begin and end it do not. How late their reader,
// this process, is woken is in the figure twice, and mostly cancels out.
void Performance::Window(const std::string& work) {
  const Program window = Telling(Measuring("  pre: []\n", 1));
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
  AddMilliseconds(work, base::Median(errors), 1);
}

// What a timeout costs beyond the time itself: against a task that takes as
// long by itself.
void Performance::Timeout(const std::string& work) {
  const Program timed_out = Measuring(
      "  pre: [{exec: [sleep, 100], timeout: 0.2, ignore_exitcode: true}]\n");
  const Program by_itself = Measuring("  pre: [{exec: [sleep, 0.2]}]\n");
  std::vector<double> late(11);
  for (double& delay : late) {
    delay = (Seconds(timed_out) - Seconds(by_itself)) * 1000;
  }
  AddMilliseconds(work, base::Median(late), 10);
}

void Performance::Cancel(const std::string& work) {
  const Program cancelled =
      Telling(Measuring("  start: [{exec: [sleep, 100], async: true}]\n"
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
  AddMilliseconds(work, base::Median(cancels), 20);
}

// The child of a process that has one.
pid_t ChildOf(pid_t parent) {
  std::ifstream children(
      absl::StrFormat("/proc/%d/task/%d/children", parent, parent));
  pid_t child = 0;
  CHECK(children >> child);
  return child;
}

void Performance::EarlyEnd(const std::string& work) {
  const Program failing = Telling(
      Measuring("  start: [{exec: [sleep, 100], async: true, on_exit: fail}]\n"
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
  AddMilliseconds(work, base::Median(ends), 20);
}

void Performance::EndOfBackgroundTasks(const std::string& work) {
  const Program many = Telling(
      Measuring(Stage("start", 300, "{exec: [sleep, 100], async: true}")));
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
  AddMilliseconds(work, base::Median(ends), 100);
}

void Performance::Idle(const std::string& work) {
  const Timing idle = Run(Measuring("  pre: []\n", 60));
  CHECK_EQ(idle.exit_code, 0);
  AddMilliseconds(work, absl::ToDoubleMilliseconds(idle.cpu), 5);
  const double mib = static_cast<double>(idle.max_rss_kib) / 1024;
  Add("the same: resident memory", "0", absl::StrFormat("%.1f MB", mib),
      "<= 8 MB", mib <= 8);
}

void Performance::Configuration(const std::string& work) {
  std::vector<double> seconds;
  for (int tasks : {10, 1000, 100000}) {
    Program check = Measuring(Stage(
        "pre", tasks, "{name: one task, exec: [/bin/true, x], timeout: 5}"));
    check.argv = {programs_.measure, "--check", "--config", check.argv[2]};
    std::vector<double> times(5);
    for (double& time : times) time = Seconds(check);
    seconds.push_back(base::Median(times));
  }
  Add(work, "linear",
      absl::StrFormat("%.1f / %.1f / %.0f ms", seconds[0] * 1e3,
                      seconds[1] * 1e3, seconds[2] * 1e3),
      "<= 1 s for the last", seconds[2] <= 1);
}

void Performance::ExecGrowth(const std::string& work) {
  Growth(work, "{exec: /bin/true}");
}

void Performance::ShellGrowth(const std::string& work) {
  Growth(work, "{shell_exec: \":\"}");
}

void Performance::RequestGrowth(const std::string& work) {
  const OnOneCpu one_cpu(server_);
  Growth(work, GetTask());
}

// Time per task, beyond what a run with nothing to do takes, and memory, as the
// number of tasks grows tenfold. All sizes are run in turn, so that each sees
// the same machine; growth is the median of the rounds' own.
void Performance::Growth(const std::string& work, const std::string& task) {
  const Program nothing = Measuring("  pre: []\n");
  const int counts[] = {100, 1000, 10000};
  std::vector<Program> programs;
  for (int count : counts) {
    programs.push_back(Measuring(Stage("pre", count, task)));
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
  Add(work, "linear",
      absl::StrFormat("%.0f / %.0f / %.0f us", base::Median(per_task[0]),
                      base::Median(per_task[1]), base::Median(per_task[2])),
      "constant within 10 %", base::Median(growth) <= 1.1);
  Add("the same: resident memory", "flat",
      absl::StrFormat("%.1f / %.1f / %.1f MB", memory[0], memory[1], memory[2]),
      "the plan's size alone", memory[2] - memory[0] <= 16);
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
  const std::vector<Row> rows =
      Performance({arguments[0], arguments[1], arguments[2], arguments[3]})
          .MeasureAll(text);
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
