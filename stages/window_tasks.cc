#include "stages/window_tasks.h"

#include <algorithm>

namespace servo::stages {

void WindowTasks::Begin(const TaskExecution::Context& context, TaskId id,
                        const plan::Task& task) {
  Entry* const entry = &entries_.emplace_back();
  entry->id = id;
  entry->task = &task;
  entry->execution.emplace(
      context, id, task, [this, entry](std::optional<AttemptEnd> failure) {
        entry->failure = std::move(failure);
        entry->tell = loop_->Post([this, entry] { Tell(entry); });
      });
  entry->execution->Start();
}

void WindowTasks::Tell(Entry* entry) {
  entry->told = true;
  on_task_end_(entry->id, *entry->task, std::move(entry->failure));
  if (ended_ && AllTold()) std::exchange(ended_, nullptr)();
}

bool WindowTasks::AllTold() const {
  return std::all_of(entries_.begin(), entries_.end(),
                     [](const Entry& entry) { return entry.told; });
}

bool WindowTasks::End(Done done) {
  for (Entry& entry : entries_) {
    if (!entry.told) entry.execution->Stop();
  }
  if (AllTold()) return false;
  ended_ = std::move(done);
  return true;
}

void WindowTasks::Kill() {
  for (Entry& entry : entries_) {
    if (!entry.told) entry.execution->Kill();
  }
}

}  // namespace servo::stages
