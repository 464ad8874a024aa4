#include "yaml/key_table.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace servo::yaml {
namespace {

std::string Limits(const KeySpec& spec) {
  if (spec.max >= kAnyNumber) return "";
  const absl::string_view sign = spec.above_min ? "> " : "≥ ";
  return absl::StrCat(" ", sign, spec.min);
}

std::string DefaultName(const KeySpec& spec) {
  if (spec.required) return "required";
  if (spec.default_text.empty()) return std::string(spec.none_means);
  return absl::StrCat("`", spec.default_text, "`");
}

// Text within a table's cell.
std::string Cell(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"|", "\\|"}, {"$", "\\$"}});
}

}  // namespace

std::string TypeName(const KeySpec& spec) {
  switch (spec.type) {
    case ValueType::kBool:
      return "bool";
    case ValueType::kInteger:
      return absl::StrCat("int", Limits(spec));
    case ValueType::kNumber:
      return absl::StrCat("number", Limits(spec));
    case ValueType::kSeconds:
      return absl::StrCat("duration", Limits(spec));
    case ValueType::kBytes:
      return absl::StrCat("bytes up to ",
                          static_cast<int>(spec.max) / 1024 / 1024, "M");
    case ValueType::kNonEmptyText:
    case ValueType::kAnyText:
    case ValueType::kHeaderText:
    case ValueType::kTaskName:
      return "text";
    case ValueType::kSignal:
      return "signal";
    case ValueType::kCommand:
      return "text or list";
    case ValueType::kEnvironment:
    case ValueType::kHeaders:
      return "mapping to texts";
    case ValueType::kExitCodes:
    case ValueType::kHttpCodes:
      return "int, text or list of them";
    case ValueType::kUrl:
      return "URL";
    case ValueType::kMethod:
      return "text";
    case ValueType::kVerify:
      return "bool or path";
    case ValueType::kParams:
      return "mapping or list of mappings";
    case ValueType::kBody:
      return "text or mapping";
    case ValueType::kJson:
      return "anything";
    case ValueType::kAuth:
    case ValueType::kRequest:
      return "mapping";
    case ValueType::kCert:
      return "path or mapping";
    case ValueType::kChoice:
      return absl::StrReplaceAll(spec.choices, {{" ", ", "}});
    case ValueType::kChoices:
      return absl::StrCat(absl::StrReplaceAll(spec.choices, {{" ", ", "}}),
                          ", or a list of them");
    case ValueType::kRegex:
    case ValueType::kJsonPath:
    case ValueType::kReduction:
      return "text";
    case ValueType::kAbsent:
      return "text or number";
    case ValueType::kSeries:
      return "bool or mapping";
    case ValueType::kTcpAddress:
      return "text or int";
    case ValueType::kReady:
    case ValueType::kReport:
      return "mapping";
    case ValueType::kOperand:
      return "text, number, bool or null";
    case ValueType::kConditions:
      return "list of conditions";
    case ValueType::kSecrets:
      return "mapping to sources";
    case ValueType::kValues:
      return "mapping to texts or sources";
    case ValueType::kMetrics:
      return "mapping to metrics";
    case ValueType::kCaptures:
      return "mapping to look-ups";
    case ValueType::kTasks:
      return "list of tasks";
  }
  return "";  // not an enumerator
}

std::string NoRemark(const KeySpec&) { return ""; }

std::string KeyTable(absl::string_view heading, absl::Span<const KeySpec> keys,
                     absl::FunctionRef<std::string(const KeySpec&)> remark) {
  std::string table = absl::StrCat("### ", heading,
                                   "\n\n| key | type | default | meaning |\n"
                                   "| --- | --- | --- | --- |\n");
  for (const KeySpec& spec : keys) {
    absl::StrAppend(&table, "| `", spec.name, "` | ", TypeName(spec), " | ",
                    Cell(DefaultName(spec)), " | ", Cell(spec.doc),
                    remark(spec), " |\n");
  }
  return table;
}

}  // namespace servo::yaml
