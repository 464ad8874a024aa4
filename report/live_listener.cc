#include "report/live_listener.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/ascii.h"
#include "base/redactor.h"
#include "exec/output_tap.h"
#include "stages/early_end.h"

namespace servo::report {

using State = LiveTask::State;

namespace {

// Knows the secrets that what is shown of `task` must not have; may be null.
const base::Redactor* RedactorOf(const plan::Task& task) {
  if (const auto* process = std::get_if<plan::ProcessAction>(&task.action)) {
    return process->options.redactor;
  }
  const auto* request = std::get_if<plan::RequestAction>(&task.action);
  return request == nullptr ? nullptr : request->request.redactor;
}

std::string NameWithoutSecrets(const plan::Task& task) {
  const base::Redactor* redactor = RedactorOf(task);
  return redactor == nullptr ? task.name : redactor->Redact(task.name);
}

std::string WithoutSecrets(const plan::Task& task, const LastLine& line) {
  const base::Redactor* redactor = RedactorOf(task);
  if (redactor == nullptr) return line.text();
  return redactor->Redact(line.text(),
                          {.before = line.is_cut(), .behind = line.is_open()});
}

// Those of `tasks` that have not begun never will.
void SkipWaiting(std::vector<LiveTask>* tasks) {
  for (LiveTask& task : *tasks) {
    if (task.state == State::kWaiting) task.state = State::kSkipped;
  }
}

}  // namespace

void LastLine::Add(absl::string_view bytes) {
  while (!bytes.empty()) {
    const size_t end = bytes.find('\n');
    const bool whole = end != absl::string_view::npos;
    const absl::string_view part = bytes.substr(0, end);
    open_.append(part.substr(part.size() - std::min(part.size(), kMaxBytes)));
    if (open_.size() > kMaxBytes) open_.erase(0, open_.size() - kMaxBytes);
    if (!whole) return;
    if (!absl::StripAsciiWhitespace(open_).empty()) whole_ = open_;
    open_.clear();
    bytes.remove_prefix(end + 1);
  }
}

void LiveListener::SetPlan(const plan::Plan& plan) {
  for (const plan::Stage stage : plan::kStages) {
    for (const plan::Task& task : plan.tasks(stage)) {
      LiveTask live;
      live.name = NameWithoutSecrets(task);
      live.attempts = task.retry.unlimited ? 0 : task.retry.retries + 1;
      live.rounds = task.every.has_value();
      state_.tasks[static_cast<size_t>(stage)].push_back(std::move(live));
    }
  }
}

LiveTask& LiveListener::TaskAt(stages::TaskId id) {
  return state_.tasks[static_cast<size_t>(id.stage)].at(id.index);
}

// They live up to the window's end, or to where it would be.
void LiveListener::EndSamplers(absl::Duration at) {
  for (std::vector<LiveTask>& tasks : state_.tasks) {
    for (LiveTask& task : tasks) {
      if (!task.rounds || task.state != State::kUp) continue;
      task.state = State::kDone;
      task.end = at;
    }
  }
}

void LiveListener::OnStageBegin(const stages::StageBegin& event) {
  if (event.stage >= plan::Stage::kStop) EndSamplers(event.at);
  for (size_t stage = 0; stage < static_cast<size_t>(event.stage); ++stage) {
    SkipWaiting(&state_.tasks[stage]);
  }
}

void LiveListener::OnWindowBegin(const stages::WindowBegin& event) {
  state_.window = LiveState::Window{
      .begin = event.at, .length = event.length, .lead = event.lead};
}

void LiveListener::OnWindowEnd(const stages::WindowEnd& event) {
  if (state_.window.has_value()) state_.window->end = event.at;
  EndSamplers(event.at);
}

void LiveListener::OnAttemptBegin(const stages::AttemptBegin& event) {
  LiveTask& task = TaskAt(event.id);
  if (task.attempt == 0) task.begin = event.at;
  task.attempt = event.attempt;
  if (task.state == State::kFailed) return;  // a sampler that fails the run
  task.state = task.rounds ? State::kUp : State::kRunning;
}

void LiveListener::OnAttemptEnd(const stages::AttemptEnd& event) {
  LiveTask& task = TaskAt(event.id);
  task.end = event.end;
  if (task.rounds && event.verdict.gives_up.has_value()) {
    task.state = State::kFailed;
  }
}

void LiveListener::OnRetryWait(const stages::RetryWait& event) {
  TaskAt(event.id).state = State::kRetrying;
}

void LiveListener::OnTaskEnd(const stages::TaskEnd& event) {
  using Effect = stages::TaskEnd::Effect;
  LiveTask& task = TaskAt(event.id);
  task.end = event.at;
  switch (event.effect) {
    case Effect::kNone:
      // It goes on in the background, and its end may have been heard of.
      if (event.task->background || task.rounds) return;
      task.state = State::kDone;
      return;
    case Effect::kFailsRun:
    case Effect::kEndsStage:
      task.state = State::kFailed;
      return;
    case Effect::kIgnored:
      task.state = State::kIgnored;
      return;
    case Effect::kInterrupted:
      task.state = State::kInterrupted;
      return;
  }
}

void LiveListener::OnTaskSkipped(const stages::TaskSkipped& event) {
  TaskAt(event.id).state = State::kSkipped;
}

void LiveListener::OnBackgroundReady(const stages::BackgroundReady& event) {
  TaskAt(event.id).state = State::kUp;
}

void LiveListener::OnBackgroundOutput(const stages::BackgroundOutput& event) {
  Outputs& outputs = outputs_[{event.id.stage, event.id.index}];
  LastLine& last = outputs[event.stream == exec::Stream::kStdout ? 0 : 1];
  last.Add(event.bytes);
  TaskAt(event.id).last_line = WithoutSecrets(*event.task, last);
}

void LiveListener::OnBackgroundEnd(const stages::BackgroundEnd& event) {
  LiveTask& task = TaskAt(event.id);
  task.end = event.at;
  if (event.early) {
    task.state = event.meaning == stages::EarlyEnd::kFailsRun ? State::kFailed
                                                              : State::kEnded;
  } else {
    task.state =
        event.cause == stages::Cause::kNone ? State::kDone : State::kFailed;
  }
}

// Nothing runs any more.
void LiveListener::OnRunEnd(const stages::RunEnd& event) {
  for (std::vector<LiveTask>& tasks : state_.tasks) {
    SkipWaiting(&tasks);
    for (LiveTask& task : tasks) {
      if (!task.runs()) continue;
      task.end = event.at;
      task.state =
          task.state == State::kUp ? State::kDone : State::kInterrupted;
    }
  }
}

}  // namespace servo::report
