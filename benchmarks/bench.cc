#include "benchmarks/bench.h"

#include <sched.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "absl/log/check.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "base/testing/benchmarking.h"
#include "benchmarks/timed_process.h"

namespace servo::benchmarks {

namespace fs = std::filesystem;

Bench::Bench(Programs programs) : programs_(std::move(programs)) {
  std::string pattern = fs::temp_directory_path() / "performance-XXXXXX";
  CHECK(mkdtemp(pattern.data()) != nullptr);
  folder_ = pattern;
  CopyMeasure();
  StartServer();
}

Bench::~Bench() {
  kill(server_, SIGKILL);
  pclose(server_output_);
  fs::remove_all(folder_);
}

// How a file lies in the page cache depends on how and when it was written, and
// with it what a start costs: up to a third for the same bytes.
void Bench::CopyMeasure() {
  const std::string copy = FileNamed("measure");
  CHECK(fs::copy_file(programs_.measure, copy));
  programs_.measure = copy;
}

void Bench::StartServer() {
  // The shell says its pid and becomes the server, which says its port.
  server_output_ =
      popen(absl::StrCat("echo $$; exec ", programs_.http_server).c_str(), "r");
  int port = 0;
  PCHECK(server_output_ != nullptr);
  CHECK_EQ(std::fscanf(server_output_, "%d %d", &server_, &port), 2);
  url_ = absl::StrFormat("http://127.0.0.1:%d/", port);
}

Program Bench::Measuring(const std::string& section, double seconds) {
  const std::string file =
      FileNamed(absl::StrCat("config-", ++configs_, ".yaml"));
  std::ofstream(file) << "exec:\n" << section;
  return {{programs_.measure, "--config", file, "app"},
          absl::StrFormat("{\"control\": {\"duration\": %g}}", seconds),
          {}};
}

void Bench::Add(Row row) {
  std::printf("%-46s %-34s %-26s %-22s %s\n", row.work.c_str(),
              row.floor.c_str(), row.figure.c_str(), row.target.c_str(),
              row.reached ? "reached" : "MISSED");
  std::fflush(stdout);
  rows_.push_back(std::move(row));
}

void Bench::AddRatio(std::string work, std::string floor, double ratio,
                     double target) {
  Add({std::move(work), std::move(floor), absl::StrFormat("%.2f x", ratio),
       absl::StrFormat("<= %.2f x", target), ratio <= target});
}

void Bench::AddMemory(const std::string& work, long kib, double target_mib) {
  const double mib = static_cast<double>(kib) / 1024;
  Add({work, "0", absl::StrFormat("%.1f MB", mib),
       absl::StrFormat("<= %g MB", target_mib), mib <= target_mib});
}

void Bench::AddMilliseconds(std::string work, double milliseconds,
                            double target) {
  Add({std::move(work), "0", absl::StrFormat("%.2f ms", milliseconds),
       absl::StrFormat("<= %g ms", target), milliseconds <= target});
}

Program Telling(Program program) {
  program.argv.insert(program.argv.begin(),
                      {"/bin/sh", "-c", "exec \"$0\" --verbose \"$@\" 2>&1"});
  return program;
}

std::string Stage(const std::string& stage, int count,
                  const std::string& task) {
  std::string text = absl::StrCat("  ", stage, ":\n");
  for (int i = 0; i < count; ++i) absl::StrAppend(&text, "    - ", task, "\n");
  return text;
}

double Seconds(const Program& program) {
  const Timing timing = Run(program);
  CHECK_EQ(timing.exit_code, 0) << program.argv[0];
  return absl::ToDoubleSeconds(timing.wall);
}

double Ratio(int pairs, const Program& ours, const Program& floor) {
  return base::MedianRatio(
      pairs, [&] { return Seconds(ours); }, [&] { return Seconds(floor); });
}

struct OnOneCpu::Cpus {
  cpu_set_t set;
};

OnOneCpu::OnOneCpu(pid_t server)
    : server_(server), all_(std::make_unique<Cpus>()) {
  PCHECK(sched_getaffinity(0, sizeof(all_->set), &all_->set) == 0);
  Cpus one;
  CPU_ZERO(&one.set);
  CPU_SET(sched_getcpu(), &one.set);
  Set(one);
}

OnOneCpu::~OnOneCpu() { Set(*all_); }

void OnOneCpu::Set(const Cpus& cpus) const {
  PCHECK(sched_setaffinity(0, sizeof(cpus.set), &cpus.set) == 0);
  PCHECK(sched_setaffinity(server_, sizeof(cpus.set), &cpus.set) == 0);
}

}  // namespace servo::benchmarks
