#include "stages/testing/recording_listener.h"

#include <cstddef>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "plan/plan.h"

namespace servo::stages {
namespace {

const char* Word(TaskEnd::Effect effect) {
  switch (effect) {
    case TaskEnd::Effect::kNone:
      return "succeeded";
    case TaskEnd::Effect::kFailsRun:
      return "failed: fails the run";
    case TaskEnd::Effect::kEndsStage:
      return "failed: ends the stage";
    case TaskEnd::Effect::kIgnored:
      return "failed: ignored";
    case TaskEnd::Effect::kInterrupted:
      return "was interrupted";
  }
  return "?";
}

}  // namespace

const char* Word(Cause cause) {
  switch (cause) {
    case Cause::kNone:
      return "success";
    case Cause::kNotStarted:
      return "not started";
    case Cause::kTimedOut:
      return "timed out";
    case Cause::kExitCode:
      return "exit code";
    case Cause::kSignal:
      return "signal";
    case Cause::kStopped:
      return "stopped";
    case Cause::kNoAnswer:
      return "no answer";
    case Cause::kStatus:
      return "status";
    case Cause::kDropped:
      return "dropped";
    case Cause::kCapture:
      return "capture";
    case Cause::kNotSaved:
      return "not saved";
    case Cause::kNoValue:
      return "no value";
    case Cause::kExpect:
      return "expect";
    case Cause::kMetric:
      return "metric";
    case Cause::kGivenUp:
      return "given up";
    case Cause::kAlreadyReady:
      return "already ready";
    case Cause::kEndedUnready:
      return "ended unready";
    case Cause::kNotReady:
      return "not ready";
  }
  return "?";
}

void RecordingListener::OnStageBegin(const StageBegin& event) {
  events.push_back(absl::StrCat("stage ", plan::StageName(event.stage), ": ",
                                event.task_count, " tasks"));
}

void RecordingListener::OnWindowBegin(const WindowBegin& event) {
  events.push_back(absl::StrCat("window ", absl::FormatDuration(event.length)));
}

void RecordingListener::OnAttemptBegin(const AttemptBegin& event) {
  events.push_back(absl::StrCat(event.task->name, " begins ", event.attempt));
}

void RecordingListener::OnAttemptEnd(const AttemptEnd& event) {
  events.push_back(absl::StrCat(event.task->name, " ends ", event.attempt, ": ",
                                Word(event.judgement.cause)));
}

void RecordingListener::OnRetryWait(const RetryWait& event) {
  events.push_back(absl::StrCat(event.task->name, " waits ",
                                absl::FormatDuration(event.delay), " for ",
                                event.next_attempt));
}

void RecordingListener::OnTaskEnd(const TaskEnd& event) {
  events.push_back(absl::StrCat(event.task->name, " ", Word(event.effect)));
}

void RecordingListener::OnTaskSkipped(const TaskSkipped& event) {
  events.push_back(absl::StrCat(event.task->name, " skipped without ",
                                event.name, " of ", event.capturing->name));
}

void RecordingListener::OnBackgroundReady(const BackgroundReady& event) {
  events.push_back(absl::StrCat(event.task->name, " is up"));
}

void RecordingListener::OnBackgroundEnd(const BackgroundEnd& event) {
  events.push_back(absl::StrCat(event.task->name, " ended",
                                event.early ? " early: " : ": ",
                                event.result.code));
}

void RecordingListener::OnSample(const Sample& event) {
  events.push_back(absl::StrCat(event.task->name, " sample ", event.metric,
                                ": ", event.value));
}

void RecordingListener::OnSampleRejected(const SampleRejected& event) {
  events.push_back(absl::StrCat(event.task->name, " rejects ", event.metric,
                                ": ", event.why.message()));
}

void RecordingListener::OnCancelBegin(const CancelBegin&) {
  events.push_back("cancel");
}

void RecordingListener::OnCleanupTimeout(const CleanupTimeout& event) {
  events.push_back(absl::StrCat("cleanup timeout ",
                                absl::FormatDuration(event.limit),
                                event.post_follows ? ", post follows" : ""));
}

void RecordingListener::OnRunEnd(const RunEnd& event) {
  const size_t unkillable = event.outcome.unkillable.size();
  events.push_back(unkillable == 0
                       ? "run ends"
                       : absl::StrCat("run ends: ", unkillable, " unkillable"));
}

std::vector<std::string> RecordingListener::Those(
    const std::string& part) const {
  std::vector<std::string> found;
  for (const std::string& event : events) {
    if (absl::StrContains(event, part)) found.push_back(event);
  }
  return found;
}

}  // namespace servo::stages
