#include "cmd/extract.h"

#include <fcntl.h>

#include <cerrno>
#include <cstdio>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/captured.h"
#include "base/errno_text.h"
#include "base/masking.h"
#include "base/quote_masking.h"
#include "base/quoted.h"
#include "base/redactor.h"
#include "base/regular_file.h"
#include "base/unique_fd.h"
#include "cmd/saved_samples.h"
#include "config/loader.h"
#include "config/value_texts.h"
#include "exec/runner.h"
#include "http/request.h"
#include "plan/capture.h"
#include "plan/condition.h"
#include "plan/lookup.h"
#include "plan/metric.h"
#include "plan/plan.h"
#include "plan/selection.h"
#include "report/condition_text.h"
#include "report/wording.h"
#include "stages/attempt_files.h"
#include "stages/capturing.h"
#include "stages/conditions.h"
#include "stages/extraction.h"
#include "stages/judge.h"
#include "stages/lookup.h"
#include "stages/substitution.h"
#include "yaml/diagnostics.h"

namespace servo::cmd {
namespace {

// As much as max_output can keep.
constexpr size_t kMaxBytes = size_t{64} << 20;

// Masks what can be read of the secrets; a saved output may come from
// elsewhere.
void LearnSecrets(const plan::Plan& plan, base::Redactor* redactor) {
  yaml::Diagnostics ignored;
  config::ReadSecretTexts(plan.secrets, yaml::Severity::kWarning, redactor,
                          &ignored);
}

absl::Status CannotRead(const std::string& path, absl::string_view why) {
  return absl::NotFoundError(
      absl::StrCat("cannot read ", base::Quoted(path), ": ", why));
}

absl::StatusOr<base::Captured> ReadOutput(const std::string& path) {
  const base::UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return CannotRead(path, base::ErrnoText(errno));
  base::Captured output(kMaxBytes);
  std::vector<char> buffer(1 << 16);
  while (true) {
    const absl::StatusOr<size_t> size =
        base::ReadSome(file.get(), buffer.data(), buffer.size());
    if (!size.ok()) return CannotRead(path, size.status().message());
    if (*size == 0) break;
    output.Append(absl::string_view(buffer.data(), *size));
  }
  if (output.whole()) return output;
  return absl::InvalidArgumentError(
      absl::StrCat(base::Quoted(path), " has more than ", kMaxBytes >> 20,
                   " MiB at its beginning and end"));
}

// The result of an attempt that printed what was saved.
absl::StatusOr<stages::AttemptResult> ResultOf(const plan::Task& task,
                                               const SavedOutput& saved) {
  absl::StatusOr<base::Captured> output = ReadOutput(saved.output_path);
  if (!output.ok()) return output.status();
  if (std::holds_alternative<plan::RequestAction>(task.action)) {
    http::Response response;
    response.body = *std::move(output);
    return response;
  }
  exec::Result result;
  result.out = *std::move(output);
  if (!saved.stderr_path.empty()) {
    absl::StatusOr<base::Captured> err = ReadOutput(saved.stderr_path);
    if (!err.ok()) return err.status();
    result.err = *std::move(err);
  }
  return result;
}

// Whether an output that was saved has the source.
bool IsSaved(const plan::Lookup& lookup) {
  switch (lookup.source) {
    case plan::Source::kStdout:
    case plan::Source::kStderr:
    case plan::Source::kBody:
    case plan::Source::kFile:
      return true;
    default:
      return false;
  }
}

// What a saved output has of a task's metrics.
struct Found {
  stages::Extraction extraction;
  std::vector<SavedSamples> samples;  // of a task that takes samples
};

Found FindMetrics(const plan::Task& task, const plan::References& references,
                  const stages::AttemptResult& result,
                  stages::Sources* sources) {
  if (task.sample) {
    return {.extraction = {},
            .samples = ReadSavedSamples(task, std::get<exec::Result>(result))};
  }
  Found found = {.extraction =
                     stages::ExtractMetrics(task, references, sources)};
  if (task.every.has_value()) {
    found.samples = SamplesOfRound(task, found.extraction);
  }
  return found;
}

const stages::MetricProblem* ProblemOf(const stages::Extraction& extraction,
                                       const plan::Metric& metric) {
  for (const stages::MetricProblem& problem : extraction.problems) {
    if (problem.metric == &metric) return &problem;
  }
  return nullptr;
}

// The line of series that were found in one JSON.
std::string SeriesLine(const stages::MetricSeries& found) {
  size_t points = 0;
  for (const stages::Series& series : found.series) {
    points += series.points.size();
  }
  return absl::StrCat(
      "metric ", base::Quoted(found.metric->name), " has ", found.series.size(),
      " series", points == 0 ? "" : absl::StrCat(" with ", points, " points"),
      "\n");
}

// The line of one metric; `*failed` is set if it must be found and is not.
std::string LineOf(const plan::Task& task, const Found& found,
                   const plan::Metric& metric, bool* failed) {
  const stages::Extraction& extraction = found.extraction;
  const std::string name = absl::StrCat("metric ", base::Quoted(metric.name));
  if (!IsSaved(metric.lookup)) {
    return absl::StrCat(name, ": ", stages::SourceText(metric.lookup),
                        " is known in a run only\n");
  }
  if (const stages::MetricProblem* problem = ProblemOf(extraction, metric)) {
    *failed = *failed || problem->fails;
    return absl::StrCat(name, problem->fails ? " fails: " : " is left out: ",
                        problem->why, "\n");
  }
  if (task.takes_samples()) {
    const auto index = static_cast<size_t>(&metric - task.metrics.data());
    return SavedSamplesLine(task, metric, found.samples[index], failed);
  }
  for (const stages::MetricSeries& series : extraction.series) {
    if (series.metric == &metric) return SeriesLine(series);
  }
  for (const plan::MetricValue& value : extraction.values) {
    if (value.metric == &metric) {
      return absl::StrCat(report::MetricText(value), "\n");
    }
  }
  return "";
}

// The line of one capture; `*failed` is set if it must be found and is not.
// `redactor` learns secrets.
std::string LineOf(const plan::Capture& capture, stages::Sources* sources,
                   base::Redactor* redactor, bool* failed) {
  if (!IsSaved(capture.lookup)) {
    return absl::StrCat("capture ", base::Quoted(capture.name), ": ",
                        stages::SourceText(capture.lookup),
                        " is known in a run only\n");
  }
  const absl::StatusOr<stages::NamedValue> value = stages::FindCapture(
      capture, sources, [redactor](const plan::Capture&, const auto& texts) {
        for (const std::string& text : texts) redactor->Add(text);
      });
  const std::string name = absl::StrCat("capture ", base::Quoted(capture.name));
  if (value.ok()) {
    return absl::StrCat(
        name, " is ",
        capture.secret ? std::string(base::kMask) : base::Quoted(value->text),
        "\n");
  }
  const bool absent = absl::IsNotFound(value.status()) && capture.may_be_absent;
  *failed = *failed || !absent;
  return absl::StrCat(name, absent ? " is left out: " : " fails: ",
                      value.status().message(), "\n");
}

// The line of a condition; `*failed` is set if it must hold and does not.
std::string LineOf(absl::string_view key, const plan::Condition& condition,
                   const plan::References& references, stages::Sources* sources,
                   bool* failed) {
  const bool is_expect = key == "expect";
  const std::string text =
      absl::StrCat(key, ": ", report::ConditionText(condition, !is_expect));
  if (!IsSaved(condition.lookup) || references.AreIn(condition.operand.text)) {
    return absl::StrCat(text, ": known in a run only\n");
  }
  const stages::ConditionResult result = stages::Check(condition, sources);
  *failed = *failed || (is_expect && !result.holds);
  const std::string found = report::FoundText(result);
  return absl::StrCat(text, result.holds ? ": holds" : ": does not hold",
                      found.empty() ? "" : ", ", found, "\n");
}

// The lines of all conditions of a task; `*failed` as above.
std::string ConditionLines(const plan::Task& task,
                           const plan::References& references,
                           stages::Sources* sources, bool* failed) {
  std::string lines;
  const auto add = [&](absl::string_view key,
                       const std::vector<plan::Condition>& conditions) {
    for (const plan::Condition& condition : conditions) {
      absl::StrAppend(&lines,
                      LineOf(key, condition, references, sources, failed));
    }
  };
  add("expect", task.expect);
  add("give_up_if", task.give_up_if);
  add("end_window_if", task.end_window_if);
  return references.AsWritten(lines);
}

int Fail(absl::string_view program, absl::string_view message) {
  std::fputs(absl::StrCat(program, ": ", message, "\n").c_str(), stderr);
  return 1;
}

}  // namespace

int ExtractFromSaved(absl::string_view program, const yaml::FilePlaces& places,
                     const std::string& section, const SavedOutput& saved) {
  const absl::StatusOr<yaml::File> file = yaml::ReadFile(places);
  if (!file.ok()) return Fail(program, file.status().message());
  yaml::Diagnostics diagnostics;
  const absl::StatusOr<plan::Plan> plan =
      config::LoadPlan(file->text, file->path, &diagnostics,
                       /*strict=*/false, section);
  diagnostics.DropNotes();
  std::fputs(diagnostics.Render().c_str(), stderr);
  if (!plan.ok()) return 1;
  const absl::StatusOr<const plan::Task*> task =
      plan::FindTask(*plan, saved.task);
  if (!task.ok()) return Fail(program, task.status().message());
  const absl::StatusOr<stages::AttemptResult> result = ResultOf(**task, saved);
  if (!result.ok()) return Fail(program, result.status().message());

  base::Redactor redactor;
  LearnSecrets(*plan, &redactor);
  const base::QuoteMasking quote_masking(&redactor);
  const stages::AttemptFiles files;
  stages::Sources sources(**task, *result, files);
  const Found found = FindMetrics(**task, plan->references, *result, &sources);
  bool failed = false;
  std::string captured;  // first, since it tells secrets
  for (const plan::Capture& capture : (*task)->captures) {
    captured += LineOf(capture, &sources, &redactor, &failed);
  }
  for (const plan::Metric& metric : (*task)->metrics) {
    const std::string line = LineOf(**task, found, metric, &failed);
    std::fputs(redactor.RedactMessage(line).c_str(), stdout);
  }
  captured = redactor.RedactMessage(plan->references.AsWritten(captured));
  std::fputs(captured.c_str(), stdout);
  const std::string conditions = redactor.RedactMessage(
      ConditionLines(**task, plan->references, &sources, &failed));
  std::fputs(conditions.c_str(), stdout);
  if ((*task)->metrics.empty() && (*task)->captures.empty() &&
      conditions.empty()) {
    std::fputs("no metrics\n", stdout);
  }
  if (std::fflush(stdout) != 0) return Fail(program, "cannot write to stdout");
  return failed ? 1 : 0;
}

}  // namespace servo::cmd
