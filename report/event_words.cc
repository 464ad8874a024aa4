#include "report/event_words.h"

#include <cstddef>
#include <variant>

namespace servo::report {

absl::string_view CauseWord(stages::Cause cause) {
  using stages::Cause;
  switch (cause) {
    case Cause::kNone:
      return "";
    case Cause::kNotStarted:
      return "not_started";
    case Cause::kTimedOut:
      return "timeout";
    case Cause::kExitCode:
      return "exit_code";
    case Cause::kSignal:
      return "signal";
    case Cause::kStopped:
      return "stopped";
    case Cause::kNoAnswer:
      return "no_answer";
    case Cause::kStatus:
      return "status";
    case Cause::kDropped:
      return "dropped";
    case Cause::kExpect:
      return "expect";
    case Cause::kMetric:
      return "metric";
    case Cause::kCapture:
      return "capture";
    case Cause::kNotSaved:
      return "not_saved";
    case Cause::kNoValue:
      return "no_value";
    case Cause::kGivenUp:
      return "given_up";
    case Cause::kAlreadyReady:
      return "already_ready";
    case Cause::kEndedUnready:
      return "ended_unready";
    case Cause::kNotReady:
      return "not_ready";
  }
  return "";  // not an enumerator
}

absl::string_view EffectWord(stages::TaskEnd::Effect effect) {
  constexpr absl::string_view kWords[] = {"", "fails_run", "ends_stage",
                                          "ignored", "interrupted"};
  return kWords[static_cast<size_t>(effect)];
}

absl::string_view MeaningWord(stages::EarlyEnd meaning) {
  constexpr absl::string_view kWords[] = {"ignored", "told", "fails_run",
                                          "ends_window"};
  return kWords[static_cast<size_t>(meaning)];
}

absl::string_view EndingWord(exec::Ending ending) {
  constexpr absl::string_view kWords[] = {"exited", "signaled", "timed_out",
                                          "stopped"};
  return kWords[static_cast<size_t>(ending)];
}

absl::string_view ModeWord(const plan::Task& task) {
  if (std::holds_alternative<plan::RequestAction>(task.action)) {
    return "request";
  }
  if (std::holds_alternative<plan::AwaitAction>(task.action)) return "await";
  return std::get<plan::ProcessAction>(task.action).shell ? "shell_exec"
                                                          : "exec";
}

}  // namespace servo::report
