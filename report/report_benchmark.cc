// What the report of a large run costs: prints the processor time of reading
// its events.jsonl and of making report.html and trace.json, and their sizes.
//
//   ./bazelw run //report:report_benchmark [-- --smoke]
//
// With --smoke everything is done in small, to see that it works.

#include <cstddef>
#include <cstdio>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "absl/log/check.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/testing/benchmarking.h"
#include "report/html_report.h"
#include "report/run_reader.h"
#include "report/run_record.h"
#include "report/trace.h"

namespace servo::report {
namespace {

std::string Event(const char* kind, double at, const std::string& rest) {
  return absl::StrCat("{\"event\":\"", kind, "\",\"t\":", at,
                      ",\"time\":1790000000.123", rest, "}\n");
}

// The record of a run of `count` tasks that print two lines each; one of a
// hundred fails.
std::string Events(int count) {
  std::string tasks;
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&tasks, i == 0 ? "" : ",",
                    R"({"stage":"pre","name":"task )", i,
                    R"(","mode":"shell_exec"})");
  }
  std::string text =
      Event("run", 0,
            absl::StrCat(
                R"(,"format":1,"version":"1","run_id":"a","app_id":"shop",)",
                R"("duration":1,"warmup":0,"delay":0,"tasks":[)", tasks, "]"));
  text += Event("stage", 0, absl::StrCat(R"(,"stage":"pre","tasks":)", count));
  for (int i = 0; i < count; ++i) {
    const double begin = 0.002 * i;
    const std::string task = absl::StrCat(",\"task\":", i);
    text += Event("attempt", begin, task + ",\"attempt\":1");
    text += Event("attempt_end", begin + 0.002,
                  absl::StrCat(task, ",\"attempt\":1,\"begin\":", begin,
                               i % 100 == 0 ? ",\"ok\":false,\"why\":\"why\""
                                            : ",\"ok\":true",
                               R"(,"code":0,"stdout":"a line of the output )",
                               R"(of a task\nand another one, as long\n",)",
                               R"("stdout_bytes":64)"));
    text += Event("task_end", begin + 0.002, task + ",\"ok\":true");
  }
  return text + Event("answer", 0.002 * count, R"(,"result":"success")");
}

void Measure(int rounds, int count) {
  const std::string events = Events(count);
  std::vector<double> reading, page_making, trace_making, all;
  std::string page, trace;
  for (int i = 0; i < rounds; ++i) {
    const double begin = base::CpuSeconds();
    RunReader reader;
    CHECK(reader.Add(events).ok());
    const absl::StatusOr<RunRecord> record = std::move(reader).Finish();
    CHECK(record.ok());
    CHECK_EQ(record->attempts.size(), static_cast<size_t>(count));
    const double read = base::CpuSeconds();
    page = HtmlReport(*record);
    const double made = base::CpuSeconds();
    trace = TraceJson(*record);
    const double end = base::CpuSeconds();
    reading.push_back(read - begin);
    page_making.push_back(made - read);
    trace_making.push_back(end - made);
    all.push_back(end - begin);
  }
  std::printf(
      "%d tasks: %.1f ms (reading %.1f, report.html %.1f, trace.json %.1f); "
      "events.jsonl %.2f MB, report.html %.2f MB, trace.json %.2f MB\n",
      count, base::Median(all) * 1e3, base::Median(reading) * 1e3,
      base::Median(page_making) * 1e3, base::Median(trace_making) * 1e3,
      static_cast<double>(events.size()) / 1e6,
      static_cast<double>(page.size()) / 1e6,
      static_cast<double>(trace.size()) / 1e6);
}

}  // namespace
}  // namespace servo::report

int main(int argc, char** argv) {
  const bool smoke = argc > 1 && std::strcmp(argv[1], "--smoke") == 0;
  servo::report::Measure(smoke ? 1 : 11, smoke ? 10 : 10'000);
}
