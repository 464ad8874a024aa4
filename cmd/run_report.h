// The report that a run leaves: its directory, and what is written into it.
#ifndef CMD_RUN_REPORT_H_
#define CMD_RUN_REPORT_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/attributes.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/loop.h"
#include "base/redactor.h"
#include "cmd/render.h"
#include "plan/plan.h"
#include "protocol/messages.h"
#include "report/event_log.h"
#include "report/event_sink.h"
#include "report/event_writer.h"

namespace servo::cmd {

// Records a run in DIR/NAME/events.jsonl. Whatever goes wrong is told once, by
// `warn` or by Finish(), and changes nothing else. So is a wall clock that
// steps back: it is right that the times of day in the record step back as
// well, but who reads it should know.
//
// Lives on the loop's thread.
class RunReport final : private report::EventSink {
 public:
  // The run begins now. All must outlive this.
  RunReport(base::Loop* loop,
            const base::Redactor* redactor ABSL_ATTRIBUTE_LIFETIME_BOUND,
            std::function<void(std::string)> warn,
            std::function<absl::Time()> wall_clock = absl::Now);

  // Makes the directory and begins to write. Without this nothing is written.
  void Begin(const plan::ReportOptions& options, const report::RunFacts& facts,
             const plan::Plan* plan ABSL_ATTRIBUTE_LIFETIME_BOUND);

  // The run's directory; empty if there is none, or if it could not be written.
  std::string path() const { return told_ ? "" : path_; }

  // Hears of the run; may be told of everything at any time.
  report::EventLog* log() { return &log_; }

  // The run is over but for its answer.
  void OnAnswer(const protocol::Answer& answer);

  // Waits, 2 s at most, until all is written and report.html and trace.json are
  // made of it; an error tells what was not told yet.
  absl::Status Finish();

 private:
  Taken Write(std::string line, bool last_words) override;
  std::string EventsPath() const;
  // What is wrong, if that was not told yet.
  absl::Status News(absl::Status status);
  // The time of day, for the record.
  absl::Time Now();

  base::Loop* const loop_;
  const std::function<void(std::string)> warn_;
  const std::function<absl::Time()> wall_clock_;
  absl::Time last_now_ = absl::InfinitePast();
  absl::Duration last_at_;  // on the loop's clock, when it was `last_now_`
  bool step_seen_ = false;
  base::Loop::Registration step_telling_;
  report::EventLog log_;
  std::string path_;                    // of the run's directory
  std::shared_ptr<ReportMaker> maker_;  // on the writer's thread
  std::optional<report::EventWriter> writer_;
  bool told_ = false;
};

}  // namespace servo::cmd

#endif  // CMD_RUN_REPORT_H_
