#include "cmd/inspection.h"

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/redactor.h"
#include "config/loader.h"
#include "config/plan_summary.h"
#include "config/schema.h"
#include "config/value_texts.h"
#include "plan/plan.h"
#include "yaml/diagnostics.h"
#include "yaml/file.h"

namespace servo::cmd {
namespace {

// Warns of texts of secrets and values that can't be read here and now.
void CheckTexts(const plan::Plan& plan, bool strict,
                yaml::Diagnostics* diagnostics) {
  base::Redactor unused;
  config::ReadSecretTexts(plan.secrets, yaml::Severity::kWarning, &unused,
                          diagnostics);
  config::ReadValueTexts(plan.values, yaml::Severity::kWarning, diagnostics);
  if (strict) diagnostics->MakeWarningsErrors();
}

int Inspect(const Inspection& inspection,
            std::string (*describe)(const plan::Plan&)) {
  return yaml::InspectFiles(
      inspection,
      [&](const yaml::File& file,
          yaml::Diagnostics* diagnostics) -> std::optional<std::string> {
        const absl::StatusOr<plan::Plan> plan =
            config::LoadPlan(file.text, file.path, diagnostics,
                             inspection.strict, inspection.section);
        if (!plan.ok()) return std::nullopt;
        CheckTexts(*plan, inspection.strict, diagnostics);
        return describe(*plan);
      });
}

}  // namespace

int CheckConfig(const Inspection& inspection) {
  return Inspect(inspection, config::Summarize);
}

int PrintDryRun(const Inspection& inspection) {
  return Inspect(inspection, config::Describe);
}

int PrintSchema(absl::string_view program) {
  return yaml::Print(program, config::JsonSchema());
}

}  // namespace servo::cmd
