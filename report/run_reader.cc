#include "report/run_reader.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/invisible.h"
#include "jsonpath/bounded_json.h"
#include "report/event_fields.h"
#include "report/event_format.h"
#include "report/thin_points.h"

namespace servo::report {
namespace {

using nlohmann::json;

constexpr size_t kMaxMarks = 200;
constexpr size_t kMaxStages = 100;
constexpr size_t kMaxMetrics = 20'000;
constexpr size_t kMaxPairs = 1'000;  // values or notes of an attempt
constexpr jsonpath::JsonLimits kJsonLimits = {.max_depth = 50};

void AddPoints(const json& event, double origin, LineRecord* line) {
  const json* points = Find(event, "points");
  if (points == nullptr || !points->is_array()) return;
  for (const json& point : *points) {
    if (!point.is_array() || point.size() != 2 || !point[0].is_number() ||
        !point[1].is_number()) {
      continue;
    }
    const double at = point[0].get<double>() - origin;
    const double value = point[1].get<double>();
    if (!(std::abs(at) <= kMaxTime) || !std::isfinite(value)) continue;
    line->points.emplace_back(at, value);
    if (line->points.size() == 2 * RunReader::kMaxPoints) {
      ThinPoints(&line->points);
    }
  }
  const json* of = Find(event, "of");
  line->total += of != nullptr ? Size(event, "of") : points->size();
}

}  // namespace

absl::Status RunReader::Add(absl::string_view bytes) {
  while (!bytes.empty()) {
    const void* end = memchr(bytes.data(), '\n', bytes.size());
    if (end == nullptr) {
      if (skips_) return absl::OkStatus();
      rest_.append(bytes);
      if (rest_.size() > kMaxLine) {
        rest_ = std::string();
        skips_ = true;
      }
      return absl::OkStatus();
    }
    const size_t size = static_cast<const char*>(end) - bytes.data();
    absl::Status status;
    if (std::exchange(skips_, false)) {
      status = ReadLine("");
    } else if (rest_.empty()) {
      status = ReadLine(bytes.substr(0, size));
    } else {
      rest_.append(bytes.substr(0, size));
      status = ReadLine(rest_);
      rest_.clear();
    }
    if (!status.ok()) return status;
    bytes.remove_prefix(size + 1);
  }
  return absl::OkStatus();
}

absl::Status RunReader::ReadLine(absl::string_view line) {
  absl::StatusOr<json> event = jsonpath::ReadJson(line, kJsonLimits);
  const bool is_event = event.ok() && event->is_object();
  if (!has_begun_) {
    if (is_event && Word(*event, "event") == "run") return ReadRun(*event);
    return absl::InvalidArgumentError(
        "it is no events.jsonl: its first line is not the event \"run\"");
  }
  const std::optional<double> at = is_event ? Time(*event, "t") : std::nullopt;
  if (!at.has_value()) {
    ++record_.bad_lines;
    return absl::OkStatus();
  }
  now_ = *at;
  record_.length = std::max(record_.length, now_);
  ReadEvent(Word(*event, "event"), *event);
  return absl::OkStatus();
}

absl::Status RunReader::ReadRun(const json& event) {
  const std::optional<int64_t> format = Integer(event, "format");
  record_.version = Word(event, "version");
  if (format.has_value() && *format > kEventFormat) {
    return absl::UnimplementedError(absl::StrCat(
        "it has format ", *format, ", and this program reads format ",
        kEventFormat, " alone: use version ", record_.version, " or later"));
  }
  if (format != kEventFormat) {
    return absl::InvalidArgumentError(
        "it is no events.jsonl: its first line has no format that is known");
  }
  has_begun_ = true;
  record_.run_id = Word(event, "run_id");
  record_.app_id = Word(event, "app_id");
  record_.origin = Time(event, "time").value_or(0);
  record_.duration = Time(event, "duration").value_or(0);
  record_.warmup = Time(event, "warmup").value_or(0);
  record_.delay = Time(event, "delay").value_or(0);
  record_.config = Word(event, "config");
  record_.config_omitted = Size(event, "config_omitted");
  const json* tasks = Find(event, "tasks");
  if (tasks != nullptr && tasks->is_array()) {
    for (const json& task : *tasks) {
      if (record_.tasks.size() == kMaxTasks) break;
      record_.tasks.push_back(task.is_object() ? TaskOf(task) : TaskRecord());
    }
  }
  open_.resize(record_.tasks.size());
  return absl::OkStatus();
}

void RunReader::ReadEvent(absl::string_view kind, const json& event) {
  if (kind == "stage") return ReadStage(event);
  if (kind == "window") return ReadWindow(event);
  if (kind == "series") return ReadSeries(event);
  if (kind == "metric") return ReadMetric(event);
  if (kind == "message") return ReadMessage(event);
  if (kind == "answer") return ReadAnswer(event);
  if (kind == "window_end") {
    if (record_.window.has_value()) record_.window->end = now_;
  } else if (kind == "lost") {
    record_.lost_events += Size(event, "events");
  } else if (kind == "cancel" || kind == "hurry" || kind == "cleanup_timeout") {
    if (record_.marks.size() == kMaxMarks) return;
    record_.marks.push_back({.at = now_, .text = MarkText(kind, event)});
  } else {
    const std::optional<int64_t> task = Integer(event, "task");
    if (!task.has_value() || *task < 0 ||
        static_cast<uint64_t>(*task) >= record_.tasks.size()) {
      return;
    }
    ReadTaskEvent(kind, event, static_cast<size_t>(*task));
  }
}

void RunReader::ReadTaskEvent(absl::string_view kind, const json& event,
                              size_t task) {
  if (kind == "attempt") return ReadAttempt(event, task);
  if (kind == "attempt_end") return ReadAttemptEnd(event, task);
  if (kind == "retry") return ReadRetry(event, task);
  if (kind == "task_end") return ReadTaskEnd(event, task);
  if (kind == "ready") return ReadReady(event, task);
  if (kind == "background_end") return ReadBackgroundEnd(event, task);
  if (kind == "samples") return ReadSamples(event, task);
  if (kind == "task_skipped") {
    record_.tasks[task].note =
        absl::StrCat("left out: ", Word(event, "value"), " was never captured");
  }
}

// ---- Stages and the window ----

void RunReader::ReadStage(const json& event) {
  const std::optional<size_t> stage = StageOf(event);
  if (!stage.has_value() || record_.stages.size() == kMaxStages) return;
  record_.stages.push_back({.stage = *stage, .begin = now_, .end = kMaxTime});
}

void RunReader::ReadWindow(const json& event) {
  record_.window = {.begin = now_,
                    .lead = std::max(Time(event, "lead").value_or(0), 0.0),
                    .length = std::max(Time(event, "length").value_or(0), 0.0),
                    .end = std::nullopt};
  if (!record_.stages.empty()) record_.stages.back().end = now_;
}

// ---- Attempts ----

std::string RunReader::Text(const json& event, const char* key) {
  std::string text = Word(event, key);
  if (text_bytes_ + text.size() > kMaxText) return "";
  text_bytes_ += text.size();
  return text;
}

size_t RunReader::NewAttempt(size_t task, int number, double begin,
                             bool failed) {
  if (record_.attempts.size() - failed_beyond_ >= kMaxAttempts) {
    if (!failed || failed_beyond_ == kMaxFailedAttempts) return kNone;
    ++failed_beyond_;
  }
  record_.attempts.push_back(
      {.task = task, .number = number, .begin = begin, .end = begin});
  return record_.attempts.size() - 1;
}

void RunReader::CloseWait(size_t task) {
  const size_t open = std::exchange(open_[task].wait, kNone);
  if (open == kNone) return;
  WaitRecord& wait = record_.waits[open];
  wait.end = std::max(now_, wait.begin);
  wait.over = true;
}

void RunReader::ReadAttempt(const json& event, size_t task) {
  CloseWait(task);
  open_[task].attempt =
      NewAttempt(task, Count(event, "attempt"), now_, /*failed=*/false);
}

void RunReader::ReadOutput(const json& event, const std::string& name,
                           OutputRecord* output) {
  output->text = Text(event, name.c_str());
  const std::string size = absl::StrCat(name, "_bytes");
  if (Integer(event, size.c_str()).has_value()) {
    output->bytes = Size(event, size.c_str());
  }
}

void RunReader::ReadResult(const json& event, AttemptRecord* attempt) {
  attempt->why = Text(event, "why");
  attempt->code = Integer(event, "code");
  attempt->status = Integer(event, "status");
  ReadOutput(event, "stdout", &attempt->out);
  ReadOutput(event, "stderr", &attempt->err);
  ReadOutput(event, "body", &attempt->body);
  if (const json* phases = Find(event, "phases");
      phases != nullptr && phases->is_object()) {
    attempt->phases.emplace();
    for (size_t i = 0; i < attempt->phases->size(); ++i) {
      (*attempt->phases)[i] = std::max(
          Time(*phases, AttemptRecord::kPhaseNames[i]).value_or(0), 0.0);
    }
  }
  if (const json* metrics = Find(event, "metrics");
      metrics != nullptr && metrics->is_object()) {
    for (const auto& [name, value] : metrics->items()) {
      if (!value.is_number() || attempt->metrics.size() == kMaxPairs) continue;
      attempt->metrics.emplace_back(base::EscapeInvisible(name),
                                    value.get<double>());
    }
  }
  if (const int64_t redirects = Integer(event, "redirects").value_or(0);
      redirects > 0) {
    attempt->notes.push_back(absl::StrCat("redirects followed: ", redirects));
  }
  if (Flag(event, "overstayed")) {
    attempt->notes.push_back("it had to be killed");
  }
  if (Flag(event, "gives_up")) {
    attempt->notes.push_back("a condition of give_up_if holds");
  }
  if (Flag(event, "ends_window")) {
    attempt->notes.push_back("a condition of end_window_if holds");
  }
  const json* problems = Find(event, "problems");
  if (problems == nullptr || !problems->is_array()) return;
  for (const json& problem : *problems) {
    if (!problem.is_object() || attempt->notes.size() >= kMaxPairs) continue;
    const bool is_metric = problem.contains("metric");
    attempt->notes.push_back(
        absl::StrCat(is_metric ? "metric " : "capture ",
                     Word(problem, is_metric ? "metric" : "capture"), ": ",
                     Text(problem, "why")));
  }
}

void RunReader::ReadAttemptEnd(const json& event, size_t task) {
  const bool ok = Flag(event, "ok");
  const std::string cause = Word(event, "cause");
  size_t place = std::exchange(open_[task].attempt, kNone);
  // Its begin was lost, or is beyond the bounds.
  if (place == kNone) {
    place = NewAttempt(task, Count(event, "attempt"),
                       Time(event, "begin").value_or(now_), !ok);
    if (place == kNone) {
      ++record_.omitted_attempts;
      return;
    }
  }
  AttemptRecord& attempt = record_.attempts[place];
  using State = AttemptRecord::State;
  attempt.begin = Time(event, "begin").value_or(attempt.begin);
  attempt.end = std::max(now_, attempt.begin);
  attempt.state = ok                                         ? State::kSucceeded
                  : cause == "stopped" || cause == "dropped" ? State::kStopped
                                                             : State::kFailed;
  ReadResult(event, &attempt);
  open_[task].last = place;
}

void RunReader::ReadRetry(const json& event, size_t task) {
  CloseWait(task);
  if (record_.waits.size() == kMaxAttempts) return;
  const double delay = std::max(Time(event, "delay").value_or(0), 0.0);
  open_[task].wait = record_.waits.size();
  record_.waits.push_back({.task = task,
                           .next_attempt = Count(event, "attempt"),
                           .begin = now_,
                           .end = now_,
                           .planned_end = now_ + delay});
}

void RunReader::ReadTaskEnd(const json& event, size_t task) {
  CloseWait(task);
  const std::string effect = Word(event, "effect");
  const size_t last = open_[task].last;
  if (last == kNone) return;
  AttemptRecord& attempt = record_.attempts[last];
  if (std::string note = GivenUpNote(event); !note.empty()) {
    attempt.notes.push_back(std::move(note));
  }
  if (attempt.state != AttemptRecord::State::kFailed) return;
  if (effect == "ignored") attempt.state = AttemptRecord::State::kIgnored;
  if (effect == "interrupted") attempt.state = AttemptRecord::State::kStopped;
}

void RunReader::ReadReady(const json& event, size_t task) {
  size_t place = std::exchange(open_[task].attempt, kNone);
  if (place == kNone) {
    place = NewAttempt(task, Count(event, "attempt"), now_, /*failed=*/false);
  }
  open_[task].background = place;
  if (place == kNone) return;
  AttemptRecord& attempt = record_.attempts[place];
  attempt.ready = std::max(now_, attempt.begin);
}

void RunReader::ReadBackgroundEnd(const json& event, size_t task) {
  const bool ok = Flag(event, "ok");
  const std::string meaning = Word(event, "meaning");
  size_t place = std::exchange(open_[task].background, kNone);
  if (place == kNone) {
    place = NewAttempt(task, 1, Time(event, "begin").value_or(now_), !ok);
    if (place == kNone) {
      ++record_.omitted_attempts;
      return;
    }
    record_.attempts[place].ready = record_.attempts[place].begin;
  }
  AttemptRecord& attempt = record_.attempts[place];
  using State = AttemptRecord::State;
  attempt.end = std::max(now_, attempt.begin);
  attempt.state = ok ? State::kSucceeded
                  : meaning == "ignored" || meaning == "told" ? State::kIgnored
                                                              : State::kFailed;
  ReadResult(event, &attempt);
  if (Flag(event, "early")) {
    attempt.notes.push_back("it ended before it was told to");
  }
}

// ---- What was measured ----

LineRecord* RunReader::LineOf(const std::string& name, const std::string& id,
                              bool is_series, const MetricPlan* plan,
                              const std::string& unit) {
  const auto [chart, chart_is_new] =
      charts_.try_emplace({name, is_series}, record_.charts.size());
  if (chart_is_new) {
    ChartRecord made = {.name = name, .unit = unit, .is_series = is_series};
    if (plan != nullptr) {
      made.unit = plan->unit;
      made.at_least = plan->at_least;
      made.at_most = plan->at_most;
    }
    record_.charts.push_back(std::move(made));
  }
  std::vector<LineRecord>& lines = record_.charts[chart->second].lines;
  const auto [line, is_new] =
      chart_lines_.try_emplace({chart->second, id}, lines.size());
  if (is_new) {
    if (lines_ == kMaxLines) {
      chart_lines_.erase(line);
      if (chart_is_new) {
        record_.charts.pop_back();
        charts_.erase(chart);
      }
      ++record_.omitted_charts;
      return nullptr;
    }
    ++lines_;
    lines.push_back({.id = id});
    return &lines.back();
  }
  return &lines[line->second];
}

void RunReader::ReadSamples(const json& event, size_t task) {
  const std::string name = Word(event, "metric");
  MetricPlan* plan = nullptr;
  for (MetricPlan& metric : record_.tasks[task].metrics) {
    if (metric.name == name) plan = &metric;
  }
  if (plan != nullptr) plan->rejected += Size(event, "rejected");
  const json* points = Find(event, "points");
  if (points == nullptr || points->empty()) return;
  LineRecord* line = LineOf(name, "", /*is_series=*/false, plan, "");
  if (line != nullptr) AddPoints(event, 0, line);
}

void RunReader::ReadSeries(const json& event) {
  LineRecord* line = LineOf(Word(event, "name"), Word(event, "id"),
                            /*is_series=*/true, nullptr, Word(event, "unit"));
  if (line != nullptr) AddPoints(event, record_.origin, line);
}

void RunReader::ReadMetric(const json& event) {
  if (record_.metrics.size() == kMaxMetrics) return;
  MetricRecord metric = {.name = Word(event, "name"),
                         .unit = Word(event, "unit"),
                         .value = Number(event, "value"),
                         .at_least = Number(event, "at_least"),
                         .at_most = Number(event, "at_most"),
                         .ok = std::nullopt,
                         .why = Text(event, "why"),
                         .fails = Flag(event, "fails")};
  if (Find(event, "ok") != nullptr) metric.ok = Flag(event, "ok");
  record_.metrics.push_back(std::move(metric));
}

void RunReader::ReadMessage(const json& event) {
  if (record_.messages.size() == kMaxMessages) {
    ++record_.omitted_messages;
    return;
  }
  record_.messages.push_back({.at = now_,
                              .warning = Word(event, "kind") == "warning",
                              .text = Text(event, "text")});
}

void RunReader::ReadAnswer(const json& event) {
  const std::string result = Word(event, "result");
  using Result = AnswerRecord::Result;
  record_.answer = {.result = result == "success"     ? Result::kSuccess
                              : result == "cancelled" ? Result::kCancelled
                                                      : Result::kFailed,
                    .reason = Word(event, "reason"),
                    .message = Text(event, "message")};
}

// ---- The end ----

// Ends an attempt that is under way where the record ends. A round of a sampler
// has no end of its own if the window's end has ended it.
void RunReader::CloseAttempt(AttemptRecord* attempt) const {
  attempt->end = record_.length;
  if (!record_.answer.has_value()) return;
  attempt->state = AttemptRecord::State::kStopped;
  const std::optional<double> window_end =
      record_.window.has_value() ? record_.window->end : std::nullopt;
  if (record_.tasks[attempt->task].every.has_value() &&
      window_end > attempt->begin) {
    attempt->end = *window_end;
  }
}

// Ends what is under way where the record ends.
void RunReader::Close() {
  for (AttemptRecord& attempt : record_.attempts) {
    record_.length = std::max(record_.length, attempt.end);
  }
  for (AttemptRecord& attempt : record_.attempts) {
    if (attempt.state == AttemptRecord::State::kRunning) CloseAttempt(&attempt);
  }
  for (WaitRecord& wait : record_.waits) {
    if (!wait.over) wait.end = record_.length;
  }
  for (size_t i = 0; i < record_.stages.size(); ++i) {
    StageRecord& stage = record_.stages[i];
    const double next = i + 1 < record_.stages.size()
                            ? record_.stages[i + 1].begin
                            : record_.length;
    stage.end = std::max(stage.begin, std::min(stage.end, next));
  }
}

absl::StatusOr<RunRecord> RunReader::Finish() && {
  if (!has_begun_) {
    return absl::InvalidArgumentError(
        "it is no events.jsonl: not even its first line is whole");
  }
  Close();
  return std::move(record_);
}

}  // namespace servo::report
