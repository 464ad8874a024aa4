// Summarize() and WorstCase().
#include <algorithm>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/masking.h"
#include "base/quoted.h"
#include "config/plan_summary.h"
#include "config/plan_words.h"
#include "plan/readiness.h"

namespace servo::config {
namespace {

// All waits between the attempts of a task.
absl::Duration Waits(const plan::RetryPolicy& retry) {
  absl::Duration sum = absl::ZeroDuration();
  absl::Duration delay = retry.delay;
  for (int left = retry.retries; left > 0; --left) {
    if (delay >= retry.max_delay || retry.backoff == 1) {
      return sum + left * std::min(delay, retry.max_delay);
    }
    if (delay == absl::InfiniteDuration()) return delay;
    sum += delay;
    delay *= retry.backoff;
  }
  return sum;
}

// What a task does, in one line.
std::string Deed(const plan::Task& task) {
  if (const auto* request = std::get_if<plan::RequestAction>(&task.action)) {
    return absl::StrCat(request->request.method, " ",
                        base::MaskUrl(request->request.url));
  }
  if (const auto* await = std::get_if<plan::AwaitAction>(&task.action)) {
    return absl::StrCat("await ", base::QuotedWhole(await->name));
  }
  const plan::ProcessAction& process =
      std::get<plan::ProcessAction>(task.action);
  if (process.shell) {
    // /bin/sh -c SCRIPT ...
    return absl::StrCat(
        "shell ", base::QuotedWhole(base::MaskText(process.command.argv[2])));
  }
  return ShellCommand(process.command.argv);
}

void SummarizeTask(const plan::Task& task, std::string* out) {
  absl::StrAppend(out, "  ", base::QuotedWhole(task.name), ": ", Deed(task));
  if (task.background) absl::StrAppend(out, ", in the background");
  if (task.every) absl::StrAppend(out, ", every ", Time(*task.every));
  if (task.begins_in_window) absl::StrAppend(out, ", begins in the window");
  if (task.ready) {
    absl::StrAppend(out, ", ready by ", SignText(*task.ready), " within ",
                    Time(task.ready->within));
  }
  absl::StrAppend(out, ", timeout ", Time(task.timeout));
  if (task.retry.retry_for) {
    absl::StrAppend(out, ", tried for ", Time(*task.retry.retry_for));
  }
  if (task.retry.retries > 0) {
    absl::StrAppend(out, ", ",
                    task.retry.retries == 1
                        ? "1 retry"
                        : absl::StrCat(task.retry.retries, " retries"));
  }
  if (task.ignore_exitcode) absl::StrAppend(out, ", failures ignored");
  absl::StrAppend(out, "\n");
}

}  // namespace

absl::Duration WorstCase(const plan::Task& task) {
  if (task.every || task.begins_in_window) return absl::ZeroDuration();
  if (task.background && !task.ready) return absl::ZeroDuration();
  absl::Duration kill_timeout = absl::ZeroDuration();
  if (const auto* process = std::get_if<plan::ProcessAction>(&task.action)) {
    kill_timeout = process->options.kill_timeout;
  } else if (const auto* await = std::get_if<plan::AwaitAction>(&task.action)) {
    kill_timeout = await->kill_timeout;
  }
  const plan::RetryPolicy& retry = task.retry;
  const absl::Duration most =
      retry.retry_for.value_or(absl::InfiniteDuration()) + kill_timeout;
  if (retry.unlimited) return most;
  const absl::Duration attempt =
      task.ready ? std::min(task.ready->within, task.timeout) : task.timeout;
  return std::min(
      most, (attempt + kill_timeout) * (retry.retries + 1) + Waits(retry));
}

std::string Summarize(const plan::Plan& plan) {
  std::string text;
  absl::Duration total = absl::ZeroDuration();
  for (const plan::Stage stage : plan::kStages) {
    const std::vector<plan::Task>& tasks = plan.tasks(stage);
    absl::Duration longest = absl::ZeroDuration();
    for (const plan::Task& task : tasks) longest += WorstCase(task);
    total += longest;
    absl::StrAppend(&text, plan::StageName(stage), ": ",
                    Count(tasks.size(), "task"));
    if (!tasks.empty()) {
      absl::StrAppend(&text, ", takes at most: ", Time(longest));
    }
    absl::StrAppend(&text, "\n");
    for (const plan::Task& task : tasks) SummarizeTask(task, &text);
  }
  absl::StrAppend(&text, "worst case beside the window: ", Time(total),
                  "; cleanup after a cancel: ", Time(plan.cleanup_timeout),
                  plan.stop_on_cancel ? " (stop runs too)" : "", "\n");
  return plan.references.AsWritten(text);
}

}  // namespace servo::config
