// What an events.jsonl (docs/events.md) tells of a run, as plain data.
#ifndef REPORT_RUN_RECORD_H_
#define REPORT_RUN_RECORD_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace servo::report {

// In all records: times are seconds since the run began, finite; in texts what
// is invisible is escaped (base/invisible.h), so that nothing hides in them or
// moves what is around it.

struct MetricPlan {
  std::string name, unit, description;
  std::optional<double> at_least, at_most;
  bool series = false;
  uint64_t rejected = 0;  // values that were no numbers, and so no samples
};

struct TaskRecord {
  size_t stage = 0;  // a place in kStageNames
  std::string name, mode;
  bool background = false;
  std::optional<double> every;  // of a sampler, in seconds
  std::string note;             // why it was left out
  std::vector<MetricPlan> metrics;
};

inline constexpr std::array<const char*, 4> kStageNames = {"pre", "start",
                                                           "stop", "post"};

struct StageRecord {
  size_t stage = 0;
  double begin = 0;
  double end = 0;
};

struct WindowRecord {
  double begin = 0;
  double lead = 0;  // delay and warm-up
  double length = 0;
  std::optional<double> end;  // none if the record ends before
};

// What a task printed, or a server answered.
struct OutputRecord {
  std::string text;
  std::optional<uint64_t> bytes;  // of the whole, if the record says it
};

// An attempt of a task; of a background task that was started, also what
// followed in the background.
struct AttemptRecord {
  enum class State {
    kRunning,    // the record ends before
    kSucceeded,  //
    kFailed,     //
    kIgnored,    // it failed, and the run went on as if it had not
    kStopped,    // it was told to end
  };

  // What a request spent its time with, in seconds.
  static constexpr std::array<const char*, 5> kPhaseNames = {
      "name_lookup", "connect", "tls", "first_byte", "body"};

  size_t task = 0;  // a place in RunRecord::tasks
  int number = 1;
  double begin = 0;
  double end = 0;  // of one that is running, where the record ends
  State state = State::kRunning;

  // Of a background task: when it was up.
  std::optional<double> ready;

  std::string why;  // why it failed
  std::optional<int64_t> code, status;
  std::optional<std::array<double, kPhaseNames.size()>> phases;
  OutputRecord out, err, body;
  std::vector<std::pair<std::string, double>> metrics;
  std::vector<std::string> notes;
};

// The wait before a task is tried again.
struct WaitRecord {
  size_t task = 0;
  int next_attempt = 2;
  double begin = 0;
  double end = 0;
  double planned_end = 0;
  bool over = false;  // not, if the record ends before
};

// A moment that concerns the whole run: a signal, the end of the cleanup's
// time.
struct MarkRecord {
  double at = 0;
  std::string text;
};

struct MessageRecord {
  double at = 0;
  bool warning = false;
  std::string text;
};

// A metric at the end of the run.
struct MetricRecord {
  std::string name, unit;
  std::optional<double> value;  // none: it is missing, or a series
  std::optional<double> at_least, at_most;
  std::optional<bool> ok;  // whether it keeps its limits
  std::string why;         // why there is no value
  bool fails = false;      // a missing one: the run has failed for it
};

// Points in the order of the record. Too many are thinned: of neighbours the
// least and the greatest are kept.
struct LineRecord {
  std::string id;  // empty for the samples of a metric
  std::vector<std::pair<double, double>> points;  // time and value
  uint64_t total = 0;                             // before it was thinned
};

// What was measured of a metric over time.
struct ChartRecord {
  std::string name, unit;
  std::optional<double> at_least, at_most;
  bool is_series = false;  // a series at the end, not samples as they came
  std::vector<LineRecord> lines;
};

struct AnswerRecord {
  enum class Result { kSuccess, kFailed, kCancelled };
  Result result = Result::kSuccess;
  std::string reason, message;
};

struct RunRecord {
  std::string version, run_id, app_id;
  double origin = 0;  // when the run began, in unix seconds
  double length = 0;  // up to the last event
  double duration = 0, warmup = 0, delay = 0;
  std::string config;
  uint64_t config_omitted = 0;  // bytes of it that are not there

  std::vector<TaskRecord> tasks;
  std::vector<StageRecord> stages;
  std::optional<WindowRecord> window;
  std::vector<AttemptRecord> attempts;  // by their begin, as recorded
  std::vector<WaitRecord> waits;
  std::vector<MarkRecord> marks;
  std::vector<MessageRecord> messages;
  std::vector<MetricRecord> metrics;
  std::vector<ChartRecord> charts;
  std::optional<AnswerRecord> answer;  // none: the record was cut off

  // What is not here: events that were lost when the record was written, lines
  // that are no events, and what was beyond the bounds of the reader.
  uint64_t lost_events = 0;
  uint64_t bad_lines = 0;
  uint64_t omitted_attempts = 0;
  uint64_t omitted_messages = 0;
  uint64_t omitted_charts = 0;
};

}  // namespace servo::report

#endif  // REPORT_RUN_RECORD_H_
