#include "report/wording.h"

#include <charconv>
#include <iterator>
#include <optional>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "base/cancel_cause.h"
#include "base/quote_escapes.h"
#include "base/quoted.h"
#include "base/signal_name.h"
#include "exec/runner.h"
#include "http/request.h"
#include "plan/plan.h"
#include "report/condition_text.h"
#include "report/failure_reason.h"
#include "report/joined.h"
#include "report/last_words.h"
#include "stages/judge.h"

namespace servo::report {
namespace {

using stages::AttemptEnd;
using stages::BackgroundEnd;
using stages::Cause;

// When the window ends where nothing is measured; `begun` says if it has begun.
absl::string_view TooEarlyText(bool begun) {
  return begun ? "in its delay or warm-up" : "before it has begun";
}

// `begin`, and what a notification says of an attempt's output.
std::string WithOutput(absl::string_view begin, const AttemptEnd& attempt) {
  const Cause cause = attempt.judgement.cause;
  if (const auto* result = std::get_if<exec::Result>(&attempt.result)) {
    if (cause == Cause::kTimedOut) {
      return Joined(
          {begin, "stdout ", &result->out, ":, stderr: ", &result->err});
    }
    return Joined(
        {begin, "stdout: ", &result->out, ", stderr: ", &result->err});
  }
  if (const auto* response = std::get_if<http::Response>(&attempt.result)) {
    return Joined({begin, "status: ", response->status_line,
                   ", response: ", &response->body});
  }
  const bool begun = cause != Cause::kNotStarted && cause != Cause::kNoValue;
  return absl::StrCat(begin, begun ? "no answer: " : "not started: ",
                      std::get<absl::Status>(attempt.result).message());
}

// "pre: Task NAME failed ...".
std::string FailureInItsStage(const AttemptEnd& attempt) {
  return absl::StrCat(plan::StageName(attempt.id.stage), ": ",
                      FailureText(attempt));
}

}  // namespace

std::string Describe(const stages::StageBegin& event) {
  return absl::StrFormat("Stage %s: %d task%s", plan::StageName(event.stage),
                         event.task_count, event.task_count == 1 ? "" : "s");
}

std::string Describe(const stages::WindowBegin& event) {
  return absl::StrCat("Measuring for ", DurationText(event.length));
}

std::string Describe(const stages::Activity& activity) {
  using Kind = stages::Activity::Kind;
  switch (activity.kind) {
    case Kind::kBetweenTasks:
      return absl::StrCat("Stage ", plan::StageName(activity.stage));
    case Kind::kTask:
      return absl::StrCat("Executing task ", activity.task->name);
    case Kind::kRetryWait:
      return absl::StrCat("Waiting to retry task ", activity.task->name);
    case Kind::kWindow:
      return absl::StrFormat(
          "Measuring: %s of %s",
          DurationText(absl::Trunc(activity.elapsed, absl::Seconds(1))),
          DurationText(activity.window));
    case Kind::kEnding:
      return "Ending what still runs";
    case Kind::kIdle:
      break;
  }
  return "Idle";
}

std::string CodeText(int code) {
  return code >= 0 ? absl::StrCat("exit code ", code)
                   : absl::StrCat("killed by ", base::SignalName(-code));
}

std::string FailureText(const AttemptEnd& attempt) {
  const std::string& name = attempt.task->name;
  const std::string why = FailureReason(attempt);
  if (attempt.judgement.cause == Cause::kTimedOut) {
    return absl::StrFormat("Task %s timed out. %s", name, why);
  }
  const std::optional<int> code = stages::ResultCode(attempt.result);
  if (!code.has_value() || IsToldWithoutCode(attempt)) {
    return absl::StrFormat("Task %s failed: %s", name, why);
  }
  return absl::StrFormat("Task %s failed with result %d: %s", name, *code, why);
}

std::string NotificationText(const AttemptEnd& attempt) {
  const bool timed_out = attempt.judgement.cause == Cause::kTimedOut;
  return WithOutput(absl::StrFormat("Task %s %s. ", attempt.task->name,
                                    timed_out ? "timed out" : "completed"),
                    attempt);
}

std::string WarningText(const stages::TaskEnd& event) {
  const bool ignored = event.effect == stages::TaskEnd::Effect::kIgnored;
  return absl::StrCat(FailureInItsStage(*event.failure),
                      ignored ? " (ignored)" : "");
}

std::string SkippedText(const stages::TaskSkipped& event) {
  return absl::StrFormat(
      "post: Task %s is left out: task %s has not captured %s",
      event.task->name, event.capturing->name, event.name);
}

std::string TimeoutText(const BackgroundEnd& event) {
  return absl::StrFormat("Task '%s' terminated due to timeout",
                         event.task->name);
}

std::string NotificationText(const BackgroundEnd& event) {
  const exec::Result& result = event.result;
  const bool told = result.ending == exec::Ending::kExited ||
                    result.ending == exec::Ending::kSignaled;
  return Joined(
      {absl::StrFormat("Async task '%s' status: stdout ", event.task->name),
       &result.out, ":, stderr: ", &result.err,
       told ? absl::StrCat(" (", CodeText(result.code), ")") : ""});
}

std::string EarlyEndText(const BackgroundEnd& event) {
  return absl::StrFormat("Async task '%s' ended: %s%s", event.task->name,
                         CodeText(event.result.code), LastWords(event.result));
}

std::string EarlyWindowEndText(const BackgroundEnd& event, bool begun) {
  return absl::StrCat("Async task '", event.task->name, "' ends the window ",
                      TooEarlyText(begun), ": ", CodeText(event.result.code),
                      LastWords(event.result));
}

std::string OverstayedText(const BackgroundEnd& event) {
  const exec::Options& options =
      std::get<plan::ProcessAction>(event.task->action).options;
  return absl::StrFormat(
      "Async task '%s' had to be killed: it did not end within %s "
      "(kill_timeout) of %s",
      event.task->name, absl::FormatDuration(options.kill_timeout),
      base::SignalName(options.kill_signal));
}

std::string FailureText(const BackgroundEnd& event) {
  const std::string why = event.cause == Cause::kMetric
                              ? MissingMetricsText(event.extraction)
                              : EndText(*event.task, event.result, event.cause);
  return absl::StrCat(
      "Async task '", event.task->name, "' failed: ", why,
      event.overstayed ? "; it had to be killed (kill_timeout)" : "",
      LastWords(event.result));
}

std::string FailedRoundText(const AttemptEnd& attempt) {
  return absl::StrCat(FailureText(attempt), " (round ", attempt.attempt, ")");
}

std::string FailedRoundsText(const plan::Task& task, int rounds) {
  return absl::StrCat(rounds, " rounds of task ", task.name, " failed");
}

std::string RejectedText(const stages::SampleRejected& event) {
  return absl::StrCat("Task ", event.task->name, ": metric ",
                      base::Quoted(event.task->metrics[event.metric].name),
                      " has no sample: ", event.why.message());
}

std::string RejectedValuesText(const plan::Task& task, int64_t count) {
  return absl::StrCat(count, " values of task ", task.name, " were no samples");
}

std::string EarlyWindowEndText(const AttemptEnd& attempt, bool begun) {
  return absl::StrCat("Task ", attempt.task->name, " ends the window ",
                      TooEarlyText(begun), ": ",
                      MetText(*attempt.verdict.ends_window));
}

std::string NumberText(plan::Number number) {
  char text[32];
  const std::to_chars_result end = std::visit(
      [&text](auto value) {
        return std::to_chars(std::begin(text), std::end(text), value);
      },
      number);
  return std::string(text, end.ptr);
}

std::string MetricText(const plan::MetricValue& value) {
  const plan::Metric& metric = *value.metric;
  return absl::StrCat("metric ", base::Quoted(metric.name), " is ",
                      NumberText(value.value), metric.unit.empty() ? "" : " ",
                      metric.unit);
}

std::string SkippedText(const stages::MetricProblem& problem) {
  return absl::StrCat("metric ", base::Quoted(problem.metric->name),
                      " is left out: ", problem.why);
}

std::string BeyondLimitsText(const plan::MetricValue& value) {
  const plan::Metric& metric = *value.metric;
  const double number =
      std::visit([](auto n) { return static_cast<double>(n); }, value.value);
  const bool too_little =
      metric.at_least.has_value() && number < *metric.at_least;
  const std::string limit =
      too_little
          ? absl::StrCat("at least ", NumberText(*metric.at_least), " required")
          : absl::StrCat("at most ", NumberText(*metric.at_most), " allowed");
  return absl::StrCat(MetricText(value), ", ", limit);
}

std::string Describe(const stages::CleanupTimeout& event) {
  if (event.post_follows) {
    return absl::StrFormat(
        "post had not begun after %s, and the rest of cleanup_timeout is for "
        "it: what it waited for is killed",
        DurationText(event.limit));
  }
  return absl::StrFormat(
      "the cleanup was not over after %s (cleanup_timeout): what still runs is "
      "killed",
      DurationText(event.limit));
}

std::string UnkillableText(const std::vector<exec::Unkillable>& unkillable) {
  if (unkillable.front().pid == 0) {
    return "processes that the tasks left behind could not be killed (it is "
           "not known which)";
  }
  return absl::StrFormat(
      "%d process%s could not be killed: %s", unkillable.size(),
      unkillable.size() == 1 ? "" : "es",
      absl::StrJoin(unkillable, ", ",
                    [](std::string* out, const exec::Unkillable& process) {
                      absl::StrAppend(out, process.pid, " (",
                                      base::EscapeForQuotes(process.program),
                                      ")");
                    }));
}

namespace {

std::string WhyMeasuredFailed(const stages::Measured& measured) {
  std::vector<std::string> reasons;
  for (const BackgroundEnd& event : measured.failed_background) {
    reasons.push_back(FailureText(event));
  }
  for (const stages::MetricProblem& problem : measured.missing) {
    reasons.push_back(absl::StrCat(
        "metric ", base::Quoted(problem.metric->name), ": ", problem.why));
  }
  for (const plan::MetricValue& value : measured.beyond_limits) {
    reasons.push_back(BeyondLimitsText(value));
  }
  return absl::StrJoin(reasons, "; ");
}

std::string WhyFailed(const stages::Outcome& outcome) {
  if (outcome.failure.has_value()) return FailureInItsStage(*outcome.failure);
  if (!outcome.background_failure.has_value()) {
    return WhyMeasuredFailed(outcome.measured);
  }
  const BackgroundEnd& end = *outcome.background_failure;
  const bool timed_out = end.result.ending == exec::Ending::kTimedOut;
  return timed_out ? absl::StrCat(TimeoutText(end), "; ", EarlyEndText(end))
                   : EarlyEndText(end);
}

}  // namespace

std::string FailureText(const stages::Outcome& outcome) {
  if (outcome.kind != stages::Outcome::Kind::kFailed) return "";
  std::string text = WhyFailed(outcome);
  if (!outcome.unkillable.empty()) {
    absl::StrAppend(&text, "; ", UnkillableText(outcome.unkillable));
  }
  return text;
}

namespace {

bool LimitsAloneFailed(const stages::Outcome& outcome) {
  const stages::Measured& measured = outcome.measured;
  return !outcome.failure.has_value() &&
         !outcome.background_failure.has_value() &&
         measured.failed_background.empty() && measured.missing.empty() &&
         !measured.beyond_limits.empty();
}

}  // namespace

absl::string_view ReasonOf(const stages::Outcome& outcome) {
  switch (outcome.kind) {
    case stages::Outcome::Kind::kFailed:
      return LimitsAloneFailed(outcome) ? kReasonLimits : "task-failed";
    case stages::Outcome::Kind::kCancelled:
      return "cancelled";
    case stages::Outcome::Kind::kSuccess:
      break;
  }
  return "";
}

std::string Detail(const stages::AttemptBegin& event) {
  return absl::StrCat(event.task->location, ": ",
                      AttemptNumberText(event.task->retry, event.attempt),
                      " of task ", event.task->name);
}

std::string Detail(const AttemptEnd& event) {
  std::string text = event.judgement.success()
                         ? absl::StrCat("Task ", event.task->name, " succeeded")
                         : FailureText(event);
  if (event.verdict.ends_window.has_value()) {
    absl::StrAppend(&text, "; the window ends since ",
                    MetText(*event.verdict.ends_window));
  }
  return text;
}

std::string Detail(const stages::BackgroundReady& event) {
  return absl::StrFormat("Async task '%s' is ready", event.task->name);
}

std::string Detail(const BackgroundEnd& event) {
  return absl::StrFormat("Async task '%s' ended after %s: %s", event.task->name,
                         DurationText(event.result.elapsed),
                         CodeText(event.result.code));
}

std::string Detail(const stages::CancelBegin& event) {
  return absl::StrCat("Cancelled: ", base::ToString(event.cause));
}

}  // namespace servo::report
