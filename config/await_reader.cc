#include "config/await_reader.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/quoted.h"

namespace servo::config {

void CollectCalled(const yaml::Node& stage, CalledNames* names) {
  for (const yaml::Node* task : stage.items()) {
    const yaml::Node* await = task->Find("await");
    if (await != nullptr && await->is_scalar()) {
      names->awaited.emplace(await->text());
    }
    names->any =
        names->any || await != nullptr || task->Find("if_ran") != nullptr;
  }
}

plan::AwaitAction ReadAwait(const yaml::Field& field, plan::Stage stage,
                            TaskNames* names) {
  plan::AwaitAction action;
  if (stage != plan::Stage::kStart && stage != plan::Stage::kStop) {
    field.KeyError("await applies to tasks of start and stop only");
    return action;
  }
  const NamedTask* task = FindTask(field, "await", names, &action.name);
  if (task == nullptr) return action;
  action.stage = task->stage;
  action.index = task->index;
  action.kill_timeout = task->kill_timeout;
  if (!task->background) {
    field.Error(absl::StrCat("expected the name of an async task, found ",
                             base::Quoted(action.name),
                             ", which is none; it is at ", task->location));
  } else if (task->begins_in_window && stage == plan::Stage::kStart) {
    field.Error(absl::StrCat("expected a task that has begun before, found ",
                             base::Quoted(action.name),
                             ", which begins in the window"));
  }
  return action;
}

}  // namespace servo::config
