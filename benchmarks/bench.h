// What all rows of the table of performance.cc stand on.
#ifndef BENCHMARKS_BENCH_H_
#define BENCHMARKS_BENCH_H_

#include <sys/types.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "benchmarks/timed_process.h"

namespace servo::benchmarks {

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

// Configurations and programs to measure, a server, and the rows so far. Aborts
// when the system refuses what it needs. Destruction ends the server and
// removes all files.
class Bench {
 public:
  explicit Bench(Programs programs);
  ~Bench();
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  const Programs& programs() const { return programs_; }
  const std::string& url() const { return url_; }
  pid_t server() const { return server_; }
  std::string FileNamed(const std::string& name) const {
    return folder_ / name;
  }

  // `measure` with this `exec` section (one YAML flow per line is fine), for a
  // window of so many seconds.
  Program Measuring(const std::string& section, double seconds = 0);

  // Adds and prints a row.
  void Add(Row row);

  // A row of a ratio, of memory, and of a time, each with the most that it may
  // be.
  void AddRatio(std::string work, std::string floor, double ratio,
                double target);
  void AddMemory(const std::string& work, long kib, double target_mib);
  void AddMilliseconds(std::string work, double milliseconds, double target);

  const std::vector<Row>& rows() const { return rows_; }

 private:
  void CopyMeasure();
  void StartServer();

  Programs programs_;
  std::filesystem::path folder_;
  int configs_ = 0;
  FILE* server_output_ = nullptr;
  pid_t server_ = 0;
  std::string url_;
  std::vector<Row> rows_;
};

// `program` telling its stages at once, on stdout too: progress lines keep a
// pace.
Program Telling(Program program);

// A stage of `count` times `task`.
std::string Stage(const std::string& stage, int count, const std::string& task);

// How long `program` takes. It has to succeed.
double Seconds(const Program& program);

// How many times as long `ours` takes as `floor`: the median of so many pairs.
double Ratio(int pairs, const Program& ours, const Program& floor);

// Keeps this process, what it starts, and the server on one CPU. How soon
// another CPU wakes up, which takes longer than a request, and whether the
// kernel uses one at all, would else be most of what is measured.
class OnOneCpu {
 public:
  explicit OnOneCpu(pid_t server);
  ~OnOneCpu();
  OnOneCpu(const OnOneCpu&) = delete;
  OnOneCpu& operator=(const OnOneCpu&) = delete;

 private:
  struct Cpus;
  void Set(const Cpus& cpus) const;

  const pid_t server_;
  const std::unique_ptr<Cpus> all_;
};

}  // namespace servo::benchmarks

#endif  // BENCHMARKS_BENCH_H_
