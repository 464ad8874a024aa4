#include "report/page_data.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/utf8.h"
#include "report/json_object.h"
#include "report/thin_points.h"

namespace servo::report {
namespace {

// In bytes of JSON, for the texts of failed attempts and of all others.
constexpr size_t kFailedBudget = 1'500'000;
constexpr size_t kOtherBudget = 1'000'000;

constexpr size_t kMaxText = 32 * 1024;
constexpr size_t kMaxName = 300;
constexpr size_t kPointBudget = 60'000;
constexpr size_t kMinPoints = 60;  // of a line
constexpr size_t kMaxLinesOfChart = 24;

// What a background task takes to be ready is shown from here on, in seconds.
constexpr double kVisibleStart = 0.002;

enum Kind { kAttempt = 0, kWait = 1, kBackground = 2, kStarting = 3 };

int StateNumber(AttemptRecord::State state) {
  switch (state) {
    case AttemptRecord::State::kSucceeded:
      return 0;
    case AttemptRecord::State::kFailed:
      return 1;
    case AttemptRecord::State::kIgnored:
      return 2;
    case AttemptRecord::State::kStopped:
      return 3;
    case AttemptRecord::State::kRunning:
      return 4;
  }
  return 4;  // not an enumerator
}

bool IsFailed(const AttemptRecord& attempt) {
  return attempt.state == AttemptRecord::State::kFailed ||
         attempt.state == AttemptRecord::State::kIgnored;
}

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

void AppendScriptText(absl::string_view text, std::string* json) {
  AppendJsonText(text, json, JsonEscapes::kForScript);
}

// How many bytes of JSON a byte becomes.
size_t JsonSize(char c) {
  if (c == '<' || c == '>' || c == '&') return 6;
  if (c == '"' || c == '\\' || c == '\n') return 2;
  return static_cast<unsigned char>(c) < 0x20 ? 6 : 1;
}

size_t JsonSize(absl::string_view text, size_t most) {
  size_t size = 0;
  for (const char c : text) {
    size += JsonSize(c);
    if (size >= most) return most;
  }
  return size;
}

// The first characters of `text` that take at most `most` bytes of JSON.
std::string Head(absl::string_view text, size_t most) {
  size_t size = 0;
  size_t end = 0;
  while (end < text.size() && (size += JsonSize(text[end])) <= most) ++end;
  if (end == text.size()) return std::string(text);
  return absl::StrCat(base::FirstBytes(text, end), "...");
}

// Likewise the last ones, from the begin of a line if one is near.
std::string Tail(absl::string_view text, size_t most) {
  size_t size = 0;
  size_t begin = text.size();
  while (begin > 0 && (size += JsonSize(text[begin - 1])) <= most) --begin;
  if (begin == 0) return std::string(text);
  while (begin < text.size() && IsContinuation(text[begin])) ++begin;
  const size_t line = text.find('\n', begin);
  if (line < begin + most / 4 && line < text.size() - 1) begin = line + 1;
  return absl::StrCat("...\n", text.substr(begin));
}

// How much a text may take at most so that all together keep to a budget.
class TextLimits {
 public:
  explicit TextLimits(const RunRecord& record) {
    for (const bool failed : {false, true}) {
      std::vector<size_t> sizes;
      for (const AttemptRecord& attempt : record.attempts) {
        if (IsFailed(attempt) != failed) continue;
        for (const absl::string_view text : Texts(attempt)) {
          if (!text.empty()) sizes.push_back(JsonSize(text, kMaxText));
        }
      }
      limit_[failed] = Limit(sizes, failed ? kFailedBudget : kOtherBudget);
    }
  }

  size_t Of(const AttemptRecord& attempt) const {
    return limit_[IsFailed(attempt)];
  }

 private:
  static std::vector<absl::string_view> Texts(const AttemptRecord& attempt) {
    std::vector<absl::string_view> texts = {
        attempt.why, attempt.out.text, attempt.err.text, attempt.body.text};
    texts.insert(texts.end(), attempt.notes.begin(), attempt.notes.end());
    return texts;
  }

  static size_t Limit(const std::vector<size_t>& sizes, size_t budget) {
    size_t limit = kMaxText;
    while (limit > 8) {
      size_t sum = 0;
      for (const size_t size : sizes) sum += std::min(size, limit);
      if (sum <= budget) break;
      limit -= limit / 4;
    }
    return limit;
  }

  size_t limit_[2];
};

// One bar, before the bars are put in order.
struct Bar {
  size_t task;
  Kind kind;
  double begin;
  double end;
  bool over;
  int attempt;
  int state;
  const AttemptRecord* info;  // null: none
};

std::vector<Bar> BarsOf(const RunRecord& record) {
  std::vector<Bar> bars;
  bars.reserve(record.attempts.size() + record.waits.size());
  for (const AttemptRecord& attempt : record.attempts) {
    const bool over = attempt.state != AttemptRecord::State::kRunning;
    Bar bar = {attempt.task,
               kAttempt,
               attempt.begin,
               attempt.end,
               over,
               attempt.number,
               StateNumber(attempt.state),
               &attempt};
    if (attempt.ready.has_value()) {
      bar.kind = kBackground;
      const double ready = std::min(*attempt.ready, attempt.end);
      if (ready - attempt.begin > kVisibleStart) {
        bars.push_back({attempt.task, kStarting, attempt.begin, ready, true,
                        attempt.number, 0, nullptr});
        bar.begin = ready;
      }
    }
    bars.push_back(bar);
  }
  for (const WaitRecord& wait : record.waits) {
    bars.push_back({wait.task, kWait, wait.begin, wait.end, wait.over,
                    wait.next_attempt, 0, nullptr});
  }
  std::stable_sort(bars.begin(), bars.end(), [](const Bar& a, const Bar& b) {
    return a.task != b.task ? a.task < b.task : a.begin < b.begin;
  });
  return bars;
}

// An object that grows; keys are plain words.
class Object {
 public:
  explicit Object(std::string* json) : json_(*json) { json_.push_back('{'); }

  std::string* Key(absl::string_view key) {
    absl::StrAppend(&json_, json_.back() == '{' ? "\"" : ",\"", key, "\":");
    return &json_;
  }
  void Text(absl::string_view key, absl::string_view text) {
    if (!text.empty()) AppendScriptText(text, Key(key));
  }
  void End() { json_.push_back('}'); }

 private:
  std::string& json_;
};

void AddOutput(absl::string_view key, const OutputRecord& output, bool is_head,
               size_t limit, Object* object) {
  object->Text(key,
               is_head ? Head(output.text, limit) : Tail(output.text, limit));
  if (output.bytes.has_value()) {
    absl::StrAppend(object->Key(absl::StrCat(key, "Bytes")), *output.bytes);
  }
}

void AddMetrics(const TaskRecord& task, const AttemptRecord& attempt,
                Object* object) {
  if (attempt.metrics.empty()) return;
  std::string* json = object->Key("metrics");
  json->push_back('[');
  for (const auto& [name, value] : attempt.metrics) {
    if (json->back() != '[') json->push_back(',');
    json->push_back('[');
    AppendScriptText(Head(name, kMaxName), json);
    json->push_back(',');
    AppendJsonNumber(value, json);
    json->push_back(',');
    const auto plan = std::find_if(task.metrics.begin(), task.metrics.end(),
                                   [&name = name](const MetricPlan& metric) {
                                     return metric.name == name;
                                   });
    AppendScriptText(plan == task.metrics.end() ? "" : plan->unit, json);
    json->push_back(']');
  }
  json->push_back(']');
}

void AppendInfo(const TaskRecord& task, const AttemptRecord& attempt,
                size_t limit, std::string* json) {
  Object object(json);
  object.Text("why", Head(attempt.why, limit));
  if (attempt.code.has_value()) {
    absl::StrAppend(object.Key("code"), *attempt.code);
  }
  if (attempt.status.has_value()) {
    absl::StrAppend(object.Key("status"), *attempt.status);
  }
  AddOutput("out", attempt.out, /*is_head=*/false, limit, &object);
  AddOutput("err", attempt.err, /*is_head=*/false, limit, &object);
  AddOutput("body", attempt.body, /*is_head=*/true, limit, &object);
  if (attempt.phases.has_value()) {
    object.Key("phases")->push_back('[');
    for (const double phase : *attempt.phases) {
      if (json->back() != '[') json->push_back(',');
      AppendJsonSeconds(phase, json);
    }
    json->push_back(']');
  }
  AddMetrics(task, attempt, &object);
  if (!attempt.notes.empty()) {
    object.Key("notes")->push_back('[');
    for (const std::string& note : attempt.notes) {
      if (json->back() != '[') json->push_back(',');
      AppendScriptText(Head(note, limit), json);
    }
    json->push_back(']');
  }
  object.End();
}

void AppendBars(const RunRecord& record, std::string* json) {
  const TextLimits limits(record);
  json->append("[");
  for (const Bar& bar : BarsOf(record)) {
    if (json->back() != '[') json->push_back(',');
    absl::StrAppend(json, "[", bar.task, ",", static_cast<int>(bar.kind), ",");
    AppendJsonSeconds(bar.begin, json);
    json->push_back(',');
    if (bar.over) {
      AppendJsonSeconds(bar.end, json);
    } else {
      json->append("null");
    }
    absl::StrAppend(json, ",", bar.attempt, ",", bar.state);
    if (bar.info != nullptr) {
      json->push_back(',');
      AppendInfo(record.tasks[bar.task], *bar.info, limits.Of(*bar.info), json);
    }
    json->push_back(']');
  }
  json->push_back(']');
}

void AppendTasks(const RunRecord& record, std::string* json) {
  json->push_back('[');
  for (const TaskRecord& task : record.tasks) {
    json->append(json->back() == '[' ? "[" : ",[");
    AppendScriptText(Head(task.name, kMaxName), json);
    absl::StrAppend(json, ",", task.stage, ",");
    AppendScriptText(Head(task.mode, kMaxName), json);
    if (task.background || task.every.has_value() || !task.note.empty()) {
      absl::StrAppend(json, ",", task.background ? 1 : 0, ",");
      AppendJsonSeconds(task.every.value_or(0), json);
      json->push_back(',');
      AppendScriptText(Head(task.note, kMaxName), json);
    }
    json->push_back(']');
  }
  json->push_back(']');
}

void AppendLine(const LineRecord& line, size_t most, std::string* json,
                uint64_t* shown) {
  std::vector<std::pair<double, double>> points = line.points;
  while (points.size() > most) ThinPoints(&points);
  *shown += points.size();
  Object object(json);
  object.Text("id", Head(line.id, kMaxName));
  object.Key("points")->push_back('[');
  for (const auto& [at, value] : points) {
    if (json->back() != '[') json->push_back(',');
    AppendJsonSeconds(at, json);
    json->push_back(',');
    AppendJsonNumber(value, json);
  }
  json->push_back(']');
  object.End();
}

void AppendChart(const ChartRecord& chart, size_t most, std::string* json) {
  Object object(json);
  AppendScriptText(Head(chart.name, kMaxName), object.Key("name"));
  object.Text("unit", Head(chart.unit, kMaxName));
  if (chart.at_least.has_value()) {
    AppendJsonNumber(*chart.at_least, object.Key("atLeast"));
  }
  if (chart.at_most.has_value()) {
    AppendJsonNumber(*chart.at_most, object.Key("atMost"));
  }
  uint64_t total = 0;
  uint64_t shown = 0;
  object.Key("lines")->push_back('[');
  for (size_t i = 0; i < chart.lines.size(); ++i) {
    if (i == kMaxLinesOfChart) break;
    if (i > 0) json->push_back(',');
    total += chart.lines[i].total;
    AppendLine(chart.lines[i], most, json, &shown);
  }
  json->push_back(']');
  absl::StrAppend(
      object.Key("left"),
      chart.lines.size() - std::min(chart.lines.size(), kMaxLinesOfChart));
  if (shown < total) {
    object.Text("note", absl::StrCat("Drawn are ", shown, " of ", total,
                                     " points, the extremes among them."));
  }
  object.End();
}

void AppendCharts(const RunRecord& record, std::string* json) {
  size_t lines = 1;
  for (const ChartRecord& chart : record.charts) {
    lines += std::min(chart.lines.size(), kMaxLinesOfChart);
  }
  const size_t most = std::max(kPointBudget / lines, kMinPoints);
  json->push_back('[');
  for (const ChartRecord& chart : record.charts) {
    if (json->back() != '[') json->push_back(',');
    AppendChart(chart, most, json);
  }
  json->push_back(']');
}

void AppendWindow(const RunRecord& record, std::string* json) {
  if (!record.window.has_value()) {
    json->append("null");
    return;
  }
  const WindowRecord& window = *record.window;
  Object object(json);
  AppendJsonSeconds(window.begin, object.Key("begin"));
  AppendJsonSeconds(window.lead, object.Key("lead"));
  if (window.end.has_value()) {
    AppendJsonSeconds(*window.end, object.Key("end"));
  } else {
    object.Key("end")->append("null");
  }
  object.End();
}

void AppendMarks(const RunRecord& record, std::string* json) {
  json->push_back('[');
  for (const MarkRecord& mark : record.marks) {
    if (json->back() != '[') json->push_back(',');
    Object object(json);
    AppendJsonSeconds(mark.at, object.Key("at"));
    AppendScriptText(Head(mark.text, kMaxName), object.Key("text"));
    object.End();
  }
  json->push_back(']');
}

}  // namespace

std::string PageData(const RunRecord& record) {
  std::string json;
  Object object(&json);
  AppendJsonSeconds(record.origin, object.Key("origin"));
  AppendJsonSeconds(record.length, object.Key("length"));
  AppendWindow(record, object.Key("window"));
  AppendMarks(record, object.Key("marks"));
  AppendTasks(record, object.Key("tasks"));
  AppendBars(record, object.Key("bars"));
  AppendCharts(record, object.Key("charts"));
  object.End();
  return json;
}

}  // namespace servo::report
