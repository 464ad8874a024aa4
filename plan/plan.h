// The checked, typed form of the `exec` section: what a run will do.
#ifndef PLAN_PLAN_H_
#define PLAN_PLAN_H_

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "base/boxed.h"
#include "base/code_ranges.h"
#include "exec/command.h"
#include "exec/runner.h"
#include "http/request.h"
#include "plan/capture.h"
#include "plan/condition.h"
#include "plan/metric.h"
#include "plan/on_exit.h"
#include "plan/readiness.h"
#include "plan/reference.h"
#include "plan/value_source.h"

namespace servo::plan {

// The stages, in the order in which they run.
enum class Stage { kPre, kStart, kStop, kPost };
inline constexpr std::array<Stage, 4> kStages = {Stage::kPre, Stage::kStart,
                                                 Stage::kStop, Stage::kPost};

// "pre", "start", "stop", "post".
const char* StageName(Stage stage);

// A task's place in the plan.
struct TaskId {
  Stage stage = Stage::kPre;
  size_t index = 0;  // in its stage

  friend bool operator==(const TaskId&, const TaskId&) = default;
};

// When a background task is told to end.
enum class EndAfter {
  kWindow,  // as soon as the window is over, however that came
  kStop,    // when `stop` is over, before `post` begins
  kPost,    // at the very end
};

// How failed attempts are repeated.
struct RetryPolicy {
  int retries = 0;                              // attempts after the first
  absl::Duration delay = absl::ZeroDuration();  // before the first retry
  double backoff = 1;  // factor from one delay to the next, >= 1
  absl::Duration max_delay = absl::InfiniteDuration();

  // The most that all attempts and waits may take together.
  std::optional<absl::Duration> retry_for = std::nullopt;
  // `retries` is no limit, `retry_for` alone is.
  bool unlimited = false;

  // Whether another attempt may follow the one of this number, from 1.
  bool AllowsAfter(int attempt) const {
    return unlimited || attempt <= retries;
  }
  // Whether an attempt may ever follow the first.
  bool any() const { return AllowsAfter(1); }
};

// After which results of the run a task of `post` runs.
struct RunsWhen {
  bool success = true;
  bool failed = true;
  bool cancelled = true;
};

// The earlier task that must have begun for a task to run.
struct IfRan {
  std::string name;
  Stage stage = Stage::kPre;
  size_t index = 0;  // in its stage
};

// A program or shell command.
struct ProcessAction {
  exec::Command command;
  exec::Options options;  // all but `timeout`, which is the task's
  base::CodeRanges success_exitcodes = base::CodeRanges(0, 0);
  bool shell = false;  // written as shell_exec

  // Of a background task: whether another code than a successful one, unless it
  // came of being told to end, fails the run.
  bool exitcode_counts = false;
};

// How the body of a request is written, for values that are put into it.
enum class BodyFormat { kText, kForm, kJson };

// An HTTP request.
struct RequestAction {
  http::Request request;  // all but `timeout`, which is the task's
  BodyFormat body_format = BodyFormat::kText;
  base::CodeRanges success_codes = base::CodeRanges(200, 399);
};

// Waits until a background task has ended by itself.
struct AwaitAction {
  std::string name;  // of that task
  Stage stage = Stage::kPre;
  size_t index = 0;                                    // in its stage
  absl::Duration kill_timeout = absl::ZeroDuration();  // that task's
};

// One task, all defaults filled in.
struct Task {
  std::string name;              // as given, or its place: "start[0]"
  std::string location;          // "config.yaml:12:7", where it begins
  std::string description = "";  // for --dry-run
  bool background = false;
  EndAfter end_after = EndAfter::kPost;  // of a background task
  OnExit on_exit = OnExit::kWarn;        // of a background task
  base::Boxed<Readiness> ready;          // of a background task

  // Of a background task or a sampler of `start`: begins when the window's
  // delay and warm-up are over.
  bool begins_in_window = false;

  // Of a background task: a later task waits for its end.
  bool awaited = false;

  bool ignore_exitcode = false;
  bool notify = false;
  RetryPolicy retry;
  absl::Duration timeout = absl::InfiniteDuration();  // of one attempt
  std::variant<ProcessAction, RequestAction, AwaitAction> action;
  std::vector<Metric> metrics;    // taken from what it prints or is answered
  std::vector<Capture> captures;  // handed on to later tasks

  // What must hold for an attempt to succeed. With `expects_code` some of it is
  // about the exit code or the status, which then none of the successful codes
  // judges.
  std::vector<Condition> expect;
  bool expects_code = false;

  // Any that holds after a failed attempt ends the retries, after a sampler's
  // round the run.
  std::vector<Condition> give_up_if;

  // Of a sampler: any that holds after a round ends the window.
  std::vector<Condition> end_window_if;

  RunsWhen when;              // of a task of `post`
  base::Boxed<IfRan> if_ran;  // of a task of `stop` or `post`

  // Of a sampler: the time from one round's begin to the next one's.
  std::optional<absl::Duration> every;

  // Of a background process: its metrics are taken from each line as it
  // arrives.
  bool sample = false;

  // Whether its metrics are made of samples.
  bool takes_samples() const { return every.has_value() || sample; }
};

// Where each run leaves a report.
struct ReportOptions {
  std::string dir;  // in which each run gets a directory
  int keep = 0;     // so many of these stay, the run's own included
};

// All of the section. A value, immutable once loaded.
struct Plan {
  // Of one stage, in the order in which they run; indexed by Stage.
  std::array<std::vector<Task>, kStages.size()> stages;

  std::string description = "";  // for --dry-run

  // Whether `stop` runs before `post` when the run is cancelled after `start`
  // has begun.
  bool stop_on_cancel = false;

  // The most that the cleanup after a cancel may take before everything is
  // killed.
  absl::Duration cleanup_timeout = absl::Seconds(60);

  // Texts of tasks hold their placeholders.
  References references;
  // What tasks can refer to by name. Secrets are never shown.
  std::vector<NamedValue> secrets;
  std::vector<NamedValue> values;

  std::optional<ReportOptions> report;

  const std::vector<Task>& tasks(Stage stage) const {
    return stages[static_cast<size_t>(stage)];
  }
};

}  // namespace servo::plan

#endif  // PLAN_PLAN_H_
