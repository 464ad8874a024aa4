#include "stages/judge.h"

#include "http/retry_after.h"

namespace servo::stages {
namespace {

Cause CauseOfNoAnswer(const absl::Status& status) {
  if (absl::IsDeadlineExceeded(status)) return Cause::kTimedOut;
  if (absl::IsCancelled(status)) return Cause::kDropped;
  return Cause::kNoAnswer;
}

Cause CauseOfEnd(const plan::Task& task, const exec::Result& result) {
  const auto& action = std::get<plan::ProcessAction>(task.action);
  switch (result.ending) {
    case exec::Ending::kTimedOut:
      return Cause::kTimedOut;
    case exec::Ending::kStopped:
      return Cause::kStopped;
    case exec::Ending::kSignaled:
      return task.expects_code ? Cause::kNone : Cause::kSignal;
    case exec::Ending::kExited:
      break;
  }
  if (task.expects_code) return Cause::kNone;
  return action.success_exitcodes.Contains(result.code) ? Cause::kNone
                                                        : Cause::kExitCode;
}

Judgement JudgeAnswer(const plan::Task& task, const http::Response& response,
                      absl::Time now) {
  const auto& action = std::get<plan::RequestAction>(task.action);
  const bool success =
      task.expects_code || action.success_codes.Contains(response.status);
  return {.cause = success ? Cause::kNone : Cause::kStatus,
          .retry_after = http::RetryAfter(response.headers, now)};
}

}  // namespace

Judgement Judge(const plan::Task& task, const AttemptResult& result,
                absl::Time now) {
  if (const auto* process = std::get_if<exec::Result>(&result)) {
    return {.cause = CauseOfEnd(task, *process)};
  }
  if (const auto* response = std::get_if<http::Response>(&result)) {
    return JudgeAnswer(task, *response, now);
  }
  return {.cause = CauseOfNoAnswer(std::get<absl::Status>(result))};
}

std::optional<int> ResultCode(const AttemptResult& result) {
  if (const auto* process = std::get_if<exec::Result>(&result)) {
    return process->code;
  }
  if (const auto* response = std::get_if<http::Response>(&result)) {
    return response->status;
  }
  return std::nullopt;
}

}  // namespace servo::stages
