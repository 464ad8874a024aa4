#include "cmd/run_report.h"

#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/quoted.h"
#include "base/unique_fd.h"
#include "base/utf8.h"
#include "report/metrics_file.h"
#include "report/run_directory.h"

namespace servo::cmd {
namespace {

// All that is done after the answer must be over by then.
constexpr absl::Duration kFinishLimit = absl::Seconds(2);

// A page that is not made by then is given up before the process ends, which
// would leave a part of it behind.
constexpr absl::Duration kRenderLimit = absl::Milliseconds(1'800);

// A clock that falls behind by more within one step was set back; one that is
// slowed down, to be brought right, loses less.
constexpr absl::Duration kStep = absl::Seconds(1);

}  // namespace

RunReport::RunReport(base::Loop* loop, const base::Redactor* redactor,
                     std::function<void(std::string)> warn,
                     std::function<absl::Time()> wall_clock)
    : loop_(loop),
      warn_(std::move(warn)),
      wall_clock_(std::move(wall_clock)),
      log_(loop, redactor, [this] { return Now(); }) {}

absl::Time RunReport::Now() {
  const absl::Time now = wall_clock_();
  const absl::Duration at = loop_->Now();
  const absl::Duration behind = (at - last_at_) - (now - last_now_);
  last_now_ = now;
  last_at_ = at;
  if (behind < kStep || std::exchange(step_seen_, true)) return now;
  // Not amid the making of a line.
  step_telling_ = loop_->Post([this, behind] {
    warn_(absl::StrCat("the clock was set back by ",
                       absl::FormatDuration(absl::Trunc(
                           behind + absl::Milliseconds(500), absl::Seconds(1))),
                       " while the run went on: times of day in the report ",
                       base::Quoted(path_), " step back with it"));
  });
  return now;
}

void RunReport::Begin(const plan::ReportOptions& options,
                      const report::RunFacts& facts, const plan::Plan* plan) {
  const std::string name =
      report::RunDirectoryName(wall_clock_(), facts.app_id, facts.run_id);
  path_ = absl::StrCat(options.dir, "/", name);
  maker_ = std::make_shared<ReportMaker>(EventsPath());
  const auto open = [options, name]() -> absl::StatusOr<base::UniqueFd> {
    absl::StatusOr<base::UniqueFd> events =
        report::MakeRunDirectory(options.dir, name);
    // Those that cannot be removed are tried again by the next run.
    if (events.ok()) {
      report::RemoveOldRuns(options.dir, name, options.keep).IgnoreError();
    }
    return events;
  };
  // The maker is the thread's own until all is written.
  writer_.emplace(
      open, [maker = maker_](absl::string_view lines) { maker->Add(lines); });
  log_.Begin(facts, plan, this);
}

std::string RunReport::EventsPath() const {
  return absl::StrCat(path_, "/", report::kEventsFile);
}

report::EventSink::Taken RunReport::Write(std::string line, bool last_words) {
  const Taken taken = writer_->Write(std::move(line), last_words);
  if (taken == Taken::kNever) {
    if (const absl::Status status = News(writer_->status()); !status.ok()) {
      warn_(std::string(status.message()));
    }
  }
  return taken;
}

absl::Status RunReport::News(absl::Status status) {
  if (status.ok() || std::exchange(told_, true)) return absl::OkStatus();
  return absl::Status(
      status.code(), absl::StrCat("cannot write the report ",
                                  base::Quoted(path_), ": ", status.message()));
}

void RunReport::OnAnswer(const protocol::Answer& answer) {
  if (!writer_.has_value()) return;
  log_.OnAnswer(report::ResultWord(answer.status, answer.reason), answer.reason,
                answer.message);
}

absl::Status RunReport::Finish() {
  if (!writer_.has_value()) return absl::OkStatus();
  const absl::Time deadline = absl::Now() + kRenderLimit;
  const absl::Status status = writer_->Finish(
      [maker = maker_, deadline] { return maker->Make(deadline); },
      kFinishLimit);
  if (!absl::IsDeadlineExceeded(status)) return News(status);
  return News(absl::DeadlineExceededError(
      absl::StrCat("it takes longer than ", absl::FormatDuration(kFinishLimit),
                   ": measure --render=", base::ToValidUtf8(EventsPath()),
                   " makes report.html and trace.json")));
}

}  // namespace servo::cmd
