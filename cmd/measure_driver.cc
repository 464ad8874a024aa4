#include "cmd/measure_driver.h"

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "cmd/version.h"
#include "config/loader.h"
#include "exec/posix_runner.h"
#include "http/curl_client.h"
#include "report/wording.h"
#include "stages/services.h"
#include "yaml/diagnostics.h"

namespace servo::cmd {

using protocol::Answer;

namespace {

// Descriptors that are kept for the cleanup: enough to start a process and to
// look for what is to be ended, and for a request with its name lookup.
constexpr int kReserve = 24;

}  // namespace

void MeasureDriver::Measure(const Session& session, Done done) {
  reporter_ = session.reporter;
  done_ = std::move(done);
  if (std::optional<Answer> refusal = Prepare(session.app_id)) {
    early_answer_ =
        loop_->Post([this, answer = *std::move(refusal)] { done_(answer); });
    return;
  }
  engine_->Start(
      session.control.Total(),
      [this](const stages::Outcome& outcome) { OnOutcome(outcome); });
}

std::optional<Answer> MeasureDriver::Prepare(const std::string& app_id) {
  absl::StatusOr<yaml::File> file = yaml::ReadFile(places_);
  if (!file.ok()) {
    return Answer::Failed(file.status().message(), "invalid-config");
  }
  if (strict_ && !file->warnings.empty()) {
    return Answer::Failed(file->warnings.front(), "invalid-config");
  }
  for (const std::string& warning : file->warnings) reporter_->Warn(warning);
  yaml::Diagnostics diagnostics;
  absl::StatusOr<plan::Plan> plan =
      config::LoadPlan(file->text, file->path, &diagnostics, strict_);
  if (!plan.ok()) {
    return Answer::Failed(diagnostics.Message(), "invalid-config");
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
                  stages::Engine::Options{.app_id = app_id});
  sink_.emplace(reporter_);
  listener_.emplace(&*sink_);
  engine_->AddListener(&*listener_);
  return std::nullopt;
}

void MeasureDriver::OnOutcome(const stages::Outcome& outcome) {
  switch (outcome.kind) {
    case stages::Outcome::Kind::kSuccess:
      return done_(Answer());
    case stages::Outcome::Kind::kFailed:
      return done_(Answer::Failed(report::FailureText(outcome),
                                  report::ReasonOf(outcome)));
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
