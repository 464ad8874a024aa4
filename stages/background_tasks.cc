#include "stages/background_tasks.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "stages/verdict.h"

namespace servo::stages {

absl::Status BackgroundTasks::Start(const plan::Task& task,
                                    const exec::Command& command,
                                    const exec::Options& options) {
  const int id = next_id_++;
  auto process = runner_->Start(command, options,
                                [this, id, &task](const exec::Result& result) {
                                  OnEnd(id, task, result);
                                });
  if (!process.ok()) return process.status();
  running_.emplace(id, *std::move(process));
  return absl::OkStatus();
}

void BackgroundTasks::Kill() {
  for (auto& [id, process] : running_) process->Kill();
}

void BackgroundTasks::OnEnd(int id, const plan::Task& task,
                            const exec::Result& result) {
  running_.erase(id);
  const bool timed_out = result.ending == exec::Ending::kTimedOut;
  const bool early = result.ending == exec::Ending::kExited ||
                     result.ending == exec::Ending::kSignaled;
  if (timed_out) {
    observer_->OnMessage(
        absl::StrFormat("Task '%s' terminated due to timeout", task.name));
  }
  if (task.notify) {
    std::string text =
        absl::StrFormat("Async task '%s' status: stdout %s:, stderr: %s",
                        task.name, result.out.Text(), result.err.Text());
    if (early) absl::StrAppend(&text, " (", DescribeCode(result.code), ")");
    observer_->OnMessage(text);
  } else if (early && !end_expected_) {
    observer_->OnMessage(absl::StrFormat("Async task '%s' ended: %s", task.name,
                                         DescribeCode(result.code)));
  }
  observer_->OnDetail(absl::StrFormat(
      "Async task '%s' ended after %s: %s", task.name,
      absl::FormatDuration(result.elapsed), DescribeCode(result.code)));
}

}  // namespace servo::stages
