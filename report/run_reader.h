// Reading an events.jsonl.
#ifndef REPORT_RUN_READER_H_
#define REPORT_RUN_READER_H_

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"
#include "report/run_record.h"

namespace servo::report {

// Takes the bytes of an events.jsonl, which may be cut off anywhere and come
// from anyone. What it keeps is bounded: attempts, texts, points and lines
// beyond the bounds are counted or thinned. Lines that are no events of this
// format, and kinds and keys that it does not know, are skipped.
class RunReader {
 public:
  static constexpr size_t kMaxLine = size_t{32} << 20;
  static constexpr size_t kMaxTasks = 100'000;
  static constexpr size_t kMaxAttempts = 50'000;

  // Failed ones are kept beyond kMaxAttempts.
  static constexpr size_t kMaxFailedAttempts = 10'000;
  static constexpr size_t kMaxMessages = 5'000;
  static constexpr size_t kMaxLines = 2'000;   // of all charts
  static constexpr size_t kMaxPoints = 4'000;  // of a line

  // Outputs and messages, in bytes; an output beyond it is left out.
  static constexpr size_t kMaxText = size_t{64} << 20;

  // The next bytes of the file, cut anywhere. An error is final:
  // kInvalidArgument if the file is no events.jsonl, kUnimplemented if its
  // format is newer; its message says so to a person.
  absl::Status Add(absl::string_view bytes);

  // What was read, after all bytes. A last line without its end is dropped.
  // kInvalidArgument if not even the first line is whole.
  absl::StatusOr<RunRecord> Finish() &&;

 private:
  // What is under way of a task: places in the record, or kNone.
  static constexpr size_t kNone = static_cast<size_t>(-1);
  struct Open {
    size_t attempt = kNone;  // begun, not over
    size_t wait = kNone;
    size_t background = kNone;  // up, not ended
    size_t last = kNone;        // the last attempt that is over
  };

  absl::Status ReadLine(absl::string_view line);
  absl::Status ReadRun(const nlohmann::json& event);
  void ReadEvent(absl::string_view kind, const nlohmann::json& event);
  void ReadTaskEvent(absl::string_view kind, const nlohmann::json& event,
                     size_t task);
  void ReadStage(const nlohmann::json& event);
  void ReadWindow(const nlohmann::json& event);
  void ReadAttempt(const nlohmann::json& event, size_t task);
  void ReadAttemptEnd(const nlohmann::json& event, size_t task);
  void ReadRetry(const nlohmann::json& event, size_t task);
  void ReadTaskEnd(const nlohmann::json& event, size_t task);
  void ReadReady(const nlohmann::json& event, size_t task);
  void ReadBackgroundEnd(const nlohmann::json& event, size_t task);
  void ReadSamples(const nlohmann::json& event, size_t task);
  void ReadSeries(const nlohmann::json& event);
  void ReadMetric(const nlohmann::json& event);
  void ReadMessage(const nlohmann::json& event);
  void ReadAnswer(const nlohmann::json& event);

  // A new attempt of `task`, its place; kNone beyond the bounds.
  size_t NewAttempt(size_t task, int number, double begin, bool failed);
  void CloseWait(size_t task);
  std::string Text(const nlohmann::json& event, const char* key);
  void ReadOutput(const nlohmann::json& event, const std::string& name,
                  OutputRecord* output);
  void ReadResult(const nlohmann::json& event, AttemptRecord* attempt);

  // The line of a chart, made where there is none; null beyond the bounds.
  LineRecord* LineOf(const std::string& name, const std::string& id,
                     bool is_series, const MetricPlan* plan,
                     const std::string& unit);
  void CloseAttempt(AttemptRecord* attempt) const;
  void Close();

  RunRecord record_;
  bool has_begun_ = false;
  std::string rest_;    // of a line that is not whole
  bool skips_ = false;  // the rest of a line that is too long
  double now_ = 0;      // of the event that is being read
  size_t text_bytes_ = 0;
  size_t lines_ = 0;
  size_t failed_beyond_ = 0;
  std::vector<Open> open_;                                 // of each task
  std::map<std::pair<std::string, bool>, size_t> charts_;  // name, is_series
  std::map<std::pair<size_t, std::string>, size_t> chart_lines_;
};

}  // namespace servo::report

#endif  // REPORT_RUN_READER_H_
