#include "plan/selection.h"

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/nearest.h"
#include "base/quoted.h"
#include "plan/reference.h"
#include "plan/task_references.h"

namespace servo::plan {
namespace {

using Chosen = absl::flat_hash_set<const Task*>;

// Another task that a task needs, and the key that says so.
struct Need {
  std::string key;
  Stage stage;
  size_t index;
};

std::vector<Need> NeedsOf(const Plan& plan, TaskId place) {
  const Task& task = plan.tasks(place.stage)[place.index];
  std::vector<Need> needs;
  if (task.if_ran.has_value()) {
    needs.push_back({"if_ran", task.if_ran->stage, task.if_ran->index});
  }
  if (const auto* await = std::get_if<AwaitAction>(&task.action)) {
    needs.push_back({"await", await->stage, await->index});
  }
  for (const Reference* reference : ReferencesOf(task, plan.references)) {
    if (reference->kind != Reference::Kind::kCapture) continue;
    const std::optional<TaskId> needed =
        CapturingTask(plan, place, reference->name);
    if (!needed.has_value()) continue;
    needs.push_back({absl::StrCat("${{ ", reference->name, " }}"),
                     needed->stage, needed->index});
  }
  return needs;
}

// A sentence for each need of the task at `place` that is not chosen.
void AddUnmetNeeds(const Plan& plan, TaskId place, const Chosen& chosen,
                   std::vector<std::string>* problems) {
  const Task& task = plan.tasks(place.stage)[place.index];
  for (const Need& need : NeedsOf(plan, place)) {
    const Task& needed = plan.tasks(need.stage)[need.index];
    if (chosen.contains(&needed)) continue;
    problems->push_back(absl::StrCat(
        task.location, ": task ", base::Quoted(task.name), " needs the task ",
        base::Quoted(needed.name), " (", need.key, "), which is not chosen"));
  }
}

// How many tasks before `index` of `stage` are chosen: the place of that task
// among them.
size_t NewIndex(const Plan& plan, Stage stage, size_t index,
                const Chosen& chosen) {
  size_t place = 0;
  for (size_t i = 0; i < index; ++i) {
    if (chosen.contains(&plan.tasks(stage)[i])) ++place;
  }
  return place;
}

Task InSelection(const Plan& plan, const Task& task, const Chosen& chosen) {
  Task selected = task;
  if (selected.if_ran.has_value()) {
    selected.if_ran->index =
        NewIndex(plan, task.if_ran->stage, task.if_ran->index, chosen);
  }
  if (auto* await = std::get_if<AwaitAction>(&selected.action)) {
    await->index = NewIndex(plan, await->stage, await->index, chosen);
  }
  return selected;
}

}  // namespace

absl::StatusOr<const Task*> FindTask(const Plan& plan, absl::string_view name) {
  std::vector<const Task*> found;
  std::vector<absl::string_view> names;
  for (const Stage stage : kStages) {
    for (const Task& task : plan.tasks(stage)) {
      names.push_back(task.name);
      if (task.name == name) found.push_back(&task);
    }
  }
  if (found.size() == 1) return found[0];
  if (found.size() > 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("several tasks are called ", base::Quoted(name), ": ",
                     found[0]->location, " and ", found[1]->location));
  }
  const absl::string_view nearest = base::Nearest(name, names);
  return absl::NotFoundError(absl::StrCat(
      "no task is called ", base::Quoted(name),
      nearest.empty()
          ? ""
          : absl::StrCat("; did you mean ", base::Quoted(nearest), "?")));
}

absl::StatusOr<Plan> SelectTasks(const Plan& plan,
                                 absl::Span<const std::string> names) {
  Chosen chosen;
  std::vector<std::string> problems;
  for (const std::string& name : names) {
    const absl::StatusOr<const Task*> task = FindTask(plan, name);
    if (task.ok()) {
      chosen.insert(*task);
    } else {
      problems.emplace_back(task.status().message());
    }
  }
  Plan selected = plan;
  for (const Stage stage : kStages) {
    std::vector<Task>& tasks = selected.stages[static_cast<size_t>(stage)];
    tasks.clear();
    for (size_t i = 0; i < plan.tasks(stage).size(); ++i) {
      const Task& task = plan.tasks(stage)[i];
      if (!chosen.contains(&task)) continue;
      AddUnmetNeeds(plan, {.stage = stage, .index = i}, chosen, &problems);
      tasks.push_back(InSelection(plan, task, chosen));
    }
  }
  if (!problems.empty()) {
    return absl::InvalidArgumentError(absl::StrJoin(problems, "\n"));
  }
  return selected;
}

}  // namespace servo::plan
