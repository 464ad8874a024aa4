#include "stages/early_end.h"

#include <variant>

#include "plan/on_exit.h"

namespace servo::stages {

EarlyEnd MeaningOf(const plan::Task& task, const exec::Result& result) {
  const bool success = Succeeded(task, result);
  switch (task.on_exit) {
    case plan::OnExit::kIgnore:
      return EarlyEnd::kIgnored;
    case plan::OnExit::kWarn:
      return EarlyEnd::kTold;
    case plan::OnExit::kFail:
      return EarlyEnd::kFailsRun;
    case plan::OnExit::kFailOnError:
      return success ? EarlyEnd::kIgnored : EarlyEnd::kFailsRun;
    case plan::OnExit::kEndWindow:
      return success || task.ignore_exitcode ? EarlyEnd::kEndsWindow
                                             : EarlyEnd::kFailsRun;
  }
  return EarlyEnd::kTold;  // not an enumerator
}

bool Succeeded(const plan::Task& task, const exec::Result& result) {
  const auto& action = std::get<plan::ProcessAction>(task.action);
  return action.success_exitcodes.Contains(result.code) ||
         DiedOfBeingAsked(action, result);
}

bool DiedOfBeingAsked(const plan::ProcessAction& action,
                      const exec::Result& result) {
  return result.ending == exec::Ending::kStopped &&
         result.code == -action.options.kill_signal;
}

}  // namespace servo::stages
