#include "cmd/measure_driver.h"

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "cmd/version.h"
#include "config/loader.h"
#include "exec/posix_runner.h"
#include "http/curl_client.h"
#include "plan/metric.h"
#include "report/wording.h"
#include "stages/services.h"

namespace servo::cmd {

using protocol::Answer;

namespace {

// Descriptors that are kept for the cleanup: enough to start a process and to
// look for what is to be ended, and for a request with its name lookup.
constexpr int kReserve = 24;

// "value": an integer stays one.
nlohmann::json ToJson(plan::Number number) {
  return std::visit([](auto value) { return nlohmann::json(value); }, number);
}

// "values": times are unix seconds.
nlohmann::json ToJson(const std::vector<stages::Series>& all) {
  nlohmann::json values = nlohmann::json::array();
  for (const stages::Series& series : all) {
    nlohmann::json data = nlohmann::json::array();
    for (const stages::Series::Point& point : series.points) {
      data.push_back(
          {absl::ToUnixMillis(point.at) / 1000.0, ToJson(point.value)});
    }
    values.push_back({{"id", series.id}, {"data", std::move(data)}});
  }
  return values;
}

// The answer's `metrics`. An absent unit is an absent key.
nlohmann::json MetricsOf(const stages::Measured& measured) {
  nlohmann::json metrics = nlohmann::json::object();
  for (const plan::MetricValue& value : measured.metrics) {
    nlohmann::json& entry = metrics[value.metric->name];
    entry["value"] = ToJson(value.value);
    if (!value.metric->unit.empty()) entry["unit"] = value.metric->unit;
  }
  for (const stages::MetricSeries& series : measured.series) {
    nlohmann::json& entry = metrics[series.metric->name];
    entry["values"] = ToJson(series.series);
    if (!series.metric->unit.empty()) entry["unit"] = series.metric->unit;
  }
  return metrics;
}

// The answer's `annotations`.
nlohmann::json AnnotationsOf(const stages::Measured& measured) {
  nlohmann::json annotations = nlohmann::json::object();
  for (const plan::Metric* metric : measured.thinned) {
    annotations[metric->name] =
        "of its many samples some were left out, evenly";
  }
  return annotations;
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
  reporter_ = session.reporter;
  done_ = std::move(done);
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
  yaml::Diagnostics diagnostics;
  std::vector<std::string> warnings;
  absl::StatusOr<plan::Plan> plan = Load(&diagnostics, &warnings);
  for (const std::string& warning : warnings) reporter_->Warn(warning);
  if (!plan.ok()) {
    return Answer::Failed(plan.status().message(), "invalid-config");
  }
  if (!diagnostics.empty()) reporter_->Warn(diagnostics.Render());
  plan_ = *std::move(plan);

  absl::StatusOr<std::unique_ptr<exec::Runner>> runner =
      exec::NewPosixRunner(loop_, {.adopt_orphans = true,
                                   .raise_descriptor_limit = true,
                                   .reserved_descriptors = kReserve,
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
  engine_.emplace(stages::Services{loop_, runner_.get(), client_.get()}, &plan_,
                  stages::Engine::Options{
                      .app_id = session.app_id,
                      .lead = session.control.delay + session.control.warmup});
  sink_.emplace(reporter_);
  listener_.emplace(&*sink_);
  engine_->AddListener(&*listener_);
  return std::nullopt;
}

void MeasureDriver::OnOutcome(const stages::Outcome& outcome) {
  Answer answer;
  switch (outcome.kind) {
    case stages::Outcome::Kind::kSuccess:
      answer.metrics = MetricsOf(outcome.measured);
      answer.annotations = AnnotationsOf(outcome.measured);
      return done_(std::move(answer));
    case stages::Outcome::Kind::kFailed:
      answer = Answer::Failed(report::FailureText(outcome),
                              report::ReasonOf(outcome));
      // Beyond its limits, but measured.
      if (answer.reason == report::kReasonLimits) {
        answer.metrics = MetricsOf(outcome.measured);
      }
      return done_(std::move(answer));
    case stages::Outcome::Kind::kCancelled:
      return done_(Answer::Cancelled());
  }
}

void MeasureDriver::Cancel(const protocol::CancelCause& cause) {
  if (engine_.has_value()) engine_->Cancel(cause);
}

void MeasureDriver::Hurry(const protocol::CancelCause& cause) {
  if (engine_.has_value()) engine_->Hurry(cause);
}

int MeasureDriver::Progress() const {
  return engine_.has_value() ? engine_->Progress() : 0;
}

std::string MeasureDriver::Activity() const {
  return engine_.has_value() ? report::Describe(engine_->CurrentActivity())
                             : "Starting";
}

}  // namespace servo::cmd
