#include "cmd/inspection.h"

#include <unistd.h>

#include <cstdio>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/redactor.h"
#include "cmd/diagnostics_json.h"
#include "config/loader.h"
#include "config/plan_summary.h"
#include "config/schema.h"
#include "config/value_texts.h"
#include "nlohmann/json.hpp"
#include "plan/plan.h"
#include "yaml/diagnostics.h"

namespace servo::cmd {
namespace {

using nlohmann::ordered_json;

int Print(absl::string_view text) {
  const bool written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
      std::fflush(stdout) == 0;
  if (written) return 0;
  std::perror("measure: cannot write to stdout");
  return 1;
}

void PrintError(absl::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
}

// One file, looked at.
struct Inspected {
  std::string name;  // as messages call it
  std::string text;
  yaml::Diagnostics diagnostics = yaml::Diagnostics();
  std::optional<plan::Plan> plan;  // none: it has errors
};

// A problem of the file as a whole.
void AddProblem(yaml::Severity severity, absl::string_view message,
                Inspected* inspected) {
  inspected->diagnostics.Add({.severity = severity,
                              .file = inspected->name,
                              .message = std::string(message)});
}

// Warns of texts of secrets and values that can't be read here and now.
void CheckTexts(const plan::Plan& plan, bool strict,
                yaml::Diagnostics* diagnostics) {
  base::Redactor unused;
  config::ReadSecretTexts(plan.secrets, yaml::Severity::kWarning, &unused,
                          diagnostics);
  config::ReadValueTexts(plan.values, yaml::Severity::kWarning, diagnostics);
  if (strict) diagnostics->MakeWarningsErrors();
}

Inspected InspectFile(const absl::StatusOr<yaml::File>& file, std::string name,
                      const Inspection& inspection) {
  Inspected inspected = {.name = std::move(name)};
  if (!file.ok()) {
    AddProblem(yaml::Severity::kError, file.status().message(), &inspected);
    return inspected;
  }
  inspected.name = file->path;
  inspected.text = file->text;
  for (const std::string& warning : file->warnings) {
    AddProblem(
        inspection.strict ? yaml::Severity::kError : yaml::Severity::kWarning,
        warning, &inspected);
  }
  absl::StatusOr<plan::Plan> plan =
      config::LoadPlan(file->text, file->path, &inspected.diagnostics,
                       inspection.strict, inspection.section);
  if (plan.ok()) CheckTexts(*plan, inspection.strict, &inspected.diagnostics);
  if (plan.ok() && !inspected.diagnostics.has_errors()) {
    inspected.plan = *std::move(plan);
  }
  return inspected;
}

std::vector<Inspected> InspectAll(const Inspection& inspection) {
  std::vector<Inspected> all;
  if (inspection.files.empty()) {
    // No name of a file: the message tells where one was looked for.
    all.push_back(
        InspectFile(yaml::ReadFile(inspection.places), "measure", inspection));
  }
  for (const std::string& path : inspection.files) {
    all.push_back(
        InspectFile(yaml::ReadOperand(path, inspection.places.trusted),
                    path == "-" ? "<stdin>" : path, inspection));
  }
  return all;
}

using DescribePlan = std::string (*)(const plan::Plan&);

int PrintText(const std::vector<Inspected>& all, DescribePlan describe) {
  std::string out;
  for (const Inspected& inspected : all) {
    const bool color = isatty(STDERR_FILENO) == 1;
    PrintError(inspected.diagnostics.Render(color));
    if (!inspected.plan.has_value()) continue;
    absl::StrAppend(&out, out.empty() ? "" : "\n", inspected.name, ":\n",
                    describe(*inspected.plan));
  }
  return Print(out);
}

int PrintJson(const std::vector<Inspected>& all, DescribePlan describe) {
  ordered_json files = ordered_json::array();
  for (const Inspected& inspected : all) {
    const yaml::Diagnostics& diagnostics = inspected.diagnostics;
    ordered_json entry = {
        {"file", inspected.name},
        {"ok", inspected.plan.has_value()},
        {"diagnostics", DiagnosticsJson(diagnostics, inspected.text)}};
    const size_t omitted = diagnostics.errors() + diagnostics.warnings() -
                           diagnostics.problems().size();
    if (omitted > 0) entry["omitted"] = omitted;
    if (inspected.plan.has_value()) entry["plan"] = describe(*inspected.plan);
    files.push_back(std::move(entry));
  }
  const ordered_json document = {{"files", std::move(files)}};
  return Print(absl::StrCat(
      document.dump(2, ' ', false, ordered_json::error_handler_t::replace),
      "\n"));
}

int Inspect(const Inspection& inspection, DescribePlan describe) {
  const std::vector<Inspected> all = InspectAll(inspection);
  const int printed = inspection.format == Inspection::Format::kJson
                          ? PrintJson(all, describe)
                          : PrintText(all, describe);
  for (const Inspected& inspected : all) {
    if (!inspected.plan.has_value()) return 1;
  }
  return printed;
}

}  // namespace

int CheckConfig(const Inspection& inspection) {
  return Inspect(inspection, config::Summarize);
}

int PrintDryRun(const Inspection& inspection) {
  return Inspect(inspection, config::Describe);
}

int PrintSchema() { return Print(config::JsonSchema()); }

}  // namespace servo::cmd
