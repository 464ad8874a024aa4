#include "report/progress_listener.h"

#include <string>
#include <utility>

#include "exec/runner.h"
#include "plan/plan.h"
#include "report/wording.h"
#include "stages/early_end.h"
#include "stages/judge.h"

namespace servo::report {

template <typename Event>
void ProgressListener::TellDetail(const Event& event) {
  if (sink_->wants_details()) sink_->Detail(Detail(event));
}

void ProgressListener::OnStageBegin(const stages::StageBegin& event) {
  sink_->Stage(Describe(event));
}

void ProgressListener::OnWindowBegin(const stages::WindowBegin& event) {
  window_begun_ = true;
  measured_from_ = event.at + event.lead;
  sink_->Stage(Describe(event));
}

void ProgressListener::OnWindowEnd(const stages::WindowEnd&) {
  measured_from_ = -absl::InfiniteDuration();
}

// That the window ends is no news but where nothing is measured.
bool ProgressListener::EndsTooEarly(absl::Duration at) const {
  return at < measured_from_;
}

void ProgressListener::OnAttemptBegin(const stages::AttemptBegin& event) {
  TellDetail(event);
}

void ProgressListener::OnAttemptEnd(const stages::AttemptEnd& event) {
  // A request that was cancelled has nothing to show.
  if (event.judgement.cause == stages::Cause::kDropped) return;
  TellDetail(event);
  if (event.task->notify) sink_->Notify(NotificationText(event));
  if (event.task->every.has_value()) HearRound(event);
}

// A round by which the run fails is told by the run's failure.
void ProgressListener::HearRound(const stages::AttemptEnd& event) {
  if (event.verdict.gives_up.has_value()) return;
  if (!event.judgement.success()) CountFailedRound(event);
  const bool is_news = event.verdict.ends_window.has_value() &&
                       EndsTooEarly(event.end) && !early_end_told_;
  if (!is_news) return;
  early_end_told_ = true;
  sink_->Warn(EarlyWindowEndText(event, window_begun_));
}

// The first one is told, the others are counted.
void ProgressListener::CountFailedRound(const stages::AttemptEnd& event) {
  if (failed_rounds_[event.task]++ == 0) sink_->Warn(FailedRoundText(event));
}

void ProgressListener::OnTaskEnd(const stages::TaskEnd& event) {
  using Effect = stages::TaskEnd::Effect;
  if (event.effect == Effect::kIgnored || event.effect == Effect::kEndsStage) {
    sink_->Warn(WarningText(event));
  }
}

void ProgressListener::OnTaskSkipped(const stages::TaskSkipped& event) {
  sink_->Warn(SkippedText(event));
}

bool ProgressListener::IsWarnedOf(const stages::BackgroundEnd& event) const {
  using stages::EarlyEnd;
  if (!event.early) return false;
  // What a notification tells is not told twice; of a timeout it has no code.
  const bool notified =
      event.task->notify && event.result.ending != exec::Ending::kTimedOut;
  return (event.meaning == EarlyEnd::kTold && !notified) ||
         event.meaning == EarlyEnd::kFailsRun ||
         (event.meaning == EarlyEnd::kEndsWindow && EndsTooEarly(event.at));
}

// A warning reaches stderr, too: the reason must stand where the end does.
void ProgressListener::Tell(std::string text, bool as_warning) {
  if (as_warning) {
    sink_->Warn(std::move(text));
  } else {
    sink_->Notify(std::move(text));
  }
}

// Of others it is clear once they have begun.
void ProgressListener::OnBackgroundReady(const stages::BackgroundReady& event) {
  if (event.task->ready.has_value()) TellDetail(event);
}

void ProgressListener::OnBackgroundEnd(const stages::BackgroundEnd& event) {
  const bool warned = IsWarnedOf(event);
  if (event.result.ending == exec::Ending::kTimedOut) {
    Tell(TimeoutText(event), warned);
  }
  if (event.task->notify) sink_->Notify(NotificationText(event));
  if (warned) {
    sink_->Warn(event.meaning == stages::EarlyEnd::kEndsWindow
                    ? EarlyWindowEndText(event, window_begun_)
                    : EarlyEndText(event));
  }
  if (event.overstayed && !event.task->metrics.empty()) {
    sink_->Warn(OverstayedText(event));
  }
  TellDetail(event);
}

// The first one is told, the others are counted.
void ProgressListener::OnSampleRejected(const stages::SampleRejected& event) {
  if (rejected_[event.task]++ == 0) sink_->Warn(RejectedText(event));
}

void ProgressListener::OnCancelBegin(const stages::CancelBegin& event) {
  TellDetail(event);
}

void ProgressListener::OnCleanupTimeout(const stages::CleanupTimeout& event) {
  sink_->Warn(Describe(event));
}

void ProgressListener::OnRunEnd(const stages::RunEnd& event) {
  for (const auto& [task, rounds] : failed_rounds_) {
    if (rounds > 1) sink_->Warn(FailedRoundsText(*task, rounds));
  }
  for (const auto& [task, count] : rejected_) {
    if (count > 1) sink_->Warn(RejectedValuesText(*task, count));
  }
  const bool has_answer =
      event.outcome.kind == stages::Outcome::Kind::kSuccess ||
      ReasonOf(event.outcome) == kReasonLimits;
  if (has_answer) {
    for (const auto& problem : event.outcome.measured.skipped) {
      sink_->Warn(SkippedText(problem));
    }
  }
  if (!event.outcome.unkillable.empty()) {
    sink_->Warn(UnkillableText(event.outcome.unkillable));
  }
}

}  // namespace servo::report
