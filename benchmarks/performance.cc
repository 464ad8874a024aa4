// Measures `measure` beside bare floors and prints a table; with a file name,
// writes the same as a Markdown page. See //benchmarks:performance.

#include <sys/utsname.h>
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
#include "benchmarks/statistics.h"
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

  std::vector<Row> MeasureAll() {
    Startup();
    Tasks();
    Output();
    Window();
    Ending();
    Idle();
    Configuration();
    Growth();
    return rows_;
  }

 private:
  void Startup();
  void Tasks();
  void Output();
  void Window();
  void Ending();
  void Idle();
  void Configuration();
  void Growth();

  void StartServer();

  // `measure` with this `exec` section (one YAML flow per line is fine).
  Program Measuring(const std::string& section, double seconds = 0) {
    const std::string file =
        folder_ / absl::StrCat("config-", ++configs_, ".yaml");
    std::ofstream(file) << "exec:\n" << section;
    return {{programs_.measure, "--config", file, "app"}, Request(seconds), {}};
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

void Performance::StartServer() {
  // The shell says its pid and becomes the server, which says its port.
  server_output_ =
      popen(absl::StrCat("echo $$; exec ", programs_.http_server).c_str(), "r");
  int port = 0;
  PCHECK(server_output_ != nullptr);
  CHECK_EQ(std::fscanf(server_output_, "%d %d", &server_, &port), 2);
  url_ = absl::StrFormat("http://127.0.0.1:%d/", port);
}

void Performance::Startup() {
  const Program nothing_at_all = {{"/bin/true"}, "", {}};
  const Program info = {{programs_.measure, "--info"}, "", {}};
  AddRatio("--info, exec to exit", "/bin/true",
           MedianRatio(
               201, [&] { return Seconds(info); },
               [&] { return Seconds(nothing_at_all); }),
           1.2);
  const Program nothing = Measuring("  pre: []\n");
  AddRatio("a measurement with nothing to do", "/bin/true",
           MedianRatio(
               201, [&] { return Seconds(nothing); },
               [&] { return Seconds(nothing_at_all); }),
           2);
}

void Performance::Tasks() {
  const Program tasks = Measuring(Stage("pre", 1000, "{exec: /bin/true}"));
  const Program spawns = {{programs_.spawn_loop, "1000", "/bin/true"}, "", {}};
  AddRatio(
      "1,000 exec tasks in a row", "C loop of posix_spawn, drained pipes",
      MedianRatio(
          9, [&] { return Seconds(tasks); }, [&] { return Seconds(spawns); }),
      1.15);
  const Program requests = Measuring(Stage("pre", 1000, GetTask()));
  const Program gets = {{programs_.http_loop, "1000", url_}, "", {}};
  AddRatio(
      "1,000 GETs in a row, same host", "C loop on one libcurl handle",
      MedianRatio(
          9, [&] { return Seconds(requests); }, [&] { return Seconds(gets); }),
      1.25);
}

void Performance::Output() {
  const Program flood =
      Measuring("  pre: [{exec: [head, -c, 1G, /dev/zero]}]\n");
  const Program pipe = {
      {"/bin/sh", "-c", "head -c 1G /dev/zero | cat >/dev/null"}, "", {}};
  AddRatio(
      "1 GiB of task output", "head -c 1G /dev/zero | cat",
      MedianRatio(
          5, [&] { return Seconds(flood); }, [&] { return Seconds(pipe); }),
      1.15);
  const double mib = static_cast<double>(Run(flood).max_rss_kib) / 1024;
  Add("resident memory after 1 GiB of output", "0",
      absl::StrFormat("%.1f MB", mib), "<= 16 MB", mib <= 16);
}

// The window's length as two tasks around it see it would contain the tasks'
// own start; the lines that begin and end it do not.
void Performance::Window() {
  const Program window = Measuring("  pre: []\n", 1);
  std::vector<double> errors;
  for (int i = 0; i < 7; ++i) {
    absl::Duration begin, end;
    RunWithLines(window,
                 [&](const std::string& line, absl::Duration when, pid_t) {
                   if (absl::StrContains(line, "Measuring")) begin = when;
                   if (absl::StrContains(line, "Stage stop")) end = when;
                 });
    errors.push_back(
        std::abs(absl::ToDoubleMilliseconds(end - begin - absl::Seconds(1))));
  }
  AddMilliseconds("window of 1 s: error (median)", Median(errors), 1);
}

void Performance::Ending() {
  // What a timeout costs beyond the time itself: against a task that takes as
  // long by itself.
  const Program timed_out = Measuring(
      "  pre: [{exec: [sleep, 100], timeout: 0.2, ignore_exitcode: true}]\n");
  const Program by_itself = Measuring("  pre: [{exec: [sleep, 0.2]}]\n");
  std::vector<double> late;
  for (int i = 0; i < 11; ++i) {
    late.push_back((Seconds(timed_out) - Seconds(by_itself)) * 1000);
  }
  AddMilliseconds("timeout of an obedient child: delay (median)", Median(late),
                  10);

  const Program cancelled = Measuring(
      "  start: [{exec: [sleep, 100], async: true}]\n"
      "  post: [{exec: /bin/true}]\n",
      60);
  std::vector<double> cancels;
  for (int i = 0; i < 11; ++i) {
    absl::Duration signalled;
    const absl::Duration start = Now();
    const Timing timing = RunWithLines(
        cancelled, [&](const std::string& line, absl::Duration, pid_t pid) {
          if (!absl::StrContains(line, "Measuring")) return;
          signalled = Now();
          kill(pid, SIGUSR1);
        });
    CHECK_EQ(timing.exit_code, 3);
    cancels.push_back(
        absl::ToDoubleMilliseconds(start + timing.wall - signalled));
  }
  AddMilliseconds("cancel to exit, everything obeys (median)", Median(cancels),
                  20);

  const Program many =
      Measuring(Stage("start", 300, "{exec: [sleep, 100], async: true}"));
  std::vector<double> ends;
  for (int i = 0; i < 7; ++i) {
    absl::Duration post;
    const absl::Duration start = Now();
    const Timing timing = RunWithLines(
        many, [&](const std::string& line, absl::Duration when, pid_t) {
          if (absl::StrContains(line, "Stage post")) post = when;
        });
    CHECK_EQ(timing.exit_code, 0);
    ends.push_back(absl::ToDoubleMilliseconds(start + timing.wall - post));
  }
  AddMilliseconds("end of 300 background tasks (median)", Median(ends), 100);
}

void Performance::Idle() {
  const Timing idle = Run(Measuring("  pre: []\n", 60));
  CHECK_EQ(idle.exit_code, 0);
  AddMilliseconds("a 60 s window, nothing going on: CPU",
                  absl::ToDoubleMilliseconds(idle.cpu), 5);
  const double mib = static_cast<double>(idle.max_rss_kib) / 1024;
  Add("the same: resident memory", "0", absl::StrFormat("%.1f MB", mib),
      "<= 8 MB", mib <= 8);
}

void Performance::Configuration() {
  std::vector<double> seconds;
  for (int tasks : {10, 1000, 100000}) {
    Program check = Measuring(Stage(
        "pre", tasks, "{name: one task, exec: [/bin/true, x], timeout: 5}"));
    check.argv = {programs_.measure, "--check", "--config", check.argv[2]};
    std::vector<double> times;
    for (int i = 0; i < 5; ++i) times.push_back(Seconds(check));
    seconds.push_back(Median(times));
  }
  Add("configuration of 10 / 1,000 / 100,000 tasks", "linear",
      absl::StrFormat("%.1f / %.1f / %.0f ms", seconds[0] * 1e3,
                      seconds[1] * 1e3, seconds[2] * 1e3),
      "<= 1 s for the last", seconds[2] <= 1);
}

// Time per task beyond what the empty run takes, and memory, as the number of
// tasks grows tenfold.
void Performance::Growth() {
  const std::pair<const char*, std::string> modes[] = {
      {"exec", "{exec: /bin/true}"},
      {"shell_exec", "{shell_exec: \":\"}"},
      {"request", GetTask()}};
  for (const auto& [mode, task] : modes) {
    std::vector<double> per_task;
    std::vector<double> memory;
    for (int count : {100, 1000, 10000}) {
      const Program program = Measuring(Stage("pre", count, task));
      std::vector<double> times;
      for (int i = 0; i < (count > 1000 ? 3 : 7); ++i) {
        const Timing timing = Run(program);
        CHECK_EQ(timing.exit_code, 0) << mode;
        times.push_back(absl::ToDoubleMicroseconds(timing.wall) / count);
        if (i == 0) {
          memory.push_back(static_cast<double>(timing.max_rss_kib) / 1024);
        }
      }
      per_task.push_back(Median(times));
    }
    const double drift = per_task[2] / per_task[1];
    Add(absl::StrFormat("100 / 1,000 / 10,000 %s tasks: time per task", mode),
        "linear",
        absl::StrFormat("%.0f / %.0f / %.0f us", per_task[0], per_task[1],
                        per_task[2]),
        "constant within 10 %", drift <= 1.1);
    Add(absl::StrFormat("the same: resident memory"), "flat",
        absl::StrFormat("%.1f / %.1f / %.1f MB", memory[0], memory[1],
                        memory[2]),
        "the plan's size alone", memory[2] - memory[0] <= 16);
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

}  // namespace
}  // namespace servo::benchmarks

int main(int argc, char** argv) {
  using namespace servo::benchmarks;
  if (argc != 5 && argc != 6) {
    std::fprintf(stderr,
                 "usage: performance MEASURE SPAWN_LOOP HTTP_LOOP HTTP_SERVER "
                 "[TABLE.md]\n");
    return 2;
  }
  const std::vector<Row> rows =
      Performance({argv[1], argv[2], argv[3], argv[4]}).MeasureAll();
  if (argc == 6) {
    std::ofstream page(argv[5]);
    WriteTable(rows, page);
    if (!page.flush()) {
      std::fprintf(stderr, "performance: cannot write %s\n", argv[5]);
      return 1;
    }
  }
  return std::all_of(rows.begin(), rows.end(),
                     [](const Row& row) { return row.reached; })
             ? 0
             : 1;
}
