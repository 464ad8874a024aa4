// What a run knows by name: facts about itself, and what its tasks capture
// (language.md section 4).
#ifndef STAGES_RUN_VALUES_H_
#define STAGES_RUN_VALUES_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "plan/capture.h"
#include "plan/plan.h"
#include "plan/reference.h"
#include "stages/process_setup.h"
#include "stages/run_listener.h"
#include "stages/substitution.h"

namespace servo::stages {

// How the run has gone, for `post`.
struct RunResult {
  std::string result;  // "success", "failed", "cancelled"

  // All empty on success.
  std::string reason;
  std::string failed_task;
  std::string failure;  // the answer's message
};

// What a task has captured.
struct CapturedValue {
  NamedValue value;

  // Of a request: the URL that answered, and the one that was asked.
  std::string answered_by = "";
  std::string asked = "";
};

// Engine::Options::on_secret.
using OnSecret = std::function<void(const plan::Capture&,
                                    absl::Span<const std::string> texts)>;

// Holds the values of one run and puts them into what tasks do. A value.
class RunValues {
 public:
  struct Facts {
    std::string app_id;
    std::string run_id;
    absl::Duration delay = absl::ZeroDuration();
    absl::Duration warmup = absl::ZeroDuration();
    absl::Duration window = absl::ZeroDuration();  // delay and warm-up included
  };

  RunValues(const plan::Plan* plan ABSL_ATTRIBUTE_LIFETIME_BOUND, Facts facts)
      : plan_(*plan), facts_(std::move(facts)) {}

  void set_window(absl::Duration window) { facts_.window = window; }

  // What is measured begins at `start` and is planned to end at `end`; and its
  // real end, by the wall clock.
  void BeginWindow(absl::Time start, absl::Time end);
  void EndWindow(absl::Time end);

  void SetResult(RunResult result) { result_ = std::move(result); }

  // Of names that are captured again the last value counts.
  void Capture(const std::string& name, CapturedValue value) {
    captured_[name] = std::move(value);
  }

  void set_on_secret(OnSecret on_secret) { on_secret_ = std::move(on_secret); }
  const OnSecret& on_secret() const { return on_secret_; }

  // Sets `secrets.NAME` or `values.NAME`.
  void Set(plan::Reference::Kind kind, const std::string& name,
           std::string text) {
    given_[{kind, name}] = std::move(text);
  }

  // All of `run.NAME` that is known to a task of `stage` now, in the order of
  // plan::kRunNames.
  using Texts = std::vector<std::pair<absl::string_view, std::string>>;
  Texts RunTexts(plan::Stage stage, const plan::Task& task) const;

  // The same as environment variables.
  Environment EnvironmentOf(plan::Stage stage, const plan::Task& task) const;

  // What the attempt of `task` that begins now does: its action with the
  // environment and all values put in. kFailedPrecondition names a value that
  // is missing, and the task that should have captured it; kInvalidArgument
  // says what a value may not be.
  using Action = decltype(plan::Task::action);
  absl::StatusOr<Action> ActionOf(TaskId id, const plan::Task& task) const;

  // The capture that `task` refers to and that has no value; null if there is
  // none.
  const plan::Reference* MissingCapture(const plan::Task& task) const;

  // The task before `id` that captures `name` last; none if there is none.
  std::optional<TaskId> CapturingTask(TaskId id, absl::string_view name) const;

  // The value of `reference`, in an operand of a condition of the task `id`, as
  // text; or that it is missing. `run` is what is known to the task.
  absl::StatusOr<std::string> TextOf(TaskId id, const Texts& run,
                                     const plan::Reference& reference) const;

  // `text`, a path of a look-up, with its values; nothing in place of those
  // that are missing.
  std::string PathOf(TaskId id, const plan::Task& task,
                     absl::string_view text) const;

  const plan::References& references() const { return plan_.references; }

 private:
  absl::StatusOr<NamedValue> ValueOfReference(
      TaskId id, const Texts& run, const plan::Reference& reference) const;
  absl::StatusOr<std::string> UrlFrom(TaskId id,
                                      const plan::Reference& reference) const;
  absl::Status PutInto(TaskId id, const plan::Task& task, const Texts& run,
                       Action* action) const;
  absl::Status CheckOperands(TaskId id, const plan::Task& task,
                             const Texts& run) const;
  Environment EnvironmentFrom(Texts run) const;
  absl::Status Missing(TaskId id, const plan::Reference& reference) const;

  const plan::Plan& plan_;
  Facts facts_;
  std::optional<absl::Time> window_start_;
  absl::Time window_end_;
  RunResult result_;
  OnSecret on_secret_;
  std::map<std::string, CapturedValue, std::less<>> captured_;
  std::map<std::pair<plan::Reference::Kind, std::string>, std::string> given_;
};

}  // namespace servo::stages

#endif  // STAGES_RUN_VALUES_H_
