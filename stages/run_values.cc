#include "stages/run_values.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "base/quoted.h"
#include "http/same_origin.h"
#include "plan/condition.h"
#include "plan/run_names.h"
#include "plan/task_references.h"

namespace servo::stages {
namespace {

using plan::Reference;

// The shortest decimal that is this number, without an exponent.
std::string Decimal(double number) {
  char buffer[400];
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), number,
                                 std::chars_format::fixed);
  return std::string(buffer, end.ptr);
}

std::string Seconds(absl::Duration duration) {
  return Decimal(absl::ToDoubleSeconds(duration));
}

std::string WholeSeconds(absl::Duration duration) {
  return absl::StrCat(
      absl::ToInt64Seconds(absl::Ceil(duration, absl::Seconds(1))));
}

// Unix seconds with milliseconds.
std::string UnixSeconds(absl::Time time) {
  return Decimal(static_cast<double>(absl::ToUnixMillis(time)) / 1000);
}

std::string UnixSecondsUp(absl::Time time) {
  return absl::StrCat((absl::ToUnixMillis(time) + 999) / 1000);
}

bool IsNumber(absl::string_view name) {
  return std::any_of(std::begin(plan::kRunNames), std::end(plan::kRunNames),
                     [name](const plan::RunName& known) {
                       return known.name == name && known.number;
                     });
}

}  // namespace

void RunValues::BeginWindow(absl::Time start, absl::Time end) {
  window_start_ = start;
  window_end_ = end;
}

void RunValues::EndWindow(absl::Time end) {
  if (!window_start_.has_value()) return;
  // One that was cut short before what is measured has begun is empty.
  window_start_ = std::min(*window_start_, end);
  window_end_ = end;
}

RunValues::Texts RunValues::RunTexts(plan::Stage stage,
                                     const plan::Task& task) const {
  const absl::Duration duration = facts_.window - facts_.delay - facts_.warmup;
  Texts texts = {{"id", facts_.run_id},
                 {"app_id", facts_.app_id},
                 {"stage", plan::StageName(stage)},
                 {"task", task.name},
                 {"duration", Seconds(duration)},
                 {"warmup", Seconds(facts_.warmup)},
                 {"delay", Seconds(facts_.delay)},
                 {"window", Seconds(facts_.window)},
                 {"duration_s", WholeSeconds(duration)},
                 {"window_s", WholeSeconds(facts_.window)}};
  if (window_start_.has_value()) {
    texts.insert(
        texts.end(),
        {{"window_start", UnixSeconds(*window_start_)},
         {"window_end", UnixSeconds(window_end_)},
         {"window_start_ms", absl::StrCat(absl::ToUnixMillis(*window_start_))},
         {"window_end_ms", absl::StrCat(absl::ToUnixMillis(window_end_))},
         {"window_start_s", UnixSecondsUp(*window_start_)},
         {"window_end_s", absl::StrCat(absl::ToUnixSeconds(window_end_))}});
  }
  if (stage == plan::Stage::kPost) {
    texts.insert(texts.end(), {{"result", result_.result},
                               {"reason", result_.reason},
                               {"failed_task", result_.failed_task},
                               {"failure", result_.failure}});
  }
  return texts;
}

Environment RunValues::EnvironmentOf(plan::Stage stage,
                                     const plan::Task& task) const {
  return EnvironmentFrom(RunTexts(stage, task));
}

Environment RunValues::EnvironmentFrom(Texts run) const {
  Environment environment = {{"SERVO_APP_ID", facts_.app_id}};
  for (auto& [name, text] : run) {
    environment.emplace_back(plan::RunVariable(name), std::move(text));
  }
  return environment;
}

std::optional<TaskId> RunValues::CapturingTask(TaskId id,
                                               absl::string_view name) const {
  return plan::CapturingTask(plan_, id, name);
}

absl::Status RunValues::Missing(TaskId id, const Reference& reference) const {
  std::string message =
      absl::StrCat("${{ ", reference.FullName(), " }} has no value");
  if (reference.kind == Reference::Kind::kRun) {
    absl::StrAppend(&message, ": the window has not begun");
  } else if (const std::optional<TaskId> task =
                 CapturingTask(id, reference.name)) {
    absl::StrAppend(&message, ": task ",
                    base::Quoted(plan_.tasks(task->stage)[task->index].name),
                    " has not captured it");
  }
  return absl::FailedPreconditionError(message);
}

absl::StatusOr<NamedValue> RunValues::ValueOfReference(
    TaskId id, const Texts& run, const Reference& reference) const {
  switch (reference.kind) {
    case Reference::Kind::kRun:
      for (const auto& [name, text] : run) {
        if (name != reference.name) continue;
        NamedValue value = {.text = text};
        if (IsNumber(name)) value.json = text;
        return value;
      }
      break;
    case Reference::Kind::kCapture:
      if (const auto found = captured_.find(reference.name);
          found != captured_.end()) {
        return found->second.value;
      }
      break;
    case Reference::Kind::kSecret:
    case Reference::Kind::kValue:
      if (const auto found = given_.find({reference.kind, reference.name});
          found != given_.end()) {
        return NamedValue{.text = found->second};
      }
      break;
    case Reference::Kind::kMalformed:
      break;
  }
  return Missing(id, reference);
}

absl::StatusOr<std::string> RunValues::UrlFrom(
    TaskId id, const Reference& reference) const {
  const auto found = captured_.find(reference.name);
  if (found == captured_.end()) return Missing(id, reference);
  const CapturedValue& captured = found->second;
  absl::StatusOr<std::string> url = http::ResolveWithinOrigin(
      captured.value.text, captured.answered_by, captured.asked);
  if (url.ok()) return url;
  return absl::InvalidArgumentError(absl::StrCat(
      "the captured URL ", reference.name, " ", url.status().message()));
}

absl::StatusOr<RunValues::Action> RunValues::ActionOf(
    TaskId id, const plan::Task& task) const {
  Action action = task.action;
  auto* const process = std::get_if<plan::ProcessAction>(&action);
  const bool refers = !plan_.references.empty();
  if (process == nullptr && !refers) return action;
  Texts run = RunTexts(id.stage, task);
  if (refers) {
    const absl::Status status = PutInto(id, task, run, &action);
    if (!status.ok()) return status;
  }
  if (process != nullptr) {
    Environment environment = EnvironmentFrom(std::move(run));
    auto& env = process->command.env;
    env.insert(env.begin(), std::make_move_iterator(environment.begin()),
               std::make_move_iterator(environment.end()));
  }
  return action;
}

absl::Status RunValues::PutInto(TaskId id, const plan::Task& task,
                                const Texts& run, Action* action) const {
  const auto value = [&](const Reference& reference) {
    return ValueOfReference(id, run, reference);
  };
  absl::Status status;
  if (auto* process = std::get_if<plan::ProcessAction>(action)) {
    status = Substitute(plan_.references, value, process);
  } else if (auto* request = std::get_if<plan::RequestAction>(action)) {
    status = Substitute(
        plan_.references, value,
        [&](const Reference& reference) { return UrlFrom(id, reference); },
        request);
  }
  return status.ok() ? CheckOperands(id, task, run) : status;
}

const Reference* RunValues::MissingCapture(const plan::Task& task) const {
  for (const Reference* reference :
       plan::ReferencesOf(task, plan_.references)) {
    if (reference->kind == Reference::Kind::kCapture &&
        !captured_.contains(reference->name)) {
      return reference;
    }
  }
  return nullptr;
}

absl::StatusOr<std::string> RunValues::TextOf(
    TaskId id, const Texts& run, const Reference& reference) const {
  absl::StatusOr<NamedValue> value = ValueOfReference(id, run, reference);
  if (!value.ok()) return value.status();
  return std::move(value->text);
}

// What an operand lacks now it will lack when it is asked.
absl::Status RunValues::CheckOperands(TaskId id, const plan::Task& task,
                                      const Texts& run) const {
  for (const auto* conditions :
       {&task.expect, &task.give_up_if, &task.end_window_if}) {
    for (const plan::Condition& condition : *conditions) {
      if (!plan_.references.AreIn(condition.operand.text)) continue;
      const absl::Status status =
          plan_.references
              .Replace(condition.operand.text,
                       [&](const Reference& reference) {
                         return TextOf(id, run, reference);
                       })
              .status();
      if (!status.ok()) return status;
    }
  }
  return absl::OkStatus();
}

std::string RunValues::PathOf(TaskId id, const plan::Task& task,
                              absl::string_view text) const {
  if (!plan_.references.AreIn(text)) return std::string(text);
  const Texts run = RunTexts(id.stage, task);
  return plan_.references
      .Replace(text,
               [&](const Reference& reference) -> absl::StatusOr<std::string> {
                 return TextOf(id, run, reference).value_or("");
               })
      .value_or("");
}

}  // namespace servo::stages
