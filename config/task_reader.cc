#include "config/task_reader.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "config/keys.h"
#include "config/process_action.h"
#include "config/request_action.h"

namespace servo::config {
namespace {

struct Mode {
  size_t key;
  unsigned bit;
  absl::string_view noun;  // with its article
};
constexpr Mode kModes[] = {
    {TaskKey("exec"), kExecMode, "a task of the mode exec"},
    {TaskKey("shell_exec"), kShellMode, "a task of the mode shell_exec"},
    {TaskKey("request"), kRequestMode, "a request"},
};

// "exec and shell_exec", for bits of KeySpec::modes.
std::string ModeNames(unsigned modes) {
  std::vector<absl::string_view> names;
  for (const Mode& mode : kModes) {
    if ((modes & mode.bit) != 0) names.push_back(kTaskKeys[mode.key].name);
  }
  return absl::StrJoin(names, " and ");
}

// The mode that the task has, or null after reporting that it has none, or
// several.
const Mode* ReadMode(const yaml::Field& field,
                     const yaml::MappingReader& task) {
  std::vector<const Mode*> found;
  for (const Mode& mode : kModes) {
    if (task.has(mode.key)) found.push_back(&mode);
  }
  if (found.empty()) {
    field.Error(
        "expected one of the modes exec, shell_exec and request, found none "
        "with a value");
    return nullptr;
  }
  if (found.size() > 1) {
    unsigned modes = 0;
    for (const Mode* mode : found) modes |= mode->bit;
    task[found[1]->key].KeyError(absl::StrCat(
        "expected one mode, found ", ModeNames(modes), " in one task"));
    return nullptr;
  }
  return found[0];
}

// Reports the keys that a task of this mode cannot have. `async: false` is what
// a request does anyway.
void CheckKeys(const yaml::MappingReader& task, const Mode& mode) {
  for (size_t i = 0; i < std::size(kTaskKeys); ++i) {
    if ((kTaskKeys[i].modes & mode.bit) != 0 || !task.has(i)) continue;
    const yaml::Field field = task[i];
    bool background = true;
    if (i == TaskKey("async") && field.Read(&background) && !background) {
      continue;
    }
    field.KeyError(absl::StrCat(kTaskKeys[i].name, " applies to ",
                                ModeNames(kTaskKeys[i].modes),
                                " only, and this is ", mode.noun));
  }
}

void ReadRetries(const yaml::MappingReader& task, plan::RetryPolicy* retry) {
  task[TaskKey("retries")].Read(&retry->retries);
  task[TaskKey("retry_delay")].Read(&retry->delay);
  task[TaskKey("retry_backoff")].Read(&retry->backoff);
  const yaml::Field max_delay = task[TaskKey("retry_max_delay")];
  if (max_delay.Read(&retry->max_delay) && retry->max_delay < retry->delay) {
    max_delay.Error(
        "expected a wait of at least retry_delay, found a shorter "
        "one");
  }
  if (retry->retries > 0) return;
  for (const size_t key : {TaskKey("retry_delay"), TaskKey("retry_backoff"),
                           TaskKey("retry_max_delay")}) {
    if (task.has(key)) {
      task[key].KeyWarning("without effect: this task has no retries");
    }
  }
}

void ReadName(const yaml::Field& field, plan::Task* task) {
  std::string name;
  if (field.Read(&name) && !name.empty()) {
    field.context()->task = name;
    task->name = std::move(name);
  }
}

}  // namespace

plan::Task ReadTask(const yaml::Field& field, std::string place) {
  constexpr yaml::MappingReader::Elsewhere kElsewhere[] = {
      {kRequestKeys, "request, one level down"},
      {kSectionKeys, "the section, beside the stages"}};
  plan::Task task;
  task.name = std::move(place);
  const yaml::Location location = field.node().location();
  task.location = absl::StrCat(field.context()->document->file_name(), ":",
                               location.line, ":", location.column);
  // The name comes first, so that every message can tell it.
  field.context()->task.clear();
  if (const yaml::Node* name = field.node().Find("name");
      name != nullptr && name->is_scalar()) {
    field.context()->task = std::string(name->text());
  }
  constexpr yaml::MappingReader::Synonym kSynonyms[] = {
      {"command", "exec, or shell_exec for a shell"},
      {"cmd", "exec, or shell_exec for a shell"},
      {"run", "exec, or shell_exec for a shell"},
      {"shell", "shell_exec"},
      {"script", "shell_exec"},
      {"http", "request"},
      {"environment", "env"},
      {"working_dir", "cwd"},
      {"background", "async"},
      {"ignore_errors", "ignore_exitcode"}};
  const yaml::MappingReader keys(field, kTaskKeys, kElsewhere, kSynonyms);
  if (!keys.ok()) return task;
  ReadName(keys[TaskKey("name")], &task);
  keys[TaskKey("async")].Read(&task.background);
  keys[TaskKey("ignore_exitcode")].Read(&task.ignore_exitcode);
  keys[TaskKey("notify")].Read(&task.notify);
  keys[TaskKey("timeout")].Read(&task.timeout);
  ReadRetries(keys, &task.retry);
  if (const Mode* mode = ReadMode(field, keys); mode != nullptr) {
    CheckKeys(keys, *mode);
    if (mode->bit == kRequestMode) {
      task.action = ReadRequestAction(keys);
    } else {
      task.action = ReadProcessAction(keys, mode->bit == kShellMode);
    }
    const yaml::Field codes = keys[TaskKey("success_exitcodes")];
    if (task.background && codes.given()) {
      codes.KeyError(
          "expected no success_exitcodes on an async task, whose exit code is "
          "ignored");
    }
  }
  field.context()->task.clear();
  return task;
}

}  // namespace servo::config
