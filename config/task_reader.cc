#include "config/task_reader.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "config/capture_reader.h"
#include "config/condition_reader.h"
#include "config/keys.h"
#include "config/process_action.h"
#include "config/ready_reader.h"
#include "config/request_action.h"
#include "config/when_reader.h"
#include "plan/on_exit.h"

namespace servo::config {
namespace {

struct Mode {
  size_t key;
  unsigned bit;
  absl::string_view noun;  // with its article
};
// In the table they follow each other.
constexpr Mode kModes[] = {
    {TaskKey("exec"), kExecMode, "a task of the mode exec"},
    {TaskKey("shell_exec"), kShellMode, "a task of the mode shell_exec"},
    {TaskKey("request"), kRequestMode, "a request"},
    {TaskKey("await"), kAwaitMode, "a task of the mode await"},
};

// "exec and shell_exec", for bits of KeySpec::modes.
std::string ModeNames(unsigned modes) {
  std::vector<absl::string_view> names;
  for (const Mode& mode : kModes) {
    if ((modes & mode.bit) != 0) names.push_back(kTaskKeys[mode.key].name);
  }
  return absl::StrJoin(names, " and ");
}

// Reports that the task has no mode, unless an unknown key has told enough.
void ReportNoMode(const yaml::Field& field, const yaml::MappingReader& task) {
  if (task.MayMean(kModes[0].key, std::size(kModes))) return;
  absl::string_view found = "none";
  for (const Mode& mode : kModes) {
    if (task.is_written(mode.key)) found = kTaskKeys[mode.key].name;
  }
  const bool is_name_alone =
      field.node().entries().size() == 1 && task.has(TaskKey("name"));
  field.Error(absl::StrCat(
      "expected one of the modes exec, shell_exec, request and await, found ",
      found, found == "none" ? "" : " without a value",
      is_name_alone ? "; all keys of a task stand below one \"- \"" : ""));
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
    ReportNoMode(field, task);
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
  constexpr absl::Duration kDelayOfRetryFor = absl::Seconds(1);
  const yaml::Field retries = task[TaskKey("retries")];
  const yaml::Field retry_for = task[TaskKey("retry_for")];
  bool ok = retries.Read(&retry->retries);
  absl::Duration time;
  if (retry_for.given() && retry_for.Read(&time)) {
    retry->retry_for = time;
    retry->unlimited = !retries.given();
  } else {
    ok = ok && !retry_for.given();
  }
  // Where they are wrong, retries were meant: no key is without effect.
  if (!ok) retry->retries = 1;
  task[TaskKey("retry_delay")].Read(&retry->delay);
  task[TaskKey("retry_backoff")].Read(&retry->backoff);
  const yaml::Field max_delay = task[TaskKey("retry_max_delay")];
  if (max_delay.Read(&retry->max_delay) && retry->max_delay < retry->delay) {
    max_delay.Error(
        "expected a wait of at least retry_delay, found a shorter "
        "one");
  }
  if (retry->retry_for.has_value() && !task[TaskKey("retry_delay")].given()) {
    retry->delay = std::min(kDelayOfRetryFor, retry->max_delay);
  }
  if (retry->any()) return;
  for (const size_t key : {TaskKey("retry_delay"), TaskKey("retry_backoff"),
                           TaskKey("retry_max_delay")}) {
    if (task.has(key)) {
      task[key].KeyNote("without effect: this task has no retries");
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

// What it means when a background task ends before it was told to.
void ReadOnExit(const yaml::Field& field, plan::Stage stage, plan::Task* task) {
  using plan::OnExit;
  size_t choice = 0;
  if (!field.given() || !field.ReadChoice(&choice)) return;
  const auto on_exit = static_cast<OnExit>(choice);
  task->on_exit = on_exit;
  if (stage == plan::Stage::kPost && on_exit > OnExit::kWarn) {
    field.Error("expected ignore or warn: post fails no run");
  } else if (stage == plan::Stage::kStop && on_exit == OnExit::kEndWindow) {
    field.Error("expected another value: the window is over before this stage");
  } else if (task->ignore_exitcode &&
             (on_exit == OnExit::kFail || on_exit == OnExit::kFailOnError)) {
    field.Error(
        "expected another value beside ignore_exitcode, by which no failure of "
        "this task fails the run");
  }
}

// When a background task is told to end. Its metrics are taken when it has
// ended, so that must be before `post`.
void ReadEndAfter(const yaml::Field& field, plan::Stage stage,
                  plan::Task* task) {
  const bool has_metrics = !task->metrics.empty();
  if (has_metrics || task->on_exit == plan::OnExit::kEndWindow) {
    const bool beyond_window = stage == plan::Stage::kStop || task->awaited;
    task->end_after =
        beyond_window ? plan::EndAfter::kStop : plan::EndAfter::kWindow;
  }
  size_t choice = 0;
  if (!field.given() || !field.ReadChoice(&choice)) return;
  task->end_after = static_cast<plan::EndAfter>(choice);
  if (task->awaited && task->end_after == plan::EndAfter::kWindow) {
    field.Error("expected stop or post: a later task awaits this one");
  } else if (has_metrics && !task->awaited &&
             task->end_after == plan::EndAfter::kPost) {
    field.Error(
        "expected window or stop: this task has metrics, which are taken when "
        "it has ended");
  } else if (stage == plan::Stage::kStop &&
             task->end_after == plan::EndAfter::kWindow) {
    field.Error("expected stop or post: the window is over before this stage");
  } else if (stage == plan::Stage::kPost &&
             task->end_after != plan::EndAfter::kPost) {
    field.Error("expected post: window and stop are over before this stage");
  }
}

// Makes the task a sampler if it has `every`, or one whose output is read for
// samples if it has `sample`.
void ReadSampling(const yaml::MappingReader& keys, unsigned mode,
                  plan::Stage stage, plan::Task* task) {
  constexpr absl::Duration kLeastTimeout = absl::Seconds(10);
  const yaml::Field sample = keys[TaskKey("sample")];
  if (mode != kRequestMode && sample.Read(&task->sample) && task->sample &&
      !task->background) {
    sample.KeyError("sample applies to async tasks only");
  }
  const yaml::Field every = keys[TaskKey("every")];
  absl::Duration period;
  if (!every.given() || !every.Read(&period)) return;
  task->every = period;
  if (stage != plan::Stage::kPre && stage != plan::Stage::kStart) {
    every.KeyError("every applies to tasks of pre and start only");
  }
  if (!keys[TaskKey("timeout")].given()) {
    task->timeout = std::max(period, kLeastTimeout);
  }
  if (task->background) {
    keys[TaskKey("async")].KeyError(
        "expected no async beside every: a sampler runs in the background "
        "anyway");
  }
  const auto refuse = [&keys](size_t key) {
    keys[key].KeyError(absl::StrCat("expected no ", kTaskKeys[key].name,
                                    " on a sampler: its next round comes "
                                    "anyway"));
  };
  if (task->retry.retries > 0) refuse(TaskKey("retries"));
  if (task->retry.retry_for.has_value()) refuse(TaskKey("retry_for"));
}

// What a background task has beside others, once its metrics are known.
void ReadBackground(const yaml::MappingReader& keys, plan::Stage stage,
                    plan::Task* task) {
  // Tools write their summary when they are told to end.
  constexpr absl::Duration kTimeForSummary = absl::Seconds(10);
  ReadOnExit(keys[TaskKey("on_exit")], stage, task);
  ReadEndAfter(keys[TaskKey("end_after")], stage, task);
  task->ready = ReadReadiness(keys[TaskKey("ready")], /*background=*/true);
  auto& action = std::get<plan::ProcessAction>(task->action);
  const yaml::Field codes = keys[TaskKey("success_exitcodes")];
  action.exitcode_counts = codes.given();
  if (!task->metrics.empty()) {
    if (!keys[TaskKey("kill_timeout")].given()) {
      action.options.kill_timeout = kTimeForSummary;
    }
  } else if (codes.given() && !task->awaited &&
             task->on_exit < plan::OnExit::kFailOnError) {
    codes.KeyWarning(
        "without effect: the exit code of an async task counts with metrics, "
        "await, on_exit: fail_on_error and on_exit: end_window");
  }
}

// Whether the task begins in its turn or in the window.
void ReadBegin(const yaml::Field& field, plan::Stage stage, plan::Task* task) {
  size_t choice = 0;
  if (!field.given() || !field.ReadChoice(&choice) || choice == 0) return;
  if (stage != plan::Stage::kStart || (!task->background && !task->every)) {
    field.KeyError(
        "begin: window applies to async tasks and samplers of start only");
    return;
  }
  task->begins_in_window = true;
}

// Reports a choice that applies to background tasks and is not `usual`, which
// a foreground task may say.
template <typename Choice>
void CheckForegroundChoice(const yaml::MappingReader& keys, size_t key,
                           Choice usual) {
  const yaml::Field field = keys[key];
  size_t choice = 0;
  if (!field.given() || !field.ReadChoice(&choice)) return;
  if (static_cast<Choice>(choice) != usual) {
    field.KeyError(
        absl::StrCat(kTaskKeys[key].name, " applies to async tasks only"));
  }
}

// The `end_after` of a task that is not async.
void CheckEndAfter(const yaml::MappingReader& keys, bool is_sampler) {
  constexpr size_t kKey = TaskKey("end_after");
  size_t choice = 0;
  if (!is_sampler) {
    CheckForegroundChoice(keys, kKey, plan::EndAfter::kPost);
  } else if (keys[kKey].given() && keys[kKey].ReadChoice(&choice) &&
             static_cast<plan::EndAfter>(choice) != plan::EndAfter::kWindow) {
    keys[kKey].KeyError(
        "expected window, which is a sampler's: its rounds end with the "
        "window");
  }
}

void ReadTaskMetrics(const yaml::MappingReader& keys, unsigned mode,
                     plan::Stage stage, SectionNames* names, plan::Task* task) {
  const yaml::Field metrics = keys[TaskKey("metrics")];
  ReadSampling(keys, mode, stage, task);
  ReadBegin(keys[TaskKey("begin")], stage, task);
  task->metrics = ReadMetrics(metrics,
                              {.mode = mode,
                               .takes_samples = task->takes_samples(),
                               .reads_output = task->sample},
                              &names->metrics);
  if (stage == plan::Stage::kPost && metrics.given()) {
    metrics.KeyError(
        "expected no metrics in post, which comes after all that is measured");
  }
  if (task->background && mode != kRequestMode) {
    ReadBackground(keys, stage, task);
  } else if (mode != kRequestMode) {
    CheckEndAfter(keys, task->every.has_value());
    CheckForegroundChoice(keys, TaskKey("on_exit"), plan::OnExit::kWarn);
    ReadReadiness(keys[TaskKey("ready")], /*background=*/false);
  }
  ReadConditions(keys, {.mode = mode, .references = names->references}, task);
}

void ReadAction(const yaml::MappingReader& keys, unsigned mode,
                plan::Stage stage, SectionNames* names, plan::Task* task) {
  if (mode == kAwaitMode) {
    task->action = ReadAwait(keys[TaskKey("await")], stage, &names->tasks);
    return;
  }
  if (mode == kRequestMode) {
    task->action = ReadRequestAction(keys, names->references);
  } else {
    task->action = ReadProcessAction(keys, mode == kShellMode);
  }
  task->awaited =
      task->background && names->called.awaited.contains(task->name);
  ReadTaskMetrics(keys, mode, stage, names, task);
  task->captures = ReadCaptures(keys[TaskKey("capture")], mode,
                                !task->background && !task->every.has_value());
}

}  // namespace

void ReadTask(const yaml::Field& field, plan::Stage stage, size_t index,
              SectionNames* names, plan::Task* task) {
  constexpr yaml::MappingReader::Elsewhere kElsewhere[] = {
      {kRequestKeys, "request, one level down"},
      {kSectionKeys, "the section, beside the stages"}};
  task->name = absl::StrCat(plan::StageName(stage), "[", index, "]");
  task->location =
      field.context()->document->PlaceText(field.node().location());
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
      {"working_directory", "cwd"},
      {"workdir", "cwd"},
      {"chdir", "cwd"},
      {"dir", "cwd"},
      {"background", "async"},
      {"ignore_errors", "ignore_exitcode"},
      {"allow_failure", "ignore_exitcode"},
      {"continue_on_error", "ignore_exitcode"},
      {"retry", "retries"},
      {"attempts", "retries, which does not count the first attempt"},
      {"args", "exec, a list of the program and its arguments"},
      {"arguments", "exec, a list of the program and its arguments"},
      {"delay", "retry_delay"},
      {"interval", "every"},
      {"on_failure", "when: failed, a key of tasks of post"},
      {"on_success", "when: success, a key of tasks of post"},
      {"if", "when, a key of tasks of post"}};
  const yaml::MappingReader keys(
      field, kTaskKeys, kElsewhere, kSynonyms,
      "{shell_exec: COMMAND} or {exec: [PROGRAM, ARGUMENT]}");
  if (!keys.ok()) return;
  ReadName(keys[TaskKey("name")], task);
  keys[TaskKey("description")].Read(&task->description);
  keys[TaskKey("async")].Read(&task->background);
  keys[TaskKey("ignore_exitcode")].Read(&task->ignore_exitcode);
  keys[TaskKey("notify")].Read(&task->notify);
  keys[TaskKey("timeout")].Read(&task->timeout);
  ReadRetries(keys, &task->retry);
  ReadRunsWhen(keys[TaskKey("when")], stage, &task->when);
  ReadIfRan(keys[TaskKey("if_ran")], stage, &names->tasks, &task->if_ran);
  if (names->called.any) {
    AddTaskName(keys[TaskKey("name")], stage, index, *task, &names->tasks);
  }
  if (const Mode* mode = ReadMode(field, keys); mode != nullptr) {
    CheckKeys(keys, *mode);
    ReadAction(keys, mode->bit, stage, names, task);
  }
  if (names->called.any) {
    DescribeNamedTask(stage, index, *task, &names->tasks);
  }
  field.context()->task.clear();
}

}  // namespace servo::config
