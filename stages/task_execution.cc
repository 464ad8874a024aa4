#include "stages/task_execution.h"

#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "stages/retry_delay.h"

namespace servo::stages {

TaskExecution::TaskExecution(const Surroundings& surroundings,
                             const plan::Task& task, Environment environment,
                             Done done)
    : surroundings_(surroundings),
      task_(task),
      environment_(std::move(environment)),
      done_(std::move(done)) {}

void TaskExecution::Start() { BeginAttempt(); }

void TaskExecution::BeginAttempt() {
  ++attempt_;
  surroundings_.observer->OnDetail(
      absl::StrCat(task_.location, ": attempt ", attempt_, " of ",
                   task_.retry.retries + 1, " of task ", task_.name));
  if (const auto* request = std::get_if<plan::RequestAction>(&task_.action)) {
    StartRequest(*request);
    return;
  }
  const auto& process = std::get<plan::ProcessAction>(task_.action);
  if (task_.background) {
    StartInBackground(process);
  } else {
    StartProcess(process);
  }
}

exec::Command TaskExecution::CommandFor(
    const plan::ProcessAction& action) const {
  exec::Command command = action.command;
  command.env.insert(command.env.begin(), environment_.begin(),
                     environment_.end());
  return command;
}

exec::Options TaskExecution::OptionsFor(
    const plan::ProcessAction& action) const {
  exec::Options options = action.options;
  options.timeout = task_.timeout;
  return options;
}

void TaskExecution::StartProcess(const plan::ProcessAction& action) {
  auto process =
      surroundings_.runner->Start(CommandFor(action), OptionsFor(action),
                                  [this, &action](const exec::Result& result) {
                                    process_.reset();
                                    EndAttempt(JudgeProcess(action, result));
                                  });
  if (!process.ok()) return EndAttempt(CouldNotStart(process.status()));
  process_ = *std::move(process);
}

void TaskExecution::StartInBackground(const plan::ProcessAction& action) {
  const absl::Status started = surroundings_.background->Start(
      task_, CommandFor(action), OptionsFor(action));
  if (!started.ok()) return EndAttempt(CouldNotStart(started));
  Verdict verdict;
  verdict.success = true;
  Finish(verdict);
}

void TaskExecution::StartRequest(const plan::RequestAction& action) {
  http::Request request = action.request;
  request.timeout = task_.timeout;
  auto transfer = surroundings_.client->Start(
      request, [this, &action](const absl::StatusOr<http::Response>& response) {
        transfer_.reset();
        EndAttempt(JudgeRequest(action, response, absl::Now()));
      });
  if (!transfer.ok()) return EndAttempt(CouldNotStart(transfer.status()));
  transfer_ = *std::move(transfer);
}

void TaskExecution::EndAttempt(Verdict verdict) {
  surroundings_.observer->OnDetail(
      verdict.success ? absl::StrCat("Task ", task_.name, " succeeded")
                      : FailureText(task_, verdict));
  if (task_.notify) {
    surroundings_.observer->OnMessage(NotificationText(task_, verdict));
  }
  if (verdict.success || stopping_ || attempt_ > task_.retry.retries) {
    return Finish(verdict);
  }
  const absl::Duration delay =
      RetryDelay(task_.retry, attempt_, verdict.retry_after);
  last_verdict_ = std::move(verdict);
  retry_timer_ = surroundings_.loop->After(delay, [this] { BeginAttempt(); });
}

void TaskExecution::Finish(const Verdict& verdict) {
  if (std::exchange(finished_, true)) return;
  done_(verdict);
}

bool TaskExecution::Interrupt() {
  stopping_ = true;
  if (process_ != nullptr) return true;
  if (transfer_ != nullptr) {
    transfer_.reset();
    last_verdict_.why = "the request was cancelled";
  }
  retry_timer_.Reset();
  Finish(last_verdict_);
  return false;
}

void TaskExecution::Stop() {
  if (Interrupt()) process_->Stop();
}

void TaskExecution::Kill() {
  if (Interrupt()) process_->Kill();
}

std::string TaskExecution::Activity() const {
  if (retry_timer_.active()) {
    return absl::StrCat("Waiting to retry task ", task_.name);
  }
  return absl::StrCat("Executing task ", task_.name);
}

}  // namespace servo::stages
