#include "report/trace.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/utf8.h"
#include "report/json_object.h"

namespace servo::report {
namespace {

constexpr size_t kMaxWhy = 2'000;
constexpr size_t kMaxFailures = 1'000;  // whose output is told
constexpr int kMainTrack = 1;

int64_t Micros(double seconds) { return std::llround(seconds * 1e6); }

absl::string_view StateWord(AttemptRecord::State state) {
  switch (state) {
    case AttemptRecord::State::kRunning:
      return "not over when the record ends";
    case AttemptRecord::State::kSucceeded:
      return "succeeded";
    case AttemptRecord::State::kFailed:
      return "failed";
    case AttemptRecord::State::kIgnored:
      return "failed, ignored";
    case AttemptRecord::State::kStopped:
      return "told to end";
  }
  return "";  // not an enumerator
}

// A part of a track, from `begin` to `end`, in microseconds.
struct Slice {
  int64_t begin;
  int64_t end;
  std::string name;
  const char* category;
  std::string args;
  int64_t ready = 0;  // of a background task: when it was up
};

// Writes events. Slices of a track must lie within one another or apart.
class Trace {
 public:
  void Name(absl::string_view what, int track, absl::string_view name) {
    Begin("M", what, track, 0);
    JsonObject args;
    args.Text("name", name.empty() ? "unnamed" : name);
    absl::StrAppend(&json_, ",\"args\":", std::move(args).Take(), "}");
  }
  void Order(int track) {
    Begin("M", "thread_sort_index", track, 0);
    absl::StrAppend(&json_, ",\"args\":{\"sort_index\":", track, "}}");
  }
  void Add(int track, const Slice& slice) {
    Begin("X", slice.name.empty() ? "unnamed" : slice.name, track, slice.begin);
    absl::StrAppend(&json_, ",\"dur\":", slice.end - slice.begin, ",\"cat\":\"",
                    slice.category,
                    "\",\"args\":", slice.args.empty() ? "{}" : slice.args,
                    "}");
  }
  void Instant(int64_t at, absl::string_view name) {
    Begin("i", name, kMainTrack, at);
    json_.append(",\"cat\":\"signal\",\"s\":\"g\"}");
  }
  void Counter(int64_t at, absl::string_view name, absl::string_view unit,
               double value) {
    Begin("C", name, kMainTrack, at);
    JsonObject args;
    args.NumberOf(unit.empty() ? "value" : unit, value);
    absl::StrAppend(&json_, ",\"args\":", std::move(args).Take(), "}");
  }
  std::string Take(const std::string& other) && {
    return absl::StrCat(
        json_, "\n],\"displayTimeUnit\":\"ms\",\"otherData\":", other, "}\n");
  }

 private:
  void Begin(const char* phase, absl::string_view name, int track, int64_t at) {
    json_.append(json_.back() == '[' ? "\n" : ",\n");
    absl::StrAppend(&json_, "{\"ph\":\"", phase, "\",\"pid\":1,\"tid\":", track,
                    ",\"ts\":", at, ",\"name\":");
    AppendJsonText(name, &json_);
  }

  std::string json_ = "{\"traceEvents\":[";
};

class Maker {
 public:
  explicit Maker(const RunRecord& record)
      : record_(record), slices_(record.tasks.size()) {}

  std::string Make() && {
    trace_.Name("process_name", kMainTrack,
                absl::StrCat("measure ", record_.app_id));
    trace_.Name("thread_name", kMainTrack, "stages");
    trace_.Order(kMainTrack);
    CollectAttempts();
    CollectWaits();
    AddMainTrack();
    AddBackground();
    for (const MarkRecord& mark : record_.marks) {
      trace_.Instant(Micros(mark.at), mark.text);
    }
    for (const ChartRecord& chart : record_.charts) AddCounters(chart);
    JsonObject other;
    other.TextIf("run_id", record_.run_id)
        .TextIf("app_id", record_.app_id)
        .TextIf("version", record_.version)
        .Number("begin_unix_seconds", record_.origin);
    if (points_outside_ > 0) {
      other.Integer("points_outside_of_the_run", points_outside_);
    }
    return std::move(trace_).Take(std::move(other).Take());
  }

 private:
  bool HasOwnTrack(size_t task) const {
    return record_.tasks[task].background ||
           record_.tasks[task].every.has_value();
  }

  std::string Args(const AttemptRecord& attempt) {
    JsonObject args;
    args.Integer("attempt", attempt.number)
        .Text("state", StateWord(attempt.state));
    if (attempt.code.has_value()) args.Integer("code", *attempt.code);
    if (attempt.status.has_value()) args.Integer("status", *attempt.status);
    args.TextIf("why", base::FirstBytes(attempt.why, kMaxWhy));
    if (attempt.phases.has_value()) {
      for (size_t i = 0; i < attempt.phases->size(); ++i) {
        args.Number(absl::StrCat(AttemptRecord::kPhaseNames[i], "_ms"),
                    std::round((*attempt.phases)[i] * 1e6) / 1e3);
      }
    }
    for (const auto& [name, value] : attempt.metrics) {
      args.NumberOf(absl::StrCat("metric ", base::FirstBytes(name, 200)),
                    value);
    }
    const bool failed = attempt.state == AttemptRecord::State::kFailed ||
                        attempt.state == AttemptRecord::State::kIgnored;
    if (failed && failures_ < kMaxFailures) {
      ++failures_;
      args.TextIf("stdout", base::FirstBytes(attempt.out.text, kMaxWhy))
          .TextIf("stderr", base::FirstBytes(attempt.err.text, kMaxWhy))
          .TextIf("body", base::FirstBytes(attempt.body.text, kMaxWhy));
    }
    return std::move(args).Take();
  }

  void CollectAttempts() {
    for (const AttemptRecord& attempt : record_.attempts) {
      const std::string& name = record_.tasks[attempt.task].name;
      slices_[attempt.task].push_back(
          {Micros(attempt.begin), Micros(attempt.end),
           attempt.number > 1 && !record_.tasks[attempt.task].every.has_value()
               ? absl::StrCat(name, " (attempt ", attempt.number, ")")
               : name,
           "attempt", Args(attempt),
           attempt.ready.has_value() ? Micros(*attempt.ready) : 0});
    }
  }

  void CollectWaits() {
    for (const WaitRecord& wait : record_.waits) {
      slices_[wait.task].push_back(
          {Micros(wait.begin), Micros(wait.end),
           absl::StrCat("wait before attempt ", wait.next_attempt), "wait",
           std::move(JsonObject().Number("planned_seconds",
                                         wait.planned_end - wait.begin))
               .Take()});
    }
  }

  // Adds slices that follow one another, none outside of `begin` and `end`.
  void AddRow(int track, std::vector<Slice>* slices, int64_t begin,
              int64_t end) {
    std::stable_sort(
        slices->begin(), slices->end(),
        [](const Slice& a, const Slice& b) { return a.begin < b.begin; });
    for (Slice& slice : *slices) {
      slice.begin = std::clamp(slice.begin, begin, end);
      slice.end = std::clamp(slice.end, slice.begin, end);
      begin = slice.end;
      trace_.Add(track, slice);
      if (slice.ready > slice.begin) {
        trace_.Add(track, {slice.begin, std::min(slice.ready, slice.end),
                           "until it is ready", "ready", ""});
      }
    }
  }

  void AddMainTrack() {
    const int64_t end = std::max<int64_t>(Micros(record_.length), 0);
    JsonObject args;
    if (record_.answer.has_value()) {
      args.TextIf("reason", record_.answer->reason)
          .TextIf("message",
                  base::FirstBytes(record_.answer->message, kMaxWhy));
    }
    trace_.Add(kMainTrack, {0, end, "run", "run", std::move(args).Take()});
    int64_t from = 0;
    for (const StageRecord& stage : record_.stages) {
      AddWindow(stage.stage, &from, end);
      std::vector<Slice> inner;
      for (size_t task = 0; task < slices_.size(); ++task) {
        if (record_.tasks[task].stage != stage.stage || HasOwnTrack(task)) {
          continue;
        }
        std::move(slices_[task].begin(), slices_[task].end(),
                  std::back_inserter(inner));
        slices_[task].clear();
      }
      const int64_t begin = std::clamp(Micros(stage.begin), from, end);
      from = std::clamp(Micros(stage.end), begin, end);
      trace_.Add(kMainTrack,
                 {begin, from, kStageNames[stage.stage], "stage", ""});
      AddRow(kMainTrack, &inner, begin, from);
    }
    AddWindow(kStageNames.size(), &from, end);
  }

  // Adds the window, once, if it comes before the stage `next`.
  void AddWindow(size_t next, int64_t* from, int64_t end) {
    constexpr size_t kStop = 2;
    if (!record_.window.has_value() || next < kStop || has_window_) return;
    has_window_ = true;
    const WindowRecord& window = *record_.window;
    const int64_t begin = std::clamp(Micros(window.begin), *from, end);
    const int64_t over = std::clamp(
        window.end.has_value() ? Micros(*window.end) : end, begin, end);
    trace_.Add(kMainTrack, {begin, over, "window", "window", ""});
    if (window.lead > 0) {
      trace_.Add(kMainTrack,
                 {begin, std::min(begin + Micros(window.lead), over),
                  "delay and warm-up", "window", ""});
    }
    *from = over;
  }

  void AddBackground() {
    int track = kMainTrack;
    for (size_t task = 0; task < record_.tasks.size(); ++task) {
      if (!HasOwnTrack(task)) continue;
      ++track;
      trace_.Name("thread_name", track, record_.tasks[task].name);
      trace_.Order(track);
      AddRow(track, &slices_[task], 0,
             std::max<int64_t>(Micros(record_.length), 0));
    }
  }

  bool HasSamples(const std::string& metric) const {
    return std::any_of(record_.charts.begin(), record_.charts.end(),
                       [&](const ChartRecord& chart) {
                         return !chart.is_series && chart.name == metric;
                       });
  }

  // Whether `time` is of the run. A series that a server told can have any.
  bool IsWithin(double time) const {
    return time >= 0 && time <= record_.length;
  }

  void AddCounters(const ChartRecord& chart) {
    for (const LineRecord& line : chart.lines) {
      // A metric's samples, as they came and once more as its series.
      if (chart.is_series && line.id == chart.name && HasSamples(chart.name)) {
        continue;
      }
      std::string name(base::FirstBytes(chart.name, 200));
      if (!line.id.empty() && line.id != chart.name) {
        absl::StrAppend(&name, " ", base::FirstBytes(line.id, 200));
      }
      for (const auto& [at, value] : line.points) {
        if (!IsWithin(at)) {
          ++points_outside_;
          continue;
        }
        trace_.Counter(Micros(at), name, chart.unit, value);
      }
    }
  }

  const RunRecord& record_;
  Trace trace_;
  std::vector<std::vector<Slice>> slices_;  // of each task
  bool has_window_ = false;
  size_t failures_ = 0;
  int64_t points_outside_ = 0;
};

}  // namespace

std::string TraceJson(const RunRecord& record) { return Maker(record).Make(); }

}  // namespace servo::report
