#include "stages/judge.h"

#include "http/retry_after.h"

namespace servo::stages {
namespace {

Cause CauseOfNoAnswer(const absl::Status& status) {
  if (absl::IsDeadlineExceeded(status)) return Cause::kTimedOut;
  if (absl::IsCancelled(status)) return Cause::kDropped;
  return Cause::kNoAnswer;
}

Cause CauseOfEnd(const plan::ProcessAction& action,
                 const exec::Result& result) {
  switch (result.ending) {
    case exec::Ending::kTimedOut:
      return Cause::kTimedOut;
    case exec::Ending::kStopped:
      return Cause::kStopped;
    case exec::Ending::kSignaled:
      return Cause::kSignal;
    case exec::Ending::kExited:
      break;
  }
  return action.success_exitcodes.Contains(result.code) ? Cause::kNone
                                                        : Cause::kExitCode;
}

Judgement JudgeAnswer(const plan::RequestAction& action,
                      const http::Response& response, absl::Time now) {
  if (action.success_codes.Contains(response.status)) return {};
  return {.cause = Cause::kStatus,
          .retry_after = http::RetryAfter(response.headers, now)};
}

}  // namespace

Judgement Judge(const plan::Task& task, const AttemptResult& result,
                absl::Time now) {
  if (const auto* process = std::get_if<exec::Result>(&result)) {
    return {.cause = CauseOfEnd(std::get<plan::ProcessAction>(task.action),
                                *process)};
  }
  if (const auto* response = std::get_if<http::Response>(&result)) {
    return JudgeAnswer(std::get<plan::RequestAction>(task.action), *response,
                       now);
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
