#include "stages/background_tasks.h"

#include <algorithm>
#include <csignal>
#include <memory>
#include <utility>
#include <variant>

#include "plan/on_exit.h"
#include "stages/early_end.h"
#include "stages/extraction.h"
#include "stages/judge.h"
#include "stages/lookup.h"

namespace servo::stages {
namespace {

const exec::Options& OptionsOf(const plan::Task& task) {
  return std::get<plan::ProcessAction>(task.action).options;
}

// Why a background task that has ended fails the run. Being told to end excuses
// any code but one that the task says counts.
Cause CauseOf(const plan::Task& task, const AttemptResult& result,
              const Extraction& extraction) {
  if (task.metrics.empty() || task.ignore_exitcode) return Cause::kNone;
  const auto& action = std::get<plan::ProcessAction>(task.action);
  const auto& process = std::get<exec::Result>(result);
  const bool killed =
      process.ending == exec::Ending::kStopped && process.code == -SIGKILL;
  const bool obeyed = killed || DiedOfBeingAsked(action, process);
  if (action.exitcode_counts && !obeyed &&
      !action.success_exitcodes.Contains(process.code)) {
    return process.code < 0 ? Cause::kSignal : Cause::kExitCode;
  }
  return extraction.failed() ? Cause::kMetric : Cause::kNone;
}

}  // namespace

absl::Status BackgroundTasks::Start(TaskId id, const plan::Task& task,
                                    const plan::ProcessAction& action) {
  return StartUnready(id, task, action, nullptr, nullptr).status();
}

absl::StatusOr<BackgroundTasks::Key> BackgroundTasks::StartUnready(
    TaskId id, const plan::Task& task, const plan::ProcessAction& action,
    exec::OutputTap* tap, Over over) {
  const Key key = next_key_++;
  AttemptFiles files(task, [&](absl::string_view path) {
    return values_.PathOf(id, task, path);
  });
  exec::Options options = OptionsOf(task, action);
  std::unique_ptr<SampleReader> reader;
  auto taps = std::make_unique<OutputTaps>();
  if (task.sample) {
    reader =
        std::make_unique<SampleReader>(id, task, services_.loop, listener_);
    taps->Add(reader.get());
  }
  std::unique_ptr<OutputTeller> teller;
  if (listener_->wants_output()) {
    teller = std::make_unique<OutputTeller>(id, task, listener_);
    taps->Add(teller.get());
  }
  if (tap != nullptr) taps->Add(tap);
  if (!taps->empty()) options.tap = taps.get();
  auto process = services_.runner->Start(
      action.command, options, [this, key, id, &task](exec::Result result) {
        OnEnd(key, id, task, std::move(result));
      });
  if (!process.ok()) return process.status();
  running_.emplace(key, Running{.id = id,
                                .task = &task,
                                .files = std::move(files),
                                .reader = std::move(reader),
                                .teller = std::move(teller),
                                .taps = std::move(taps),
                                .process = *std::move(process),
                                .start_tap = tap,
                                .over = std::move(over)});
  return key;
}

void BackgroundTasks::SetReady(Key key) {
  Running& running = running_.at(key);
  running.over = nullptr;
  running.taps->Remove(std::exchange(running.start_tap, nullptr));
}

void BackgroundTasks::Stop(Key key) { running_.at(key).process->Stop(); }

void BackgroundTasks::Kill(Key key) { running_.at(key).process->Kill(); }

BackgroundTasks::Running* BackgroundTasks::Find(TaskId id) {
  for (auto& [key, running] : running_) {
    if (running.id == id) return &running;
  }
  return nullptr;
}

const BackgroundEnd* BackgroundTasks::EndOf(TaskId id) const {
  for (const BackgroundEnd& end : awaited_ends_) {
    if (end.id == id) return &end;
  }
  return nullptr;
}

bool BackgroundTasks::Await(TaskId id, OnAwaitedEnd callback) {
  if (Find(id) == nullptr) return false;
  waiter_ = Waiter{.id = id, .callback = std::move(callback)};
  return true;
}

void BackgroundTasks::StopAwaited(TaskId id) {
  Running* const running = Find(id);
  if (running == nullptr) return;
  running->told_to_end = true;
  running->process->Stop();
}

bool BackgroundTasks::End(plan::EndAfter last, Done done) {
  for (auto& [key, running] : running_) {
    if (running.task->end_after > last) continue;
    running.told_to_end = true;
    running.process->Stop();
  }
  if (!AnyEnding()) return false;
  ended_ = std::move(done);
  return true;
}

bool BackgroundTasks::AnyEnding() const {
  return std::any_of(running_.begin(), running_.end(), [](const auto& entry) {
    return entry.second.told_to_end;
  });
}

void BackgroundTasks::Kill(plan::EndAfter last) {
  for (auto& [key, running] : running_) {
    if (running.task->end_after > last) continue;
    running.told_to_end = true;
    running.killed = true;
    running.process->Kill();
  }
}

void BackgroundTasks::OnEnd(Key key, TaskId id, const plan::Task& task,
                            exec::Result result) {
  Running running = std::move(running_.extract(key).mapped());
  if (running.over != nullptr) {
    running.over(std::move(result));
    return TellIfAllEnded();
  }
  // Who waits for an end expects it, unless it is to end the window.
  const bool waited_for = task.awaited && Succeeded(task, result) &&
                          task.on_exit != plan::OnExit::kEndWindow;
  const bool early = result.ending != exec::Ending::kStopped &&
                     !end_expected_ && !running.told_to_end && !waited_for;
  const EarlyEnd meaning = early ? MeaningOf(task, result) : EarlyEnd::kIgnored;
  const bool killed = result.ending == exec::Ending::kStopped &&
                      result.code == -SIGKILL && !running.killed;
  AttemptResult attempt_result = std::move(result);
  Extraction extraction;
  if (running.reader != nullptr) {
    running.reader->Finish();
  } else if (!task.metrics.empty()) {
    Sources sources(task, attempt_result, running.files);
    extraction = ExtractMetrics(task, values_.references(), &sources);
  }
  const Cause cause = CauseOf(task, attempt_result, extraction);
  BackgroundEnd end = {
      .id = id,
      .task = &task,
      .result = std::get<exec::Result>(std::move(attempt_result)),
      .early = early,
      .at = services_.loop->Now(),
      .overstayed = killed && OptionsOf(task).kill_signal != SIGKILL,
      .extraction = std::move(extraction),
      .cause = cause,
      .meaning = meaning};
  listener_->OnBackgroundEnd(end);
  if (early && on_early_end_) on_early_end_(end);
  if (task.awaited) {
    awaited_ends_.push_back(std::move(end));
    if (waiter_.has_value() && waiter_->id == id) {
      std::exchange(waiter_, std::nullopt)->callback(awaited_ends_.back());
    }
  }
  TellIfAllEnded();
}

void BackgroundTasks::TellIfAllEnded() {
  if (ended_ && !AnyEnding()) std::exchange(ended_, nullptr)();
}

}  // namespace servo::stages
