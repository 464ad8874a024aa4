#include "stages/engine.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "stages/background_tasks.h"
#include "stages/task_execution.h"
#include "stages/verdict.h"

namespace servo::stages {

using plan::Stage;

// The run as a state machine. Every transition is a posted callback of its own
// (Schedule), so that no stack grows with the number of tasks and nothing
// is destroyed inside one of its own callbacks.
class Engine::Impl {
 public:
  Impl(base::Loop* loop, exec::Runner* runner, http::Client* client,
       const plan::Plan* plan, Observer* observer, Options options)
      : loop_(loop),
        runner_(runner),
        client_(client),
        plan_(plan),
        observer_(observer),
        options_(std::move(options)),
        background_(runner, observer) {}

  void Start(absl::Duration window, Done done);
  void Cancel(absl::string_view cause);
  void Hurry(absl::string_view cause);
  int Progress() const;
  std::string Activity() const;

 private:
  enum class Phase { kIdle, kTasks, kWindow, kEnding, kOver };

  void BeginStage(Stage stage);
  void EndStage();
  Stage StageAfterInterruption() const;
  void BeginTask();
  void OnTaskEnd(const Verdict& verdict);
  TaskExecution::Environment EnvironmentFor(const plan::Task& task) const;
  void BeginWindow();
  void EndEverything(absl::Duration grace);
  void Finish(const std::vector<exec::Unkillable>& unkillable);
  void OnCleanupTimeout();
  void KillAll();

  // Runs `step` when the callback at hand is over; replaces a step that has not
  // run yet.
  void Schedule(void (Impl::*step)()) {
    next_ = loop_->Post([this, step] { (this->*step)(); });
  }

  bool interrupted() const { return outcome_.kind != Outcome::Kind::kSuccess; }
  bool cancelled() const { return outcome_.kind == Outcome::Kind::kCancelled; }

  // Whether the stage runs to its end whatever has happened: the cleanup.
  bool StageIsCleanup() const {
    return stage_ == Stage::kPost ||
           (stage_ == Stage::kStop && cancelled() && plan_->stop_on_cancel);
  }

  base::Loop* const loop_;
  exec::Runner* const runner_;
  http::Client* const client_;
  const plan::Plan* const plan_;
  Observer* const observer_;
  const Options options_;

  Phase phase_ = Phase::kIdle;
  Stage stage_ = Stage::kPre;
  size_t task_index_ = 0;
  bool start_begun_ = false;
  bool stop_ended_ = false;
  bool cancel_requested_ = false;
  Outcome outcome_;
  Done done_;

  absl::Duration window_ = absl::ZeroDuration();
  absl::Duration window_start_ = absl::InfiniteDuration();
  int progress_after_window_ = 0;

  BackgroundTasks background_;
  std::unique_ptr<TaskExecution> execution_;
  base::Loop::Registration next_;
  base::Loop::Registration window_timer_;
  base::Loop::Registration cleanup_timer_;
};

void Engine::Impl::Start(absl::Duration window, Done done) {
  window_ = window;
  done_ = std::move(done);
  BeginStage(Stage::kPre);
}

void Engine::Impl::BeginStage(Stage stage) {
  phase_ = Phase::kTasks;
  stage_ = stage;
  task_index_ = 0;
  if (stage == Stage::kStart) start_begun_ = true;
  const size_t count = plan_->tasks(stage).size();
  observer_->OnStage(absl::StrFormat("Stage %s: %d task%s",
                                     plan::StageName(stage), count,
                                     count == 1 ? "" : "s"));
  Schedule(&Impl::BeginTask);
}

void Engine::Impl::BeginTask() {
  execution_.reset();
  const auto& tasks = plan_->tasks(stage_);
  const bool stage_over = interrupted() && !StageIsCleanup();
  if (stage_over || task_index_ == tasks.size()) return EndStage();
  const plan::Task& task = tasks[task_index_++];
  execution_ = std::make_unique<TaskExecution>(
      TaskExecution::Surroundings{loop_, runner_, client_, &background_,
                                  observer_},
      task, EnvironmentFor(task),
      [this](const Verdict& verdict) { OnTaskEnd(verdict); });
  execution_->Start();
}

TaskExecution::Environment Engine::Impl::EnvironmentFor(
    const plan::Task& task) const {
  if (std::holds_alternative<plan::RequestAction>(task.action)) return {};
  TaskExecution::Environment environment = {
      {"SERVO_APP_ID", options_.app_id},
      {"SERVO_EXEC_STAGE", plan::StageName(stage_)},
      {"SERVO_EXEC_TASK", task.name},
  };
  if (stage_ != Stage::kPost) return environment;
  const char* result = cancelled()     ? "cancelled"
                       : interrupted() ? "failed"
                                       : "success";
  environment.emplace_back("SERVO_EXEC_RESULT", result);
  environment.emplace_back("SERVO_EXEC_FAILED_TASK", outcome_.failed_task);
  return environment;
}

void Engine::Impl::OnTaskEnd(const Verdict& verdict) {
  if (phase_ != Phase::kTasks) return;  // killed, and over already
  Schedule(&Impl::BeginTask);
  if (verdict.success) return;
  const plan::Task& task = plan_->tasks(stage_)[task_index_ - 1];
  const std::string failure = absl::StrFormat("%s: %s", plan::StageName(stage_),
                                              FailureText(task, verdict));
  if (interrupted() && !StageIsCleanup()) return;  // it was told to end
  if (task.ignore_exitcode || stage_ == Stage::kPost) {
    observer_->OnWarning(absl::StrCat(failure, " (ignored)"));
  } else if (interrupted()) {
    // `stop` after a cancel: the rest of it is not worth trying.
    observer_->OnWarning(failure);
    Schedule(&Impl::EndStage);
  } else {
    outcome_.kind = Outcome::Kind::kFailed;
    outcome_.message = failure;
    outcome_.failed_task = task.name;
  }
}

void Engine::Impl::EndStage() {
  execution_.reset();
  if (stage_ == Stage::kStop) stop_ended_ = true;
  if (stage_ == Stage::kPost) {
    return EndEverything(exec::Options().kill_timeout);
  }
  if (interrupted()) return BeginStage(StageAfterInterruption());
  switch (stage_) {
    case Stage::kPre:
      return BeginStage(Stage::kStart);
    case Stage::kStart:
      return BeginWindow();
    default:
      return BeginStage(Stage::kPost);
  }
}

Stage Engine::Impl::StageAfterInterruption() const {
  const bool stop_owed = cancelled() && plan_->stop_on_cancel && start_begun_;
  return stop_owed && !stop_ended_ ? Stage::kStop : Stage::kPost;
}

void Engine::Impl::BeginWindow() {
  phase_ = Phase::kWindow;
  window_start_ = loop_->Now();
  window_timer_ = loop_->After(window_, [this] {
    progress_after_window_ = 100;
    BeginStage(Stage::kStop);
  });
  observer_->OnStage(
      absl::StrCat("Measuring for ", absl::FormatDuration(window_)));
}

void Engine::Impl::Cancel(absl::string_view cause) {
  if (phase_ == Phase::kIdle || phase_ == Phase::kOver) return;
  if (std::exchange(cancel_requested_, true)) return;
  observer_->OnDetail(absl::StrCat("Cancelled: ", cause));
  cleanup_timer_ =
      loop_->After(plan_->cleanup_timeout, [this] { OnCleanupTimeout(); });
  if (interrupted()) return;  // the run has failed and is being cleaned up
  progress_after_window_ = Progress();
  outcome_.kind = Outcome::Kind::kCancelled;
  outcome_.message = std::string(cause);
  if (phase_ == Phase::kWindow) {
    window_timer_.Reset();
    BeginStage(StageAfterInterruption());
  } else if (phase_ == Phase::kTasks && !StageIsCleanup() &&
             execution_ != nullptr) {
    execution_->Stop();
  }
}

void Engine::Impl::OnCleanupTimeout() {
  observer_->OnWarning(absl::StrFormat(
      "the cleanup was not over after %s (cleanup_timeout): what still runs is "
      "killed",
      absl::FormatDuration(plan_->cleanup_timeout)));
  KillAll();
}

void Engine::Impl::Hurry(absl::string_view cause) {
  if (phase_ == Phase::kIdle || phase_ == Phase::kOver) return;
  Cancel(cause);
  KillAll();
}

void Engine::Impl::KillAll() {
  phase_ = Phase::kEnding;
  next_.Reset();
  window_timer_.Reset();
  if (execution_ != nullptr) execution_->Kill();
  background_.Kill();
  EndEverything(absl::ZeroDuration());
}

void Engine::Impl::EndEverything(absl::Duration grace) {
  phase_ = Phase::kEnding;
  background_.ExpectEnd();
  runner_->EndAll(grace,
                  [this](const std::vector<exec::Unkillable>& unkillable) {
                    Finish(unkillable);
                  });
}

void Engine::Impl::Finish(const std::vector<exec::Unkillable>& unkillable) {
  phase_ = Phase::kOver;
  cleanup_timer_.Reset();
  if (!unkillable.empty()) {
    const std::string text = UnkillableText(unkillable);
    observer_->OnWarning(text);
    if (interrupted()) absl::StrAppend(&outcome_.message, "; ", text);
  }
  done_(outcome_);
}

int Engine::Impl::Progress() const {
  if (phase_ != Phase::kWindow) return progress_after_window_;
  if (window_ <= absl::ZeroDuration()) return 0;
  const double share =
      absl::FDivDuration(loop_->Now() - window_start_, window_);
  return std::clamp(static_cast<int>(share * 100), 0, 100);
}

std::string Engine::Impl::Activity() const {
  switch (phase_) {
    case Phase::kTasks:
      return execution_ != nullptr
                 ? execution_->Activity()
                 : absl::StrCat("Stage ", plan::StageName(stage_));
    case Phase::kWindow:
      return absl::StrFormat(
          "Measuring: %s of %s",
          absl::FormatDuration(
              absl::Trunc(loop_->Now() - window_start_, absl::Seconds(1))),
          absl::FormatDuration(window_));
    case Phase::kEnding:
      return "Ending what still runs";
    default:
      return "Idle";
  }
}

Engine::Engine(base::Loop* loop, exec::Runner* runner, http::Client* client,
               const plan::Plan* plan, Observer* observer, Options options)
    : impl_(std::make_unique<Impl>(loop, runner, client, plan, observer,
                                   std::move(options))) {}

Engine::~Engine() = default;

void Engine::Start(absl::Duration window, Done done) {
  impl_->Start(window, std::move(done));
}

void Engine::Cancel(absl::string_view cause) { impl_->Cancel(cause); }

void Engine::Hurry(absl::string_view cause) { impl_->Hurry(cause); }

int Engine::Progress() const { return impl_->Progress(); }

std::string Engine::Activity() const { return impl_->Activity(); }

}  // namespace servo::stages
