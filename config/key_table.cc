#include "config/key_table.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/types/span.h"
#include "config/capture_keys.h"
#include "config/condition_keys.h"
#include "config/keys.h"
#include "config/metric_keys.h"
#include "config/ready_keys.h"
#include "config/source_keys.h"
#include "yaml/key_spec.h"

namespace servo::config {
namespace {

std::string Limits(const yaml::KeySpec& spec) {
  if (spec.max >= yaml::kAnyNumber) return "";
  const absl::string_view sign = spec.above_min ? "> " : "≥ ";
  return absl::StrCat(" ", sign, spec.min);
}

}  // namespace

std::string TypeName(const yaml::KeySpec& spec) {
  switch (spec.type) {
    case yaml::ValueType::kBool:
      return "bool";
    case yaml::ValueType::kInteger:
      return absl::StrCat("int", Limits(spec));
    case yaml::ValueType::kNumber:
      return absl::StrCat("number", Limits(spec));
    case yaml::ValueType::kSeconds:
      return absl::StrCat("duration", Limits(spec));
    case yaml::ValueType::kBytes:
      return absl::StrCat("bytes up to ",
                          static_cast<int>(spec.max) / 1024 / 1024, "M");
    case yaml::ValueType::kNonEmptyText:
    case yaml::ValueType::kAnyText:
    case yaml::ValueType::kHeaderText:
    case yaml::ValueType::kTaskName:
      return "text";
    case yaml::ValueType::kSignal:
      return "signal";
    case yaml::ValueType::kCommand:
      return "text or list";
    case yaml::ValueType::kEnvironment:
    case yaml::ValueType::kHeaders:
      return "mapping to texts";
    case yaml::ValueType::kExitCodes:
    case yaml::ValueType::kHttpCodes:
      return "int, text or list of them";
    case yaml::ValueType::kUrl:
      return "URL";
    case yaml::ValueType::kMethod:
      return "text";
    case yaml::ValueType::kVerify:
      return "bool or path";
    case yaml::ValueType::kParams:
      return "mapping or list of mappings";
    case yaml::ValueType::kBody:
      return "text or mapping";
    case yaml::ValueType::kJson:
      return "anything";
    case yaml::ValueType::kAuth:
    case yaml::ValueType::kRequest:
      return "mapping";
    case yaml::ValueType::kCert:
      return "path or mapping";
    case yaml::ValueType::kChoice:
      return absl::StrReplaceAll(spec.choices, {{" ", ", "}});
    case yaml::ValueType::kChoices:
      return absl::StrCat(absl::StrReplaceAll(spec.choices, {{" ", ", "}}),
                          ", or a list of them");
    case yaml::ValueType::kRegex:
    case yaml::ValueType::kJsonPath:
    case yaml::ValueType::kReduction:
      return "text";
    case yaml::ValueType::kAbsent:
      return "text or number";
    case yaml::ValueType::kSeries:
      return "bool or mapping";
    case yaml::ValueType::kTcpAddress:
      return "text or int";
    case yaml::ValueType::kReady:
      return "mapping";
    case yaml::ValueType::kOperand:
      return "text, number, bool or null";
    case yaml::ValueType::kConditions:
      return "list of conditions";
    case yaml::ValueType::kSecrets:
      return "mapping to sources";
    case yaml::ValueType::kValues:
      return "mapping to texts or sources";
    case yaml::ValueType::kMetrics:
      return "mapping to metrics";
    case yaml::ValueType::kCaptures:
      return "mapping to look-ups";
    case yaml::ValueType::kTasks:
      return "list of tasks";
  }
  return "";  // not an enumerator
}

namespace {

std::string DefaultName(const yaml::KeySpec& spec) {
  if (spec.required) return "required";
  if (spec.default_text.empty()) return std::string(spec.none_means);
  return absl::StrCat("`", spec.default_text, "`");
}

// Text within a table's cell.
std::string Cell(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"|", "\\|"}, {"$", "\\$"}});
}

void AddTable(absl::string_view heading, absl::Span<const yaml::KeySpec> keys,
              std::string* out) {
  absl::StrAppend(out, out->empty() ? "" : "\n", "### ", heading,
                  "\n\n| key | type | default | meaning |\n"
                  "| --- | --- | --- | --- |\n");
  for (const yaml::KeySpec& spec : keys) {
    absl::StrAppend(out, "| `", spec.name, "` | ", TypeName(spec), " | ",
                    Cell(DefaultName(spec)), " | ", Cell(spec.doc));
    // Worth saying where a key belongs to some of the modes.
    if (spec.modes == kProcessModes) {
      absl::StrAppend(out, " (exec and shell_exec)");
    }
    absl::StrAppend(out, " |\n");
  }
}

}  // namespace

std::string KeyTables() {
  std::string text;
  AddTable("The section `exec`", kSectionKeys, &text);
  AddTable("A source, in `secrets` and `values`", kSourceKeys, &text);
  AddTable("A task", kTaskKeys, &text);
  AddTable("`ready` of a task", kReadyKeys, &text);
  AddTable("A condition of a task", kConditionKeys, &text);
  AddTable("`request`", kRequestKeys, &text);
  AddTable("`auth` of a request", kAuthKeys, &text);
  AddTable("`cert` of a request, as a mapping", kCertKeys, &text);
  AddTable("A metric", kMetricKeys, &text);
  AddTable("A capture", kCaptureKeys, &text);
  AddTable("`series` of a metric, as a mapping", kSeriesKeys, &text);
  return text;
}

}  // namespace servo::config
