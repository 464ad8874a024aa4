#include "stages/background_tasks.h"

#include <utility>
#include <variant>

namespace servo::stages {

absl::Status BackgroundTasks::Start(TaskId id, const plan::Task& task,
                                    const Environment& environment) {
  const auto& action = std::get<plan::ProcessAction>(task.action);
  const Key key = next_key_++;
  auto process = services_.runner->Start(
      CommandOf(action, environment), OptionsOf(task, action),
      [this, key, id, &task](exec::Result result) {
        OnEnd(key, id, task, std::move(result));
      });
  if (!process.ok()) return process.status();
  running_.emplace(key, *std::move(process));
  return absl::OkStatus();
}

void BackgroundTasks::Kill() {
  for (auto& [key, process] : running_) process->Kill();
}

void BackgroundTasks::OnEnd(Key key, TaskId id, const plan::Task& task,
                            exec::Result result) {
  running_.erase(key);
  const bool by_itself = result.ending == exec::Ending::kExited ||
                         result.ending == exec::Ending::kSignaled;
  listener_->OnBackgroundEnd({.id = id,
                              .task = &task,
                              .result = std::move(result),
                              .early = by_itself && !end_expected_,
                              .at = services_.loop->Now()});
}

}  // namespace servo::stages
