// What happens in a run, as the lines of events.jsonl (docs/events.md).
#ifndef REPORT_EVENT_LOG_H_
#define REPORT_EVENT_LOG_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/cancel_cause.h"
#include "base/loop.h"
#include "base/redactor.h"
#include "plan/metric.h"
#include "plan/plan.h"
#include "report/event_line.h"
#include "report/event_sink.h"
#include "stages/run_listener.h"

namespace servo::report {

// What the first line tells.
struct RunFacts {
  std::string version;  // the program's
  std::string run_id;
  std::string app_id;
  absl::Duration duration;
  absl::Duration warmup;
  absl::Duration delay;
  std::string config = {};  // the configuration in words
};

// Makes a line of each event, and hands it to a sink. Texts are without the
// secrets that `redactor` knows by then. Lives on the loop's thread.
class EventLog final : public stages::RunListener {
 public:
  enum class MessageKind { kNotice, kWarning };

  // The most that a message has, in bytes.
  static constexpr size_t kMaxMessage = 16'000;
  // The most that the run's `config` has.
  static constexpr size_t kMaxConfig = size_t{1} << 20;
  // The most points of a line of samples, and of a series.
  static constexpr size_t kMaxSamples = 1'000;
  static constexpr size_t kMaxPoints = 2'000;

  // The run begins now. `wall_clock` tells the wall clock's time. All must
  // outlive it.
  EventLog(base::Loop* loop,
           const base::Redactor* redactor ABSL_ATTRIBUTE_LIFETIME_BOUND,
           std::function<absl::Time()> wall_clock = absl::Now);

  // Writes the first line, and what was told before. `plan` may be null where
  // there is none; else it outlives this.
  void Begin(const RunFacts& facts,
             const plan::Plan* plan ABSL_ATTRIBUTE_LIFETIME_BOUND,
             EventSink* sink ABSL_ATTRIBUTE_LIFETIME_BOUND);

  // What was told in words, masked already.
  void OnMessage(MessageKind kind, absl::string_view text);

  // The run is asked to end at once.
  void OnHurry(const base::CancelCause& cause);

  // The last line. What comes later is not written.
  void OnAnswer(absl::string_view result, absl::string_view reason,
                absl::string_view message);

  void OnStageBegin(const stages::StageBegin& event) override;
  void OnWindowBegin(const stages::WindowBegin& event) override;
  void OnWindowEnd(const stages::WindowEnd& event) override;
  void OnAttemptBegin(const stages::AttemptBegin& event) override;
  void OnAttemptEnd(const stages::AttemptEnd& event) override;
  void OnRetryWait(const stages::RetryWait& event) override;
  void OnTaskEnd(const stages::TaskEnd& event) override;
  void OnTaskSkipped(const stages::TaskSkipped& event) override;
  void OnBackgroundReady(const stages::BackgroundReady& event) override;
  void OnBackgroundEnd(const stages::BackgroundEnd& event) override;
  void OnSample(const stages::Sample& event) override;
  void OnSampleRejected(const stages::SampleRejected& event) override;
  void OnCancelBegin(const stages::CancelBegin& event) override;
  void OnCleanupTimeout(const stages::CleanupTimeout& event) override;
  void OnRunEnd(const stages::RunEnd& event) override;

 private:
  // Samples of one metric that no line has yet.
  struct Batch {
    const plan::Metric* metric = nullptr;
    std::vector<std::pair<absl::Duration, double>> points;
    size_t seen = 0;
    size_t stride = 1;  // of so many samples one is kept
    int64_t rejected = 0;
    std::string why_rejected;  // the first one
  };
  using BatchKey = std::pair<size_t, size_t>;  // task, metric

  // A line whose time is not before the last one's: what is told of an event
  // has its time, what is told beside it is some microseconds later.
  JsonObject Line(absl::string_view kind, absl::Duration at);
  // A line of a task.
  JsonObject TaskLine(absl::string_view kind, stages::TaskId id,
                      absl::Duration at);
  void AddMasked(absl::string_view key, std::string text,
                 JsonObject* line) const;
  void AddCancel(const base::CancelCause& cause, JsonObject* line) const;
  void AddProcess(const exec::Result& result, bool ok, JsonObject* line) const;
  void AddResult(const stages::AttemptResult& result, bool ok,
                 JsonObject* line) const;
  void AddExtraction(const stages::Extraction& extraction,
                     const std::vector<stages::CaptureProblem>& captures,
                     JsonObject* line) const;
  void AddGivenUp(const std::optional<stages::GivenUp>& given_up,
                  JsonObject* line) const;
  void AddMetric(const plan::Metric& metric, JsonObject* line) const;
  void IndexTasks(const plan::Plan& plan);
  std::string TasksJson(const plan::Plan& plan) const;
  std::string TaskJson(plan::Stage stage, const plan::Task& task) const;
  std::string MetricsJson(const plan::Task& task) const;
  size_t IndexOf(stages::TaskId id) const;

  void WriteMetrics(const stages::Measured& measured, absl::Duration at);
  void WriteProblem(const stages::MetricProblem& problem, bool fails,
                    absl::Duration at);
  void WriteSeries(const stages::MetricSeries& all, absl::Duration at);
  Batch& BatchOf(stages::TaskId id, const plan::Task& task, size_t metric);
  void FlushSamples();
  void FlushBatch(size_t task, const Batch& batch);
  void Write(JsonObject line, bool last_words = false);
  bool WriteLost(bool last_words);

  base::Loop* const loop_;
  const base::Redactor& redactor_;
  const std::function<absl::Time()> wall_clock_;
  const absl::Duration begin_;
  absl::Duration last_at_;          // of the lines so far
  EventSink* sink_ = nullptr;       // null before Begin()
  std::vector<std::string> early_;  // what was told before
  const plan::Plan* plan_ = nullptr;
  std::array<size_t, plan::kStages.size()> first_task_ = {};  // of a stage
  absl::flat_hash_map<const plan::Metric*, size_t> task_of_metric_;
  std::map<BatchKey, Batch> batches_;
  base::Loop::Registration flush_;
  int64_t lost_ = 0;  // events since the last line of the kind `lost`
  bool file_full_ = false;
  bool over_ = false;
};

}  // namespace servo::report

#endif  // REPORT_EVENT_LOG_H_
