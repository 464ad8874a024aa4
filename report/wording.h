// The words for what happens in a run: all the texts of contract.md that a
// run's events become. Others may match them (contract.md section 3, "Message
// texts").
//
// Texts may hold any bytes that tasks printed, as valid UTF-8.
#ifndef REPORT_WORDING_H_
#define REPORT_WORDING_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "exec/runner.h"
#include "plan/metric.h"
#include "plan/plan.h"
#include "stages/activity.h"
#include "stages/extraction.h"
#include "stages/run_listener.h"

namespace servo::report {

// ---- What begins ----

// "Stage pre: 2 tasks".
std::string Describe(const stages::StageBegin& event);

// "Measuring for 1m40s".
std::string Describe(const stages::WindowBegin& event);

// "Executing task NAME": what the beat says.
std::string Describe(const stages::Activity& activity);

// ---- How attempts and tasks end ----

// How a process ended: "exit code 7", "killed by SIGSEGV".
std::string CodeText(int code);

// "Task NAME failed with result 7: WHY", "Task NAME timed out. WHY" or, where
// there is no result, "Task NAME failed: WHY". WHY shows a little of what the
// task printed, as a terminal would (last_words.h), and of a task with retries
// "attempt 7 of 10". A condition that did not hold, and one by which retries
// end, are told with what was found (condition_text.h).
std::string FailureText(const stages::AttemptEnd& attempt);

// What `notify` sends of an attempt: "Task NAME completed. stdout: OUT, stderr:
// ERR", or "Task NAME timed out. stdout OUT:, stderr: ERR".
std::string NotificationText(const stages::AttemptEnd& attempt);

// A failure that is not the run's: "post: Task NAME failed ... (ignored)".
// `event.failure` must not be null.
std::string WarningText(const stages::TaskEnd& event);

// A task that is left out: "post: Task NAME is left out: task OTHER has not
// captured VALUE".
std::string SkippedText(const stages::TaskSkipped& event);

// ---- Background tasks ----

// "Task 'NAME' terminated due to timeout".
std::string TimeoutText(const stages::BackgroundEnd& event);

// What `notify` sends: "Async task 'NAME' status: stdout OUT:, stderr: ERR".
std::string NotificationText(const stages::BackgroundEnd& event);

// "Async task 'NAME' ended: exit code 3; stderr: LAST WORDS".
std::string EarlyEndText(const stages::BackgroundEnd& event);

// Of one that ends the window before anything is measured, which has `begun`
// or not: "Async task 'NAME' ends the window before it has begun: exit code 0;
// stderr: LAST WORDS", "... ends the window in its delay or warm-up: ...".
std::string EarlyWindowEndText(const stages::BackgroundEnd& event, bool begun);

// "Async task 'NAME' had to be killed: it did not end within 10s (kill_timeout)
// of SIGTERM".
std::string OverstayedText(const stages::BackgroundEnd& event);

// Of one that failed the run: "Async task 'NAME' failed: WHY".
std::string FailureText(const stages::BackgroundEnd& event);

// ---- Samplers ----

// The same of a round: "Task NAME ends the window before it has begun:
// CONDITION".
std::string EarlyWindowEndText(const stages::AttemptEnd& attempt, bool begun);

// ---- Metrics ----

// The first failed round of a sampler: "Task NAME failed ... (round 3)".
std::string FailedRoundText(const stages::AttemptEnd& attempt);

// "17 rounds of task NAME failed".
std::string FailedRoundsText(const plan::Task& task, int rounds);

// The first value in a task's output that is no number: "Task NAME: metric
// "rate" has no sample: WHY".
std::string RejectedText(const stages::SampleRejected& event);

// "17 values of task NAME were no samples".
std::string RejectedValuesText(const plan::Task& task, int64_t count);

// The shortest text that is this number: "12", "0.1".
std::string NumberText(plan::Number number);

// `metric "NAME" is 412 ms`.
std::string MetricText(const plan::MetricValue& value);

// `metric "NAME" is left out: WHY`.
std::string SkippedText(const stages::MetricProblem& problem);

// `metric "NAME" is 412 ms, at most 300 allowed`, `metric "NAME" is 3, at least
// 10 required`.
std::string BeyondLimitsText(const plan::MetricValue& value);

// ---- The end ----

// What a cleanup that took too long is warned of with: as a whole, or before
// `post`.
std::string Describe(const stages::CleanupTimeout& event);

// "2 processes could not be killed: 12 (dd), 34 (rsync)". Not for an empty
// list.
std::string UnkillableText(const std::vector<exec::Unkillable>& unkillable);

// The answer's message of a run that failed: "STAGE: ", the FailureText() of
// the attempt that failed it, or the EarlyEndText() of the background task
// whose early end did, or background tasks that failed and all metrics that are
// beyond their limits; and what could not be killed.
std::string FailureText(const stages::Outcome& outcome);

// The reason of a run whose metrics alone are beyond their limits.
inline constexpr absl::string_view kReasonLimits = "slo-violation";

// The answer's reason: one word, for programs; empty for a success.
absl::string_view ReasonOf(const stages::Outcome& outcome);

// ---- Details, for those who look closely ----

// "config.yaml:7:3: attempt 1 of 3 of task NAME".
std::string Detail(const stages::AttemptBegin& event);

// "Task NAME succeeded", or its FailureText().
std::string Detail(const stages::AttemptEnd& event);

// "Async task 'NAME' is ready".
std::string Detail(const stages::BackgroundReady& event);

// "Async task 'NAME' ended after 2s: exit code 3".
std::string Detail(const stages::BackgroundEnd& event);

// "Cancelled: SIGUSR1".
std::string Detail(const stages::CancelBegin& event);

}  // namespace servo::report

#endif  // REPORT_WORDING_H_
