#include "cmd/measure_driver.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/quoted.h"
#include "base/secret_forms.h"
#include "base/utf8.h"
#include "cmd/replace_file.h"
#include "cmd/run_id.h"
#include "cmd/version.h"
#include "config/loader.h"
#include "config/plan_summary.h"
#include "config/report_keys.h"
#include "config/value_texts.h"
#include "exec/posix_runner.h"
#include "http/curl_client.h"
#include "plan/metric.h"
#include "plan/reference.h"
#include "plan/selection.h"
#include "plan/task_references.h"
#include "plan/value_source.h"
#include "report/answer_metrics.h"
#include "report/metrics_file.h"
#include "report/wording.h"
#include "stages/services.h"

namespace servo::cmd {

using protocol::Answer;

namespace {

// What tasks of `post` are told of a run that has failed or is cancelled: what
// the answer will say.
stages::Engine::FailureWords FailureWords(const stages::Outcome& outcome,
                                          const base::Redactor& redactor) {
  constexpr size_t kMaxCharacters = 500;
  std::string failure = outcome.kind == stages::Outcome::Kind::kCancelled
                            ? protocol::CancelMessage(outcome.cancel_cause)
                            : report::FailureText(outcome);
  failure = redactor.RedactMessage(std::move(failure));
  return {
      .reason = std::string(report::ReasonOf(outcome)),
      .failure = std::string(base::FirstCharacters(failure, kMaxCharacters))};
}

// Masks the texts of `rows`, but not their names: they are keys in a file.
void MaskTexts(const base::Redactor& redactor,
               std::vector<report::MetricRow>* rows) {
  for (report::MetricRow& row : *rows) {
    row.unit = redactor.RedactMessage(std::move(row.unit));
    if (!row.series.has_value()) continue;
    for (stages::Series& series : *row.series) {
      series.id = redactor.RedactMessage(std::move(series.id));
    }
  }
}

// Removes from `entries` those that no task of `plan` refers to, and returns
// them.
std::vector<plan::NamedValue> TakeUnused(
    const plan::Plan& plan, plan::Reference::Kind kind,
    std::vector<plan::NamedValue>* entries) {
  std::set<absl::string_view> used;
  for (const plan::Stage stage : plan::kStages) {
    for (const plan::Task& task : plan.tasks(stage)) {
      for (const plan::Reference* reference :
           plan::ReferencesOf(task, plan.references)) {
        if (reference->kind == kind) used.insert(reference->name);
      }
    }
  }
  const auto first_unused = std::stable_partition(
      entries->begin(), entries->end(),
      [&](const plan::NamedValue& entry) { return used.contains(entry.name); });
  std::vector<plan::NamedValue> unused(first_unused, entries->end());
  entries->erase(first_unused, entries->end());
  return unused;
}

// Lets what is shown of the tasks' output be shown without secrets.
void MaskOutput(const base::Redactor* redactor, plan::Plan* plan) {
  for (std::vector<plan::Task>& tasks : plan->stages) {
    for (plan::Task& task : tasks) {
      // A task that waits for another one has no output.
      if (auto* process = std::get_if<plan::ProcessAction>(&task.action)) {
        process->options.redactor = redactor;
      } else if (auto* action =
                     std::get_if<plan::RequestAction>(&task.action)) {
        action->request.redactor = redactor;
      }
    }
  }
}

}  // namespace

absl::StatusOr<plan::Plan> MeasureDriver::Load(
    yaml::Diagnostics* diagnostics, std::vector<std::string>* warnings) const {
  absl::StatusOr<yaml::File> file = yaml::ReadFile(places_);
  if (!file.ok()) return file.status();
  if (strict_ && !file->warnings.empty()) {
    return absl::InvalidArgumentError(file->warnings.front());
  }
  *warnings = file->warnings;
  return config::LoadPlan(file->text, file->path, diagnostics, strict_,
                          section_);
}

absl::StatusOr<nlohmann::json> MeasureDriver::Describe() {
  yaml::Diagnostics diagnostics;
  std::vector<std::string> warnings;
  const absl::StatusOr<plan::Plan> plan = Load(&diagnostics, &warnings);
  if (!plan.ok()) return plan.status();
  nlohmann::json metrics = nlohmann::json::object();
  for (const plan::Stage stage : plan::kStages) {
    for (const plan::Task& task : plan->tasks(stage)) {
      for (const plan::Metric& metric : task.metrics) {
        nlohmann::json& entry = metrics[metric.name];
        entry = nlohmann::json::object();
        if (!metric.unit.empty()) entry["unit"] = metric.unit;
        if (!metric.description.empty()) {
          entry["description"] = metric.description;
        }
      }
    }
  }
  return metrics;
}

void MeasureDriver::Measure(const Session& session, Done done) {
  run_id_ = NewRunId();
  report_.emplace(
      loop_, &redactor_,
      [this](std::string problem) { reporter_->Warn(std::move(problem)); },
      extras_.wall_clock);
  recorder_.emplace(session.reporter, [this](auto message, bool is_warning) {
    using Kind = report::EventLog::MessageKind;
    if (!report_.has_value()) return;
    report_->log()->OnMessage(is_warning ? Kind::kWarning : Kind::kNotice,
                              message);
  });
  reporter_.emplace(&*recorder_, &redactor_);
  done_ = [this, done = std::move(done)](Answer answer) mutable {
    done(Masked(std::move(answer), redactor_));
  };
  if (std::optional<Answer> refusal = Prepare(session)) {
    early_answer_ =
        loop_->Post([this, answer = *std::move(refusal)] { done_(answer); });
    return;
  }
  engine_->Start(
      session.control.Total(),
      [this](const stages::Outcome& outcome) { OnOutcome(outcome); });
}

std::optional<Answer> MeasureDriver::Prepare(const Session& session) {
  if (std::optional<Answer> refusal = TakePlan(session)) return refusal;
  if (std::optional<Answer> refusal = MakeServices()) return refusal;
  MakeEngine(session);
  if (extras_.on_plan) extras_.on_plan(plan_);
  return std::nullopt;
}

std::optional<Answer> MeasureDriver::TakePlan(const Session& session) {
  yaml::Diagnostics diagnostics;
  std::vector<std::string> warnings;
  absl::StatusOr<plan::Plan> plan = Load(&diagnostics, &warnings);
  for (const std::string& warning : warnings) reporter_->Warn(warning);
  if (plan.ok() && !extras_.only.empty()) {
    plan = plan::SelectTasks(*plan, extras_.only);
  }
  if (!plan.ok()) {
    BeginReport(session, nullptr);
    return Answer::Failed(plan.status().message(), "invalid-config");
  }
  plan_ = *std::move(plan);
  std::optional<Answer> refusal = ReadTexts(&diagnostics);
  diagnostics.DropNotes();  // they are for --check
  BeginReport(session, &plan_);
  if (!diagnostics.empty() && !refusal.has_value()) {
    reporter_->Warn(diagnostics.Render());
  }
  return refusal;
}

std::optional<Answer> MeasureDriver::MakeServices() {
  // The reserve is enough to start a shell with a pipeline and to look for what
  // is to be ended, and for a request with its name lookup and TLS.
  absl::StatusOr<std::unique_ptr<exec::Runner>> runner =
      exec::NewPosixRunner(loop_, {.adopt_orphans = true,
                                   .raise_descriptor_limit = true,
                                   .reserve = {.descriptors = 24,
                                               .processes = 16,
                                               .memory = size_t{16} << 20},
                                   .seal_process = true});
  if (!runner.ok()) {
    return Answer::Failed(runner.status().message(),
                          protocol::kReasonInternalError);
  }
  runner_ = *std::move(runner);
  if (const std::string limitation = runner_->Limitation();
      !limitation.empty()) {
    reporter_->Warn(limitation);
  }
  client_ = http::NewCurlClient(loop_, absl::StrCat("servo-exec/", kVersion));
  return std::nullopt;
}

void MeasureDriver::MakeEngine(const Session& session) {
  engine_.emplace(stages::Services{loop_, runner_.get(), client_.get()}, &plan_,
                  stages::Engine::Options{
                      .app_id = session.app_id,
                      .run_id = run_id_,
                      .delay = session.control.delay,
                      .warmup = session.control.warmup,
                      .failure_words =
                          [this](const auto& outcome) {
                            return FailureWords(outcome, redactor_);
                          },
                      .on_secret =
                          [this](const auto& capture, const auto& texts) {
                            OnSecret(capture, texts);
                          }});
  GiveTexts();
  sink_.emplace(&*reporter_);
  listener_.emplace(&*sink_);
  engine_->AddListener(&*listener_);
  if (report_.has_value()) engine_->AddListener(report_->log());
  if (extras_.listener != nullptr) engine_->AddListener(extras_.listener);
}

void MeasureDriver::BeginReport(const Session& session,
                                const plan::Plan* plan) {
  std::optional<plan::ReportOptions> options =
      plan != nullptr ? plan->report : std::nullopt;
  if (!extras_.report_dir.empty()) {
    options = {.dir = extras_.report_dir,
               .keep = options.has_value() ? options->keep
                                           : config::kDefaultReportsKept};
  }
  if (!options.has_value()) return report_.reset();
  report_->Begin(
      *options,
      {.version = kVersion,
       .run_id = run_id_,
       .app_id = session.app_id,
       .duration = session.control.duration,
       .warmup = session.control.warmup,
       .delay = session.control.delay,
       .config = plan != nullptr ? config::DescribeWithoutValues(*plan) : ""},
      plan);
}

void MeasureDriver::ReadTextsOf(absl::Span<const plan::NamedValue> secrets,
                                absl::Span<const plan::NamedValue> values,
                                yaml::Severity unreadable,
                                yaml::Diagnostics* diagnostics) {
  secrets_.merge(
      config::ReadSecretTexts(secrets, unreadable, &redactor_, diagnostics));
  values_.merge(config::ReadValueTexts(values, unreadable, diagnostics));
}

std::optional<Answer> MeasureDriver::ReadTexts(yaml::Diagnostics* diagnostics) {
  using Kind = plan::Reference::Kind;
  std::vector<plan::NamedValue> secrets = plan_.secrets;
  std::vector<plan::NamedValue> values = plan_.values;
  // What no chosen task refers to may be missing. What is there is masked all
  // the same.
  if (!extras_.only.empty()) {
    ReadTextsOf(TakeUnused(plan_, Kind::kSecret, &secrets),
                TakeUnused(plan_, Kind::kValue, &values), yaml::Severity::kNote,
                diagnostics);
  }
  ReadTextsOf(secrets, values, yaml::Severity::kError, diagnostics);
  if (strict_) diagnostics->MakeWarningsErrors();
  if (diagnostics->has_errors()) {
    return Answer::Failed(diagnostics->Message(), "invalid-config");
  }
  config::HideVariables(plan_.secrets);
  config::HideRunVariables();
  MaskOutput(&redactor_, &plan_);
  return std::nullopt;
}

void MeasureDriver::GiveTexts() {
  for (const auto& [name, text] : secrets_) {
    engine_->SetValue(plan::Reference::Kind::kSecret, name, text);
  }
  for (const auto& [name, text] : values_) {
    engine_->SetValue(plan::Reference::Kind::kValue, name, text);
  }
}

void MeasureDriver::OnSecret(const plan::Capture& capture,
                             absl::Span<const std::string> texts) {
  bool masked = true;
  for (const std::string& text : texts) masked = redactor_.Add(text) && masked;
  if (masked || !short_secrets_.insert(&capture).second) return;
  const absl::string_view has =
      texts.size() == 1 ? " has" : " has texts or numbers in it that have";
  reporter_->Warn(absl::StrCat(
      capture.location, ": the captured secret ", base::Quoted(capture.name),
      has, " fewer than ", base::kMinSecretCharacters, " characters and ",
      texts.size() == 1 ? "is" : "are", " not masked"));
}

void MeasureDriver::OnOutcome(const stages::Outcome& outcome) {
  rows_ = report::MetricRows(outcome.measured);
  MaskTexts(redactor_, &rows_);
  Answer answer;
  switch (outcome.kind) {
    case stages::Outcome::Kind::kSuccess:
      answer.metrics = report::MetricsJson(outcome.measured);
      answer.annotations = report::AnnotationsJson(outcome.measured);
      return done_(std::move(answer));
    case stages::Outcome::Kind::kFailed:
      answer = Answer::Failed(report::FailureText(outcome),
                              report::ReasonOf(outcome));
      // Beyond its limits, but measured.
      if (answer.reason == report::kReasonLimits) {
        answer.measured = true;
        answer.metrics = report::MetricsJson(outcome.measured);
        answer.annotations = report::AnnotationsJson(outcome.measured);
      }
      return done_(std::move(answer));
    case stages::Outcome::Kind::kCancelled:
      return done_(Answer::Cancelled());
  }
}

std::vector<report::MetricRow> MeasureDriver::ShownRows() const {
  std::vector<report::MetricRow> rows = rows_;
  for (report::MetricRow& row : rows) {
    row.name = redactor_.RedactMessage(std::move(row.name));
  }
  return rows;
}

absl::Status MeasureDriver::BeforeAnswer(const Answer& answer) {
  if (report_.has_value()) report_->OnAnswer(answer);
  if (extras_.metrics_path.empty()) return absl::OkStatus();
  return ReplaceFile(
      extras_.metrics_path,
      report::MetricsFileText(report::ResultWord(answer.status, answer.reason),
                              answer.reason, rows_));
}

absl::Status MeasureDriver::AfterAnswer() {
  return report_.has_value() ? report_->Finish() : absl::OkStatus();
}

void MeasureDriver::Cancel(const protocol::CancelCause& cause) {
  // An internal error may be a want of memory.
  if (runner_ != nullptr) runner_->ReleaseReserve();
  if (engine_.has_value()) engine_->Cancel(cause);
}

void MeasureDriver::Hurry(const protocol::CancelCause& cause) {
  if (!engine_.has_value()) return;
  if (report_.has_value()) report_->log()->OnHurry(cause);
  engine_->Hurry(cause);
}

int MeasureDriver::Progress() const {
  return engine_.has_value() ? engine_->Progress() : 0;
}

std::string MeasureDriver::Activity() const {
  if (!engine_.has_value()) return "Starting";
  return redactor_.RedactMessage(report::Describe(engine_->CurrentActivity()));
}

}  // namespace servo::cmd
