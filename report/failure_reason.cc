#include "report/failure_reason.h"

#include <optional>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "base/code_ranges.h"
#include "base/masking.h"
#include "base/quoted.h"
#include "base/quoted_pattern.h"
#include "http/request.h"
#include "plan/lookup.h"
#include "plan/readiness.h"
#include "report/condition_text.h"
#include "report/last_words.h"
#include "report/wording.h"

namespace servo::report {

using stages::AttemptEnd;
using stages::Cause;

// absl writes no time at all as "0".
std::string DurationText(absl::Duration time) {
  return time == absl::ZeroDuration() ? "0s" : absl::FormatDuration(time);
}

std::string AttemptNumberText(const plan::RetryPolicy& retry, int attempt) {
  return retry.unlimited
             ? absl::StrCat("attempt ", attempt)
             : absl::StrFormat("attempt %d of %d", attempt, retry.retries + 1);
}

std::string EndText(const plan::Task& task, const exec::Result& result,
                    Cause cause) {
  const auto& action = std::get<plan::ProcessAction>(task.action);
  const std::string end = CodeText(result.code);
  if (cause == Cause::kStopped) {
    return absl::StrCat(end, " after it was told to end");
  }
  if (result.ending == exec::Ending::kTimedOut) {
    return absl::StrCat(end, " after its timeout of ",
                        DurationText(task.timeout));
  }
  if (cause == Cause::kExitCode &&
      !(action.success_exitcodes == base::CodeRanges(0, 0))) {
    return absl::StrCat(end, " (expected ", action.success_exitcodes.ToString(),
                        ")");
  }
  return end;
}

std::string MissingMetricsText(const stages::Extraction& extraction) {
  std::string why;
  for (const stages::MetricProblem& problem : extraction.problems) {
    if (!problem.fails) continue;
    absl::StrAppend(&why, why.empty() ? "" : "; ", "metric ",
                    base::Quoted(problem.metric->name), ": ", problem.why);
  }
  return why;
}

namespace {

// Both streams in the form of timeouts; the odd punctuation is part of the
// contract.
std::string OddStreams(absl::string_view out, absl::string_view err) {
  return absl::StrCat("stdout ", out, ":, stderr: ", err);
}

std::string InMilliseconds(absl::Duration time) {
  return DurationText(absl::Trunc(time, absl::Milliseconds(1)));
}

// What is left of the `retry_for` of a task that was given up. Timers of the
// layers below count in milliseconds: less than two are none.
absl::Duration TimeLeft(const AttemptEnd& attempt) {
  const absl::Duration left =
      *attempt.task->retry.retry_for - attempt.given_up->after;
  return left > absl::Milliseconds(2) ? left : absl::ZeroDuration();
}

// Of a task that was given up since the server asks for a longer wait than
// there is time for: ": the server asks to wait 1m40s, and 2.5s are left".
std::string ServerWaitText(const AttemptEnd& attempt) {
  const auto& [after, attempts] = *attempt.given_up;
  const std::optional<absl::Duration> asked = attempt.judgement.retry_after;
  const bool another_reason =
      attempt.verdict.gives_up.has_value() ||
      !attempt.task->retry.AllowsAfter(attempts) ||
      attempts != attempt.attempt;  // one that was cut off
  if (!asked.has_value() || another_reason) return "";
  const absl::Duration left = TimeLeft(attempt);
  if (left == absl::ZeroDuration() || *asked < left) return "";
  return absl::StrFormat(
      ": the server asks to wait %s, and %s of retry_for are left",
      InMilliseconds(*asked), InMilliseconds(left));
}

// Of a task that is retried, which attempt failed: "; attempt 7 of 10". Of one
// with `retry_for` that is given up: "; given up after 10s and 7 attempts".
std::string NumberOrTimeText(const AttemptEnd& attempt) {
  if (attempt.given_up.has_value()) {
    const auto& [after, attempts] = *attempt.given_up;
    return absl::StrFormat("; given up after %s and %d attempt%s%s",
                           InMilliseconds(after), attempts,
                           attempts == 1 ? "" : "s", ServerWaitText(attempt));
  }
  const plan::RetryPolicy& retry = attempt.task->retry;
  return retry.any()
             ? absl::StrCat("; ", AttemptNumberText(retry, attempt.attempt))
             : "";
}

// The same, and why no other attempt follows.
std::string AttemptText(const AttemptEnd& attempt) {
  std::string text = NumberOrTimeText(attempt);
  if (attempt.verdict.gives_up.has_value() &&
      attempt.judgement.cause != Cause::kGivenUp) {
    absl::StrAppend(&text, attempt.given_up.has_value() ? "" : "; given up",
                    " since ", MetText(*attempt.verdict.gives_up));
  }
  return text;
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
  return absl::StrCat(EndText(whose, result, cause), AttemptText(attempt),
                      LastWords(result));
}

// "; response: BODY", or nothing.
std::string BodyText(const http::Response& response) {
  const std::string body = VisibleEnds(response.body, kShownBytes);
  return body.empty() ? "" : absl::StrCat("; response: ", body);
}

std::string WhyAnswerFailed(const AttemptEnd& attempt,
                            const http::Response& response) {
  const auto& action = std::get<plan::RequestAction>(attempt.task->action);
  std::string why =
      absl::StrFormat("%s %s: %s (expected %s)%s", action.request.method,
                      base::MaskUrl(response.url), response.status_line,
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
                        base::QuotedPattern(plan::RegexText(*output->regex)));
  }
  if (const auto* file = std::get_if<plan::Readiness::File>(&ready.sign)) {
    return absl::StrCat("there is no file ", base::Quoted(file->path));
  }
  return "nothing answers";
}

// A background task that was told to end before it was up.
bool IsStoppedUnready(const AttemptEnd& attempt) {
  return attempt.task->ready.has_value() &&
         attempt.judgement.cause == Cause::kStopped;
}

// Until when it was not ready: " within 30s". Nothing where AttemptText() tells
// it.
std::string ReadyTimeText(const AttemptEnd& attempt) {
  if (IsStoppedUnready(attempt)) {
    return attempt.task->begins_in_window ? " when the window ended"
                                          : " when it was told to end";
  }
  const bool cut_off =
      attempt.given_up.has_value() && TimeLeft(attempt) == absl::ZeroDuration();
  return cut_off ? ""
                 : absl::StrCat(" within ",
                                DurationText(attempt.task->ready->within));
}

std::string WhyNotReady(const AttemptEnd& attempt, const exec::Result& result) {
  const plan::Readiness& ready = *attempt.task->ready;
  std::string why = absl::StrCat("not ready", ReadyTimeText(attempt));
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
  if (attempt.judgement.cause == Cause::kNotReady ||
      IsStoppedUnready(attempt)) {
    return WhyNotReady(attempt, *result);
  }
  const bool timed_out = result->ending == exec::Ending::kTimedOut;
  return absl::StrCat(
      CodeText(result->code), timed_out ? " by its timeout" : "",
      " before it was ready", AttemptText(attempt), LastWords(*result));
}

bool IsStartUp(const AttemptEnd& attempt) {
  const Cause cause = attempt.judgement.cause;
  return cause == Cause::kAlreadyReady || cause == Cause::kEndedUnready ||
         cause == Cause::kNotReady || IsStoppedUnready(attempt);
}

// Of a background task with `ready` whose process was not started yet.
bool IsDroppedByWindow(const AttemptEnd& attempt) {
  return attempt.task->begins_in_window && attempt.task->ready.has_value() &&
         attempt.judgement.cause == Cause::kDropped;
}

bool IsCondition(Cause cause) {
  return cause == Cause::kExpect || cause == Cause::kGivenUp;
}

}  // namespace

// Not told are our own signal's number, and a code that is a good one.
bool IsToldWithoutCode(const AttemptEnd& attempt) {
  const Cause cause = attempt.judgement.cause;
  return cause == Cause::kMetric || cause == Cause::kCapture ||
         cause == Cause::kNotSaved || cause == Cause::kNotReady ||
         IsCondition(cause) || IsStoppedUnready(attempt);
}

std::string FailureReason(const AttemptEnd& attempt) {
  const Cause cause = attempt.judgement.cause;
  if (IsStartUp(attempt)) return WhyNotUp(attempt);
  if (IsDroppedByWindow(attempt)) {
    return absl::StrCat("the window ended before it was started",
                        AttemptText(attempt));
  }
  if (IsCondition(cause)) return WhyConditionFailed(attempt);
  if (cause == Cause::kMetric || cause == Cause::kCapture) {
    const auto* result = std::get_if<exec::Result>(&attempt.result);
    return absl::StrCat(
        cause == Cause::kCapture ? WhyCapturesFailed(attempt)
                                 : MissingMetricsText(attempt.extraction),
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

}  // namespace servo::report
