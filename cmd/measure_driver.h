// `measure` as a servo driver: the configuration's plan, run by the engine.
#ifndef CMD_MEASURE_DRIVER_H_
#define CMD_MEASURE_DRIVER_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "base/loop.h"
#include "base/quote_masking.h"
#include "base/redactor.h"
#include "cmd/masking_reporter.h"
#include "cmd/recording_reporter.h"
#include "cmd/reporter_sink.h"
#include "cmd/run_report.h"
#include "config/value_texts.h"
#include "exec/runner.h"
#include "http/client.h"
#include "nlohmann/json.hpp"
#include "plan/capture.h"
#include "plan/plan.h"
#include "plan/value_source.h"
#include "protocol/cancel_cause.h"
#include "protocol/driver.h"
#include "protocol/messages.h"
#include "report/metric_rows.h"
#include "report/progress_listener.h"
#include "stages/engine.h"
#include "stages/run_listener.h"
#include "yaml/diagnostics.h"
#include "yaml/file.h"

namespace servo::cmd {

// What the command line asks for beside the configuration.
struct MeasureExtras {
  // The names of the tasks that are run, alone; empty: all are.
  std::vector<std::string> only = {};

  // Where the metrics are written, whatever the outcome; empty: nowhere.
  std::string metrics_path = {};

  // Where the run leaves its report; empty: where the configuration says.
  std::string report_dir = {};

  // Told what will be run, before anything is; may be null.
  std::function<void(const plan::Plan&)> on_plan = nullptr;

  // Hears of the run; may be null. Outlives the driver.
  stages::RunListener* listener = nullptr;

  // Tells the report the time of day.
  std::function<absl::Time()> wall_clock = absl::Now;
};

// Reads the configuration when it is told to measure or to describe, not
// before:
// --info works with a broken one. Makes this process the subreaper of what
// its tasks leave behind, so one such driver may live in a process, and it must
// start all of the process's children.
class MeasureDriver final : public protocol::Driver {
 public:
  // `places` are where the configuration may be, `section` is its key at the
  // top level. `loop` outlives the driver.
  MeasureDriver(base::Loop* loop, yaml::FilePlaces places, std::string section,
                bool strict = false, MeasureExtras extras = {})
      : loop_(loop),
        places_(std::move(places)),
        section_(std::move(section)),
        strict_(strict),
        extras_(std::move(extras)) {}

  absl::StatusOr<nlohmann::json> Describe() override;
  void Measure(const Session& session, Done done) override;
  void Cancel(const protocol::CancelCause& cause) override;
  void Hurry(const protocol::CancelCause& cause) override;
  int Progress() const override;
  std::string Activity() const override;
  absl::Status BeforeAnswer(const protocol::Answer& answer) override;
  absl::Status AfterAnswer() override;

  // The directory of the run's report; empty if it has none.
  std::string report_path() const {
    return report_.has_value() ? report_->path() : "";
  }

  // What was measured, for a person: without secrets. Nothing before the
  // answer.
  std::vector<report::MetricRow> ShownRows() const;

 private:
  // Reads and checks the configuration; an error has all problems. `warnings`
  // gets what may be wrong with the file itself.
  absl::StatusOr<plan::Plan> Load(yaml::Diagnostics* diagnostics,
                                  std::vector<std::string>* warnings) const;
  // Reads the configuration and makes what runs it; an answer says why not.
  std::optional<protocol::Answer> Prepare(const Session& session);
  // The steps of Prepare(): `plan_` with the texts of its values, and the
  // report; `runner_` and `client_`; `engine_` with its listeners.
  std::optional<protocol::Answer> TakePlan(const Session& session);
  std::optional<protocol::Answer> MakeServices();
  void MakeEngine(const Session& session);
  // Reads the texts of secrets and values; an answer says why they cannot be.
  std::optional<protocol::Answer> ReadTexts(yaml::Diagnostics* diagnostics);
  // Adds those of these entries; what cannot be read is a problem of this
  // severity.
  void ReadTextsOf(absl::Span<const plan::NamedValue> secrets,
                   absl::Span<const plan::NamedValue> values,
                   yaml::Severity unreadable, yaml::Diagnostics* diagnostics);
  // Hands them to the engine.
  void GiveTexts();
  // Begins the report, or drops it if none is asked for. `plan` is null where
  // there is none.
  void BeginReport(const Session& session, const plan::Plan* plan);
  // Masks what a task has captured as a secret.
  void OnSecret(const plan::Capture& capture,
                absl::Span<const std::string> texts);
  void OnOutcome(const stages::Outcome& outcome);

  base::Loop* const loop_;
  const yaml::FilePlaces places_;
  const std::string section_;
  const bool strict_;  // warnings of the configuration are errors
  const MeasureExtras extras_;
  base::Redactor redactor_;  // what is told and kept refers to it
  std::string run_id_;
  std::optional<RunReport> report_;  // until it is known that none is wanted
  std::optional<RecordingReporter> recorder_;
  const base::QuoteMasking quote_masking_{&redactor_};
  std::optional<MaskingReporter> reporter_;
  config::ValueTexts secrets_;
  config::ValueTexts values_;
  absl::flat_hash_set<const plan::Capture*> short_secrets_;  // that were told
  Done done_;
  plan::Plan plan_;
  std::vector<report::MetricRow> rows_;  // without secrets, but for names
  // In the order of their dependence: the engine goes first.
  std::optional<ReporterSink> sink_;
  std::optional<report::ProgressListener> listener_;
  std::unique_ptr<exec::Runner> runner_;
  std::unique_ptr<http::Client> client_;
  std::optional<stages::Engine> engine_;
  base::Loop::Registration early_answer_;
};

}  // namespace servo::cmd

#endif  // CMD_MEASURE_DRIVER_H_
