#include "stages/attempt_judge.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "http/request.h"
#include "http/saved_body.h"
#include "plan/condition.h"
#include "plan/lookup.h"
#include "plan/metric.h"
#include "plan/quantity.h"
#include "plan/reference.h"
#include "plan/regex_with_values.h"
#include "stages/conditions.h"

namespace servo::stages {
namespace {

using plan::Comparison;
using plan::Condition;

// Asks the conditions of one attempt.
class Judging {
 public:
  Judging(TaskId id, const plan::Task& task, const RunValues& values,
          Sources* sources)
      : id_(id), task_(task), values_(values), sources_(sources) {}

  // The first of `conditions` that holds, or does not; none if there is none.
  std::optional<ConditionResult> First(const std::vector<Condition>& conditions,
                                       bool holds) {
    for (const Condition& condition : conditions) {
      ConditionResult result = Ask(condition);
      if (result.holds == holds) return result;
    }
    return std::nullopt;
  }

 private:
  ConditionResult Ask(const Condition& condition) {
    const plan::References& references = values_.references();
    if (references.empty()) return Check(condition, sources_);
    ConditionResult result = {.condition = condition};
    absl::StatusOr<Condition> resolved = Resolve(condition);
    if (resolved.ok()) {
      result = Check(*resolved, sources_);
    } else {
      result.why = std::string(resolved.status().message());
    }
    plan::Operand& operand = result.condition.operand;
    operand.text = references.AsWritten(operand.text);
    std::string& argument = result.condition.lookup.argument;
    argument = references.AsWritten(argument);
    result.why = references.AsWritten(result.why);
    return result;
  }

  // `condition` with values in place of references.
  absl::StatusOr<Condition> Resolve(Condition condition) {
    plan::Operand& operand = condition.operand;
    const plan::References& references = values_.references();
    if (!references.AreIn(operand.text)) return condition;
    if (!run_.has_value()) run_ = values_.RunTexts(id_.stage, task_);
    const auto value = [this](const plan::Reference& reference) {
      return values_.TextOf(id_, *run_, reference);
    };
    absl::StatusOr<std::string> text = references.Replace(operand.text, value);
    if (!text.ok()) return text.status();
    if (condition.comparison == Comparison::kMatches) {
      absl::StatusOr<plan::Lookup::Regex> regex =
          plan::CompileRegexWithValues(operand.text, references, value);
      if (!regex.ok()) return regex.status();
      condition.regex = *std::move(regex);
    }
    operand.text = *std::move(text);
    if (condition.comparison == Comparison::kAtLeast ||
        condition.comparison == Comparison::kAtMost) {
      const absl::StatusOr<plan::Number> limit =
          plan::ParseNumber(operand.text);
      if (!limit.ok()) {
        return absl::InvalidArgumentError("the limit is no number");
      }
      operand.value = *limit;
    }
    return condition;
  }

  const TaskId id_;
  const plan::Task& task_;
  const RunValues& values_;
  Sources* const sources_;
  std::optional<RunValues::Texts> run_;  // once a condition refers to something
};

}  // namespace

JudgedAttempt JudgeAttempt(TaskId id, const plan::Task& task,
                           const AttemptResult& result,
                           std::vector<CaptureProblem> capture_problems,
                           const RunValues& values, Sources* sources,
                           absl::Time now) {
  JudgedAttempt judged = {.judgement = Judge(task, result, now),
                          .capture_problems = std::move(capture_problems)};
  if (std::holds_alternative<absl::Status>(result)) return judged;
  judged.extraction = ExtractMetrics(task, values.references(), sources);
  Judging judging(id, task, values, sources);
  Cause& cause = judged.judgement.cause;
  if (cause == Cause::kNone) {
    judged.verdict.unmet = judging.First(task.expect, /*holds=*/false);
    if (judged.verdict.unmet.has_value()) {
      cause = Cause::kExpect;
    } else if (!judged.capture_problems.empty()) {
      cause = Cause::kCapture;
    } else if (judged.extraction.failed()) {
      cause = Cause::kMetric;
    }
  }
  const bool is_round = task.every.has_value();
  if (cause != Cause::kNone || is_round) {
    judged.verdict.gives_up = judging.First(task.give_up_if, /*holds=*/true);
  }
  if (!is_round) return judged;
  if (cause == Cause::kNone && judged.verdict.gives_up.has_value()) {
    cause = Cause::kGivenUp;
  }
  judged.verdict.ends_window =
      judging.First(task.end_window_if, /*holds=*/true);
  return judged;
}

void SettleBody(AttemptResult* result, JudgedAttempt* judged) {
  auto* response = std::get_if<http::Response>(result);
  if (response == nullptr || response->saved == nullptr) return;
  // Not kept with the result, which lives on.
  const std::shared_ptr<http::SavedBody> body = std::move(response->saved);
  Cause& cause = judged->judgement.cause;
  if (cause != Cause::kNone) return;
  judged->saved = body->Commit();
  if (!judged->saved.ok()) cause = Cause::kNotSaved;
}

}  // namespace servo::stages
