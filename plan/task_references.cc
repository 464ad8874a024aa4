#include "plan/task_references.h"

#include <functional>
#include <string>
#include <variant>

#include "exec/command.h"
#include "http/request.h"
#include "plan/condition.h"

namespace servo::plan {
namespace {

// Calls `take` with each text of `task` in which a reference may stand.
void VisitTexts(const Task& task,
                const std::function<void(absl::string_view)>& take) {
  for (const auto* conditions :
       {&task.expect, &task.give_up_if, &task.end_window_if}) {
    for (const Condition& condition : *conditions) {
      take(condition.operand.text);
    }
  }
  if (const auto* action = std::get_if<RequestAction>(&task.action)) {
    const http::Request& request = action->request;
    take(request.url);
    for (const auto& [name, text] : request.headers) take(text);
    if (request.body.has_value()) take(*request.body);
    if (request.auth.has_value()) {
      take(request.auth->username);
      take(request.auth->password);
    }
    take(request.save_to);
    return;
  }
  const auto* process = std::get_if<ProcessAction>(&task.action);
  if (process == nullptr) return;
  const exec::Command& command = process->command;
  for (const std::string& word : command.argv) take(word);
  for (const auto& [name, text] : command.env) take(text);
  if (command.stdin_text.has_value()) take(*command.stdin_text);
}

}  // namespace

std::vector<const Reference*> ReferencesOf(const Task& task,
                                           const References& references) {
  std::vector<const Reference*> found;
  if (references.empty()) return found;
  VisitTexts(task, [&](absl::string_view text) {
    if (!references.AreIn(text)) return;
    for (const References::Piece& piece : references.Split(text)) {
      if (piece.reference != nullptr) found.push_back(piece.reference);
    }
  });
  return found;
}

std::optional<TaskId> CapturingTask(const Plan& plan, TaskId id,
                                    absl::string_view name) {
  std::optional<TaskId> found;
  for (const Stage stage : kStages) {
    const std::vector<Task>& tasks = plan.tasks(stage);
    for (size_t i = 0; i < tasks.size(); ++i) {
      if (stage == id.stage && i == id.index) return found;
      for (const Capture& capture : tasks[i].captures) {
        if (capture.name == name) found = {.stage = stage, .index = i};
      }
    }
  }
  return found;
}

}  // namespace servo::plan
