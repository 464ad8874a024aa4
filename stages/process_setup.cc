#include "stages/process_setup.h"

namespace servo::stages {
namespace {

const char* ResultWord(Outcome::Kind kind) {
  switch (kind) {
    case Outcome::Kind::kSuccess:
      return "success";
    case Outcome::Kind::kFailed:
      return "failed";
    case Outcome::Kind::kCancelled:
      return "cancelled";
  }
  return "";
}

// The name of the task that failed the run; empty if none did.
std::string FailedTask(const Outcome& outcome) {
  if (outcome.failure.has_value()) return outcome.failure->task->name;
  if (outcome.background_failure.has_value()) {
    return outcome.background_failure->task->name;
  }
  return "";
}

}  // namespace

Environment TaskEnvironment(absl::string_view app_id, plan::Stage stage,
                            const plan::Task& task, const Outcome& so_far) {
  Environment environment = {
      {"SERVO_APP_ID", std::string(app_id)},
      {"SERVO_EXEC_STAGE", plan::StageName(stage)},
      {"SERVO_EXEC_TASK", task.name},
  };
  if (stage != plan::Stage::kPost) return environment;
  environment.emplace_back("SERVO_EXEC_RESULT", ResultWord(so_far.kind));
  environment.emplace_back("SERVO_EXEC_FAILED_TASK", FailedTask(so_far));
  return environment;
}

exec::Command CommandOf(const plan::ProcessAction& action,
                        const Environment& environment) {
  exec::Command command = action.command;
  command.env.insert(command.env.begin(), environment.begin(),
                     environment.end());
  return command;
}

exec::Options OptionsOf(const plan::Task& task,
                        const plan::ProcessAction& action) {
  exec::Options options = action.options;
  options.timeout = task.timeout;
  return options;
}

}  // namespace servo::stages
