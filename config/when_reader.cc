#include "config/when_reader.h"

#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/quoted.h"
#include "config/keys.h"
#include "config/name_reader.h"

namespace servo::config {
namespace {

// Sets what a word of `when` stands for.
void ReadResult(const yaml::Field& field, plan::RunsWhen* when) {
  size_t choice = 0;
  if (!field.given()) {
    field.Expected("one of success, failed, cancelled");
    return;
  }
  if (!field.ReadChoice(&choice)) return;
  bool* const kResults[] = {&when->success, &when->failed, &when->cancelled};
  *kResults[choice] = true;
}

// "; did you mean "x"?", or nothing.
std::string Hint(absl::string_view name, const TaskNames& names) {
  KnownNames known;
  for (const auto& [other, task] : names) known.Add(other);
  const absl::string_view nearest = known.Nearest(name);
  return nearest.empty()
             ? ""
             : absl::StrCat("; did you mean ", base::Quoted(nearest), "?");
}

}  // namespace

void AddTaskName(const yaml::Field& name, plan::Stage stage, size_t index,
                 const plan::Task& task, TaskNames* names) {
  const auto [entry, is_new] = names->try_emplace(
      task.name,
      NamedTask{.stage = stage, .index = index, .location = task.location});
  if (is_new) return;
  entry->second.unique = false;
  const absl::string_view key = entry->second.called_by;
  if (key.empty() || !name.given()) return;
  name.Error(absl::StrCat("expected a name of its own: ", key,
                          " calls the task ", base::Quoted(task.name), " at ",
                          entry->second.location));
}

void DescribeNamedTask(plan::Stage stage, size_t index, const plan::Task& task,
                       TaskNames* names) {
  const auto found = names->find(task.name);
  if (found == names->end()) return;
  NamedTask& named = found->second;
  if (named.stage != stage || named.index != index) return;
  named.background = task.background;
  named.begins_in_window = task.begins_in_window;
  if (const auto* process = std::get_if<plan::ProcessAction>(&task.action)) {
    named.kill_timeout = process->options.kill_timeout;
  }
}

const NamedTask* FindTask(const yaml::Field& field, absl::string_view key,
                          TaskNames* names, std::string* name) {
  if (!field.ReadNonEmpty(name)) return nullptr;
  const auto found = names->find(*name);
  if (found == names->end()) {
    field.Error(absl::StrCat(
        "expected the name of an earlier task, found ", base::Quoted(*name),
        field.CountsErrorsOnly() ? "" : Hint(*name, *names)));
    return nullptr;
  }
  NamedTask& task = found->second;
  if (!task.unique) {
    field.Error(absl::StrCat(
        "expected a name that one task has, found ", base::Quoted(*name),
        ", which several have; the first is at ", task.location));
    return nullptr;
  }
  task.called_by = key;
  return &task;
}

void ReadRunsWhen(const yaml::Field& field, plan::Stage stage,
                  plan::RunsWhen* when) {
  if (!field.given()) return;
  if (stage != plan::Stage::kPost) {
    field.KeyError("when applies to tasks of post only");
    return;
  }
  *when = {.success = false, .failed = false, .cancelled = false};
  if (field.node().kind() != yaml::Node::Kind::kSequence) {
    return ReadResult(field, when);
  }
  const size_t size = field.node().items().size();
  if (size == 0) field.Expected("one of success, failed, cancelled, or more");
  for (size_t i = 0; i < size; ++i) {
    const yaml::Field item = field.Item(i);
    ReadResult(yaml::Field(field.context(), &item.node(), item.path(),
                           &kTaskKeys[TaskKey("when")]),
               when);
  }
}

void ReadIfRan(const yaml::Field& field, plan::Stage stage, TaskNames* names,
               base::Boxed<plan::IfRan>* if_ran) {
  if (!field.given()) return;
  if (stage != plan::Stage::kStop && stage != plan::Stage::kPost) {
    field.KeyError("if_ran applies to tasks of stop and post only");
    return;
  }
  std::string name;
  const NamedTask* task = FindTask(field, "if_ran", names, &name);
  if (task == nullptr) return;
  *if_ran = plan::IfRan{
      .name = std::move(name), .stage = task->stage, .index = task->index};
}

}  // namespace servo::config
