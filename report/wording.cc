#include "report/wording.h"

#include <charconv>
#include <iterator>
#include <optional>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "base/cancel_cause.h"
#include "base/code_ranges.h"
#include "base/masking.h"
#include "base/quoted.h"
#include "base/signal_name.h"
#include "base/terminal_text.h"
#include "exec/runner.h"
#include "http/request.h"
#include "plan/lookup.h"
#include "plan/plan.h"
#include "plan/readiness.h"
#include "report/condition_text.h"
#include "report/joined.h"
#include "report/last_words.h"
#include "stages/judge.h"

namespace servo::report {
namespace {

using stages::AttemptEnd;
using stages::BackgroundEnd;
using stages::Cause;

// absl writes no time at all as "0".
std::string DurationText(absl::Duration time) {
  return time == absl::ZeroDuration() ? "0s" : absl::FormatDuration(time);
}

// "attempt 7 of 10"; "attempt 7" where there is no number.
std::string NumberText(const plan::RetryPolicy& retry, int attempt) {
  return retry.unlimited
             ? absl::StrCat("attempt ", attempt)
             : absl::StrFormat("attempt %d of %d", attempt, retry.retries + 1);
}

// Of a task that is retried, which attempt failed: "; attempt 7 of 10". Of one
// whose `retry_for` is over: "; given up after 10s and 7 attempts".
std::string NumberOrTimeText(const AttemptEnd& attempt) {
  if (attempt.given_up.has_value()) {
    const auto& [after, attempts] = *attempt.given_up;
    return absl::StrFormat(
        "; given up after %s and %d attempt%s",
        DurationText(absl::Trunc(after, absl::Milliseconds(1))), attempts,
        attempts == 1 ? "" : "s");
  }
  const plan::RetryPolicy& retry = attempt.task->retry;
  return retry.any() ? absl::StrCat("; ", NumberText(retry, attempt.attempt))
                     : "";
}

// The same, and why no other attempt follows.
std::string AttemptText(const AttemptEnd& attempt) {
  std::string text = NumberOrTimeText(attempt);
  if (attempt.verdict.gives_up.has_value() &&
      attempt.judgement.cause != Cause::kGivenUp) {
    absl::StrAppend(&text, "; given up since ",
                    MetText(*attempt.verdict.gives_up));
  }
  return text;
}

// Both streams in the form of timeouts and background tasks; the odd
// punctuation is part of the contract.
std::string OddStreams(absl::string_view out, absl::string_view err) {
  return absl::StrCat("stdout ", out, ":, stderr: ", err);
}

// How a process failed, without what it said.
std::string EndText(const plan::ProcessAction& action,
                    const exec::Result& result, Cause cause) {
  const std::string end = CodeText(result.code);
  if (cause == Cause::kStopped) {
    return absl::StrCat(end, " after it was told to end");
  }
  if (cause == Cause::kExitCode &&
      !(action.success_exitcodes == base::CodeRanges(0, 0))) {
    return absl::StrCat(end, " (expected ", action.success_exitcodes.ToString(),
                        ")");
  }
  return end;
}

std::string WhyProcessFailed(const AttemptEnd& attempt,
                             const exec::Result& result) {
  const Cause cause = attempt.judgement.cause;
  if (cause == Cause::kTimedOut) {
    return absl::StrCat(OddStreams(VisibleEnd(result.out, kShownBytes),
                                   VisibleEnd(result.err, kShownBytes)),
                        AttemptText(attempt));
  }
  const plan::Task& whose =
      attempt.awaited != nullptr ? *attempt.awaited : *attempt.task;
  const auto& action = std::get<plan::ProcessAction>(whose.action);
  return absl::StrCat(EndText(action, result, cause), AttemptText(attempt),
                      LastWords(result));
}

// "; response: BEGIN OF THE BODY", or nothing.
std::string BodyText(const http::Response& response) {
  const std::string body =
      base::VisibleText(response.body.HeadText(kShownBytes));
  return body.empty() ? "" : absl::StrCat("; response: ", body);
}

std::string WhyAnswerFailed(const AttemptEnd& attempt,
                            const http::Response& response) {
  const auto& action = std::get<plan::RequestAction>(attempt.task->action);
  std::string why =
      absl::StrFormat("%s %s: %s (expected %s)%s", action.request.method,
                      response.url, response.status_line,
                      action.success_codes.ToString(), AttemptText(attempt));
  absl::StrAppend(&why, BodyText(response));
  return why;
}

// A condition of `expect` did not hold, or one of a sampler's `give_up_if` did.
std::string WhyConditionFailed(const AttemptEnd& attempt) {
  const stages::Verdict& verdict = attempt.verdict;
  std::string why =
      attempt.judgement.cause == Cause::kExpect
          ? UnmetText(*verdict.unmet)
          : absl::StrCat("given up since ", MetText(*verdict.gives_up));
  absl::StrAppend(&why, AttemptText(attempt));
  if (const auto* result = std::get_if<exec::Result>(&attempt.result)) {
    absl::StrAppend(&why, LastWords(*result));
  } else if (const auto* response =
                 std::get_if<http::Response>(&attempt.result)) {
    absl::StrAppend(&why, BodyText(*response));
  }
  return why;
}

// The metrics that had to be found and were not.
std::string WhyMetricsFailed(const stages::Extraction& extraction) {
  std::string why;
  for (const stages::MetricProblem& problem : extraction.problems) {
    if (!problem.fails) continue;
    absl::StrAppend(&why, why.empty() ? "" : "; ", "metric ",
                    base::Quoted(problem.metric->name), ": ", problem.why);
  }
  return why;
}

// The captures that had to be found and were not.
std::string WhyCapturesFailed(const AttemptEnd& attempt) {
  std::string why;
  for (const stages::CaptureProblem& problem : attempt.capture_problems) {
    absl::StrAppend(&why, why.empty() ? "" : "; ", "capture ",
                    base::Quoted(problem.capture->name), ": ", problem.why);
  }
  return why;
}

// What is looked for, where nobody says more of why it was not there.
std::string MissingSign(const plan::Readiness& ready) {
  if (const auto* output = std::get_if<plan::Readiness::Output>(&ready.sign)) {
    return absl::StrCat("no line of its output has a match of the regex ",
                        base::Quoted(plan::RegexText(*output->regex)));
  }
  if (const auto* file = std::get_if<plan::Readiness::File>(&ready.sign)) {
    return absl::StrCat("there is no file ", base::Quoted(file->path));
  }
  return "nothing answers";
}

std::string WhyNotReady(const AttemptEnd& attempt, const exec::Result& result) {
  const plan::Readiness& ready = *attempt.task->ready;
  std::string why = "not ready";
  if (!attempt.given_up.has_value()) {
    absl::StrAppend(&why, " within ", DurationText(ready.within));
  }
  absl::StrAppend(
      &why, ": ",
      attempt.last_look.ok() ? MissingSign(ready) : attempt.last_look.message(),
      AttemptText(attempt), LastWords(result));
  return why;
}

// The sign that was there too early.
std::string EarlySign(const plan::Readiness& ready) {
  if (const auto* tcp = std::get_if<plan::Readiness::Tcp>(&ready.sign)) {
    return absl::StrCat(tcp->host, ":", tcp->port, " accepts connections");
  }
  if (const auto* http = std::get_if<plan::Readiness::Http>(&ready.sign)) {
    return absl::StrCat(base::MaskUrl(http->url), " answers");
  }
  const auto* file = std::get_if<plan::Readiness::File>(&ready.sign);
  return absl::StrCat("the file ", base::Quoted(file->path), " is there");
}

// Of a background task that was not started for good.
std::string WhyNotUp(const AttemptEnd& attempt) {
  const auto* result = std::get_if<exec::Result>(&attempt.result);
  if (result == nullptr) {
    return absl::StrCat(EarlySign(*attempt.task->ready),
                        " before the task is started: something else is "
                        "there",
                        AttemptText(attempt));
  }
  if (attempt.judgement.cause == Cause::kNotReady) {
    return WhyNotReady(attempt, *result);
  }
  const bool timed_out = result->ending == exec::Ending::kTimedOut;
  return absl::StrCat(
      CodeText(result->code), timed_out ? " by its timeout" : "",
      " before it was ready", AttemptText(attempt), LastWords(*result));
}

bool IsStartUp(Cause cause) {
  return cause == Cause::kAlreadyReady || cause == Cause::kEndedUnready ||
         cause == Cause::kNotReady;
}

bool IsCondition(Cause cause) {
  return cause == Cause::kExpect || cause == Cause::kGivenUp;
}

std::string Why(const AttemptEnd& attempt) {
  const Cause cause = attempt.judgement.cause;
  if (IsStartUp(cause)) return WhyNotUp(attempt);
  if (IsCondition(cause)) return WhyConditionFailed(attempt);
  if (cause == Cause::kMetric || cause == Cause::kCapture) {
    const auto* result = std::get_if<exec::Result>(&attempt.result);
    return absl::StrCat(
        cause == Cause::kCapture ? WhyCapturesFailed(attempt)
                                 : WhyMetricsFailed(attempt.extraction),
        AttemptText(attempt), result != nullptr ? LastWords(*result) : "");
  }
  if (cause == Cause::kNotSaved) {
    return absl::StrCat(attempt.saved.message(), AttemptText(attempt));
  }
  if (const auto* result = std::get_if<exec::Result>(&attempt.result)) {
    return WhyProcessFailed(attempt, *result);
  }
  if (const auto* response = std::get_if<http::Response>(&attempt.result)) {
    return WhyAnswerFailed(attempt, *response);
  }
  return absl::StrCat(std::get<absl::Status>(attempt.result).message(),
                      AttemptText(attempt));
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
  return absl::StrCat(
      begin, cause == Cause::kNotStarted ? "not started: " : "no answer: ",
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
  const std::string why = Why(attempt);
  if (attempt.judgement.cause == Cause::kTimedOut) {
    return absl::StrFormat("Task %s timed out. %s", name, why);
  }
  const std::optional<int> code = stages::ResultCode(attempt.result);
  const Cause cause = attempt.judgement.cause;
  // Our own signal's number would tell nothing, nor would a good status.
  const bool without_code = cause == Cause::kMetric ||
                            cause == Cause::kCapture ||
                            cause == Cause::kNotSaved || IsCondition(cause) ||
                            cause == Cause::kNotReady;
  if (!code.has_value() || without_code) {
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
  const std::string why =
      event.cause == Cause::kMetric
          ? WhyMetricsFailed(event.extraction)
          : EndText(std::get<plan::ProcessAction>(event.task->action),
                    event.result, event.cause);
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

std::string EarlyWindowEndText(const AttemptEnd& attempt) {
  return absl::StrCat("Task ", attempt.task->name,
                      " ends the window before it has begun: ",
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
  return absl::StrCat(
      MetricText(value), too_little ? ", at least " : ", at most ",
      NumberText(too_little ? *metric.at_least : *metric.at_most), " allowed");
}

std::string Describe(const stages::CleanupTimeout& event) {
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
                                      absl::Utf8SafeCHexEscape(process.program),
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
  return outcome.background_failure.has_value()
             ? EarlyEndText(*outcome.background_failure)
             : WhyMeasuredFailed(outcome.measured);
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
                      NumberText(event.task->retry, event.attempt), " of task ",
                      event.task->name);
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
