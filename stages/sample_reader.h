// Samples from a process's output as it arrives.
#ifndef STAGES_SAMPLE_READER_H_
#define STAGES_SAMPLE_READER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/loop.h"
#include "exec/output_tap.h"
#include "plan/metric.h"
#include "plan/plan.h"
#include "stages/run_listener.h"

namespace servo::stages {

// Reads output line by line, and tells the listener of the samples of a line at
// the moment when it is complete: each match that a metric of the task finds in
// it, or of a JSON line what `take` makes of the values at the path. Tells it
// also of what is found and is no number. Keeps nothing but the line that is
// not complete yet, and of that the first kMaxLine bytes.
class SampleReader final : public exec::OutputTap {
 public:
  static constexpr size_t kMaxLine = size_t{1} << 20;

  // All must outlive the reader.
  SampleReader(TaskId id, const plan::Task& task ABSL_ATTRIBUTE_LIFETIME_BOUND,
               base::Loop* loop ABSL_ATTRIBUTE_LIFETIME_BOUND,
               RunListener* listener ABSL_ATTRIBUTE_LIFETIME_BOUND);

  void OnOutput(exec::Stream stream, absl::string_view bytes) override;

  // The output is over: a last line without a line end is complete.
  void Finish();

 private:
  struct Wanted {
    size_t metric;        // its position among the task's
    std::string literal;  // in every match; empty: not known, or too frequent
    int64_t in_vain = 0;  // lines that have it and no match
    int64_t found = 0;
  };
  struct Source {
    std::vector<Wanted> wanted;
    std::string line;  // its begin, if it is not complete
  };

  Source& SourceOf(exec::Stream stream);
  void ReadLines(Source& source, absl::string_view lines);
  void ReadMetric(Wanted& wanted, absl::string_view lines);
  bool ReadLine(size_t metric, absl::string_view line);
  bool ReadJsonLine(size_t metric, absl::string_view line);
  void Tell(size_t metric, plan::Number number);
  void Reject(size_t metric, const absl::Status& why);

  const TaskId id_;
  const plan::Task& task_;
  base::Loop* const loop_;
  RunListener* const listener_;
  Source out_, err_;
};

}  // namespace servo::stages

#endif  // STAGES_SAMPLE_READER_H_
