#include "report/event_log.h"

#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "base/signal_name.h"
#include "base/utf8.h"
#include "report/event_format.h"
#include "report/event_words.h"
#include "report/wording.h"

namespace servo::report {
namespace {

// How much of an output is shown.
constexpr size_t kSuccessExcerpt = 2'000;
constexpr size_t kFailureExcerpt = 8'000;

// Messages that are told before the first line.
constexpr size_t kMaxEarly = 100;

// `text` of at most `max` bytes, whole characters, with "..." for the rest.
std::string Cut(absl::string_view text, size_t max) {
  if (text.size() <= max) return std::string(text);
  return absl::StrCat(base::FirstBytes(text, max - 3), "...");
}

std::string PhasesJson(const http::PhaseTimes& phases) {
  JsonObject json;
  json.Seconds("name_lookup", phases.name_lookup)
      .Seconds("connect", phases.connect)
      .Seconds("tls", phases.tls)
      .Seconds("first_byte", phases.first_byte)
      .Seconds("body", phases.body);
  return std::move(json).Take();
}

// How a background task failed; empty if it did not.
std::string WhyEnded(const stages::BackgroundEnd& event, bool ok) {
  if (event.cause != stages::Cause::kNone) return FailureText(event);
  return event.early && !ok ? EarlyEndText(event) : "";
}

}  // namespace

EventLog::EventLog(base::Loop* loop, const base::Redactor* redactor,
                   std::function<absl::Time()> wall_clock)
    : loop_(loop),
      redactor_(*redactor),
      wall_clock_(std::move(wall_clock)),
      begin_(loop->Now()),
      last_at_(begin_) {}

JsonObject EventLog::Line(absl::string_view kind, absl::Duration at) {
  last_at_ = std::max(last_at_, at);
  return EventLine(kind, last_at_ - begin_, wall_clock_());
}

JsonObject EventLog::TaskLine(absl::string_view kind, stages::TaskId id,
                              absl::Duration at) {
  JsonObject line = Line(kind, at);
  line.Integer("task", static_cast<int64_t>(IndexOf(id)));
  return line;
}

size_t EventLog::IndexOf(stages::TaskId id) const {
  return first_task_[static_cast<size_t>(id.stage)] + id.index;
}

void EventLog::AddMasked(absl::string_view key, std::string text,
                         JsonObject* line) const {
  line->Text(key, redactor_.RedactMessage(std::move(text)));
}

// ---- The first line ----

void EventLog::Begin(const RunFacts& facts, const plan::Plan* plan,
                     EventSink* sink) {
  plan_ = plan;
  sink_ = sink;
  if (plan != nullptr) IndexTasks(*plan);
  JsonObject line = EventLine("run", absl::ZeroDuration(),
                              wall_clock_() - (loop_->Now() - begin_));
  line.Integer("format", kEventFormat)
      .Text("version", facts.version)
      .Text("run_id", facts.run_id);
  AddMasked("app_id", facts.app_id, &line);
  line.Seconds("duration", facts.duration)
      .Seconds("warmup", facts.warmup)
      .Seconds("delay", facts.delay)
      .Raw("tasks", plan == nullptr ? "[]" : TasksJson(*plan));
  if (!facts.config.empty()) {
    const std::string masked = redactor_.RedactMessage(facts.config);
    const std::string shown = Cut(masked, kMaxConfig);
    line.Text("config", shown);
    if (shown.size() < masked.size()) {
      line.Integer("config_omitted",
                   static_cast<int64_t>(masked.size() - shown.size()));
    }
  }
  Write(std::move(line));
  for (std::string& text : std::exchange(early_, {})) {
    if (sink_->Write(std::move(text), /*last_words=*/false) !=
        EventSink::Taken::kYes) {
      ++lost_;
    }
  }
}

void EventLog::IndexTasks(const plan::Plan& plan) {
  size_t index = 0;
  for (const plan::Stage stage : plan::kStages) {
    first_task_[static_cast<size_t>(stage)] = index;
    for (const plan::Task& task : plan.tasks(stage)) {
      for (const plan::Metric& metric : task.metrics) {
        task_of_metric_[&metric] = index;
      }
      ++index;
    }
  }
}

std::string EventLog::TasksJson(const plan::Plan& plan) const {
  std::string json = "[";
  for (const plan::Stage stage : plan::kStages) {
    for (const plan::Task& task : plan.tasks(stage)) {
      absl::StrAppend(&json, json.size() == 1 ? "" : ",",
                      TaskJson(stage, task));
    }
  }
  json.push_back(']');
  return json;
}

std::string EventLog::TaskJson(plan::Stage stage,
                               const plan::Task& task) const {
  JsonObject json;
  json.Text("stage", plan::StageName(stage));
  AddMasked("name", task.name, &json);
  json.Text("mode", ModeWord(task)).FlagIf("background", task.background);
  if (task.every.has_value()) json.Seconds("every", *task.every);
  if (const auto* await = std::get_if<plan::AwaitAction>(&task.action)) {
    const size_t awaited =
        IndexOf({.stage = await->stage, .index = await->index});
    json.Integer("awaits", static_cast<int64_t>(awaited));
  }
  if (task.retry.retries > 0 && !task.retry.unlimited) {
    json.Integer("retries", task.retry.retries);
  }
  if (!task.metrics.empty()) json.Raw("metrics", MetricsJson(task));
  return std::move(json).Take();
}

// ---- The course of the run ----

void EventLog::OnStageBegin(const stages::StageBegin& event) {
  JsonObject line = Line("stage", event.at);
  line.Text("stage", plan::StageName(event.stage))
      .Integer("tasks", static_cast<int64_t>(event.task_count));
  Write(std::move(line));
}

void EventLog::OnWindowBegin(const stages::WindowBegin& event) {
  JsonObject line = Line("window", event.at);
  line.Seconds("length", event.length).Seconds("lead", event.lead);
  Write(std::move(line));
}

void EventLog::OnWindowEnd(const stages::WindowEnd& event) {
  FlushSamples();
  Write(Line("window_end", event.at));
}

void EventLog::AddCancel(const base::CancelCause& cause,
                         JsonObject* line) const {
  using Kind = base::CancelCause::Kind;
  switch (cause.kind) {
    case Kind::kSignal:
      line->Text("cause", "signal")
          .Text("signal", base::SignalName(cause.signal));
      break;
    case Kind::kReaderGone:
      line->Text("cause", "reader_gone");
      break;
    case Kind::kInternalError:
      line->Text("cause", "internal_error");
      break;
  }
  line->Text("text", base::ToString(cause));
}

void EventLog::OnCancelBegin(const stages::CancelBegin& event) {
  JsonObject line = Line("cancel", event.at);
  AddCancel(event.cause, &line);
  Write(std::move(line));
}

void EventLog::OnHurry(const base::CancelCause& cause) {
  JsonObject line = Line("hurry", loop_->Now());
  AddCancel(cause, &line);
  Write(std::move(line));
}

void EventLog::OnCleanupTimeout(const stages::CleanupTimeout& event) {
  JsonObject line = Line("cleanup_timeout", event.at);
  line.Seconds("limit", event.limit).FlagIf("post_follows", event.post_follows);
  Write(std::move(line));
}

// ---- Tasks ----

void EventLog::OnAttemptBegin(const stages::AttemptBegin& event) {
  JsonObject line = TaskLine("attempt", event.id, event.at);
  line.Integer("attempt", event.attempt);
  Write(std::move(line));
}

void EventLog::AddProcess(const exec::Result& result, bool ok,
                          JsonObject* line) const {
  const size_t most = ok ? kSuccessExcerpt : kFailureExcerpt;
  for (const auto& [name, captured] :
       {std::pair("stdout", &result.out), std::pair("stderr", &result.err)}) {
    if (captured->total() == 0) continue;
    line->Text(name, captured->TailText(most))
        .Integer(absl::StrCat(name, "_bytes"),
                 static_cast<int64_t>(captured->total()));
  }
}

void EventLog::AddResult(const stages::AttemptResult& result, bool ok,
                         JsonObject* line) const {
  if (const auto* process = std::get_if<exec::Result>(&result)) {
    line->Integer("code", process->code);
    AddProcess(*process, ok, line);
  } else if (const auto* response = std::get_if<http::Response>(&result)) {
    if (response->status != 0) line->Integer("status", response->status);
    if (response->redirects > 0) {
      line->Integer("redirects", response->redirects);
    }
    line->Raw("phases", PhasesJson(response->phases));
    if (response->body.total() == 0) return;
    const size_t most = ok ? kSuccessExcerpt : kFailureExcerpt;
    line->Text("body", response->body.HeadText(most))
        .Integer("body_bytes", static_cast<int64_t>(response->body.total()));
  }
}

void EventLog::AddExtraction(
    const stages::Extraction& extraction,
    const std::vector<stages::CaptureProblem>& captures,
    JsonObject* line) const {
  if (!extraction.values.empty()) {
    JsonObject values;
    for (const plan::MetricValue& value : extraction.values) {
      values.NumberOf(redactor_.RedactMessage(value.metric->name), value.value);
    }
    line->Raw("metrics", std::move(values).Take());
  }
  std::string list = "[";
  const auto add = [&](absl::string_view kind, const std::string& name,
                       const std::string& why) {
    JsonObject problem;
    AddMasked(kind, name, &problem);
    AddMasked("why", why, &problem);
    absl::StrAppend(&list, list.size() == 1 ? "" : ",",
                    std::move(problem).Take());
  };
  for (const stages::MetricProblem& problem : extraction.problems) {
    add("metric", problem.metric->name, problem.why);
  }
  for (const stages::CaptureProblem& problem : captures) {
    add("capture", problem.capture->name, problem.why);
  }
  if (list.size() > 1) line->Raw("problems", absl::StrCat(list, "]"));
}

void EventLog::OnAttemptEnd(const stages::AttemptEnd& event) {
  const bool ok = event.judgement.success();
  JsonObject line = TaskLine("attempt_end", event.id, event.end);
  line.Integer("attempt", event.attempt)
      .Seconds("begin", event.begin - begin_)
      .Flag("ok", ok);
  if (!ok) {
    line.Text("cause", CauseWord(event.judgement.cause));
    AddMasked("why", FailureText(event), &line);
  }
  AddResult(event.result, ok, &line);
  AddExtraction(event.extraction, event.capture_problems, &line);
  line.FlagIf("gives_up", event.verdict.gives_up.has_value())
      .FlagIf("ends_window", event.verdict.ends_window.has_value());
  Write(std::move(line));
}

void EventLog::OnRetryWait(const stages::RetryWait& event) {
  JsonObject line = TaskLine("retry", event.id, event.at);
  line.Integer("attempt", event.next_attempt).Seconds("delay", event.delay);
  Write(std::move(line));
}

void EventLog::AddGivenUp(const std::optional<stages::GivenUp>& given_up,
                          JsonObject* line) const {
  if (!given_up.has_value()) return;
  JsonObject json;
  json.Seconds("after", given_up->after)
      .Integer("attempts", given_up->attempts);
  line->Raw("given_up", std::move(json).Take());
}

void EventLog::OnTaskEnd(const stages::TaskEnd& event) {
  JsonObject line = TaskLine("task_end", event.id, event.at);
  line.Flag("ok", event.effect == stages::TaskEnd::Effect::kNone);
  if (event.effect != stages::TaskEnd::Effect::kNone) {
    line.Text("effect", EffectWord(event.effect));
  }
  if (event.failure != nullptr) {
    AddMasked("why", FailureText(*event.failure), &line);
    AddGivenUp(event.failure->given_up, &line);
  }
  Write(std::move(line));
}

void EventLog::OnTaskSkipped(const stages::TaskSkipped& event) {
  JsonObject line = TaskLine("task_skipped", event.id, event.at);
  AddMasked("value", event.name, &line);
  for (const plan::Stage stage : plan::kStages) {
    const std::vector<plan::Task>& tasks = plan_->tasks(stage);
    const plan::Task* const begin = tasks.data();
    if (!std::less<>()(event.capturing, begin) &&
        std::less<>()(event.capturing, begin + tasks.size())) {
      const auto index = static_cast<size_t>(event.capturing - begin);
      line.Integer("capturing", static_cast<int64_t>(
                                    IndexOf({.stage = stage, .index = index})));
    }
  }
  Write(std::move(line));
}

void EventLog::OnBackgroundReady(const stages::BackgroundReady& event) {
  JsonObject line = TaskLine("ready", event.id, event.at);
  line.Integer("attempt", event.attempt);
  Write(std::move(line));
}

void EventLog::OnBackgroundEnd(const stages::BackgroundEnd& event) {
  const bool ok =
      event.cause == stages::Cause::kNone &&
      (!event.early || stages::Succeeded(*event.task, event.result));
  JsonObject line = TaskLine("background_end", event.id, event.at);
  line.Flag("ok", ok)
      .Seconds("begin", event.result.started_at - begin_)
      .Text("ending", EndingWord(event.result.ending))
      .Integer("code", event.result.code);
  if (event.early) {
    line.Flag("early", true).Text("meaning", MeaningWord(event.meaning));
  }
  line.FlagIf("overstayed", event.overstayed);
  if (event.cause != stages::Cause::kNone) {
    line.Text("cause", CauseWord(event.cause));
  }
  if (std::string why = WhyEnded(event, ok); !why.empty()) {
    AddMasked("why", std::move(why), &line);
  }
  AddProcess(event.result, ok, &line);
  AddExtraction(event.extraction, {}, &line);
  Write(std::move(line));
}

// ---- The end ----

void EventLog::OnRunEnd(const stages::RunEnd& event) {
  FlushSamples();
  WriteMetrics(event.outcome.measured, event.at);
}

void EventLog::OnMessage(MessageKind kind, absl::string_view text) {
  // What is shown, and one more character: a large output is not copied.
  const absl::string_view begin = text.substr(0, kMaxMessage + 4);
  JsonObject line = Line("message", loop_->Now());
  line.Text("kind", kind == MessageKind::kNotice ? "notice" : "warning")
      .Text("text", Cut(base::ToValidUtf8(begin), kMaxMessage));
  Write(std::move(line));
}

void EventLog::OnAnswer(absl::string_view result, absl::string_view reason,
                        absl::string_view message) {
  FlushSamples();
  WriteLost(/*last_words=*/true);
  JsonObject line = Line("answer", loop_->Now());
  line.Text("result", result);
  if (!reason.empty()) line.Text("reason", reason);
  if (!message.empty()) {
    line.Text(
        "message",
        Cut(redactor_.RedactMessage(base::ToValidUtf8(message)), kMaxMessage));
  }
  Write(std::move(line), /*last_words=*/true);
  over_ = true;
}

// ---- Handing over ----

// Tells of the events that are missing; whether none is missing any more.
bool EventLog::WriteLost(bool last_words) {
  if (lost_ == 0) return true;
  if (sink_ == nullptr) return false;
  JsonObject line = Line("lost", loop_->Now());
  line.Integer("events", lost_).Text("why", file_full_ ? "size" : "queue");
  const EventSink::Taken taken =
      sink_->Write(absl::StrCat(std::move(line).Take(), "\n"), last_words);
  if (taken == EventSink::Taken::kFileFull) file_full_ = true;
  if (taken != EventSink::Taken::kYes) return false;
  lost_ = 0;
  return true;
}

void EventLog::Write(JsonObject line, bool last_words) {
  if (over_) return;
  std::string text = std::move(line).Take();
  text.push_back('\n');
  if (sink_ == nullptr) {
    if (early_.size() < kMaxEarly) early_.push_back(std::move(text));
    return;
  }
  const bool skip = (file_full_ && !last_words) || !WriteLost(last_words);
  const EventSink::Taken taken =
      skip ? EventSink::Taken::kQueueFull
           : sink_->Write(std::move(text), last_words);
  if (taken == EventSink::Taken::kFileFull) file_full_ = true;
  if (taken != EventSink::Taken::kYes) ++lost_;
}

}  // namespace servo::report
