#include "cmd/inspection.h"

#include <unistd.h>

#include <cstdio>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "config/loader.h"
#include "config/plan_summary.h"
#include "config/schema.h"
#include "plan/plan.h"
#include "yaml/diagnostics.h"

namespace servo::cmd {
namespace {

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

// Loads the plan and prints what `describe` makes of it.
int Inspect(const yaml::FilePlaces& places, bool strict,
            absl::string_view section,
            std::string (*describe)(const plan::Plan&)) {
  absl::StatusOr<yaml::File> file = yaml::ReadFile(places);
  if (!file.ok()) {
    PrintError(absl::StrCat("measure: ", file.status().message(), "\n"));
    return 1;
  }
  for (const std::string& warning : file->warnings) {
    PrintError(absl::StrCat("measure: warning: ", warning, "\n"));
  }
  if (strict && !file->warnings.empty()) return 1;
  yaml::Diagnostics diagnostics;
  absl::StatusOr<plan::Plan> plan =
      config::LoadPlan(file->text, file->path, &diagnostics, strict, section);
  PrintError(diagnostics.Render(/*color=*/isatty(STDERR_FILENO) == 1));
  if (!plan.ok()) return 1;
  return Print(describe(*plan));
}

}  // namespace

int CheckConfig(const yaml::FilePlaces& places, bool strict,
                absl::string_view section) {
  return Inspect(places, strict, section, config::Summarize);
}

int PrintDryRun(const yaml::FilePlaces& places, bool strict,
                absl::string_view section) {
  return Inspect(places, strict, section, config::Describe);
}

int PrintSchema() { return Print(config::JsonSchema()); }

}  // namespace servo::cmd
