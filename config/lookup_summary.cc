#include "config/lookup_summary.h"

#include <variant>

#include "absl/strings/str_cat.h"
#include "base/masking.h"
#include "base/quoted.h"
#include "base/quoted_pattern.h"

namespace servo::config {
namespace {

std::string SourceName(const plan::Lookup& lookup) {
  switch (lookup.source) {
    case plan::Source::kStdout:
      return "stdout";
    case plan::Source::kStderr:
      return "stderr";
    case plan::Source::kExitCode:
      return "exit_code";
    case plan::Source::kBody:
      return "body";
    case plan::Source::kStatus:
      return "status";
    case plan::Source::kHeader:
      return absl::StrCat("header:", lookup.argument);
    case plan::Source::kElapsed:
      return "elapsed";
    case plan::Source::kFile:
      return absl::StrCat("file:", lookup.argument);
  }
  return "";  // not an enumerator
}

}  // namespace

std::string LookupSummary(const plan::Lookup& lookup) {
  std::string text = base::QuotedWhole(SourceName(lookup));
  if (lookup.argument.empty()) text = SourceName(lookup);
  if (const auto* regex = std::get_if<plan::Lookup::Regex>(&lookup.finder)) {
    absl::StrAppend(&text, ", regex ",
                    base::QuotedWholePattern(plan::RegexText(**regex)));
  } else if (const auto* path =
                 std::get_if<plan::Lookup::JsonPath>(&lookup.finder)) {
    absl::StrAppend(&text, ", jsonpath ",
                    base::QuotedWholePattern((*path)->text()));
  }
  return text;
}

namespace {

using plan::Comparison;

std::string OperandText(const plan::Operand& operand) {
  return std::holds_alternative<std::monostate>(operand.value)
             ? base::QuotedWhole(base::MaskText(operand.text))
             : operand.text;
}

std::string ComparisonSummary(const plan::Condition& condition) {
  const std::string operand = OperandText(condition.operand);
  switch (condition.comparison) {
    case Comparison::kExists:
      return "exists yes";
    case Comparison::kAbsent:
      return "exists no";
    case Comparison::kEquals:
      return absl::StrCat("equals ", operand);
    case Comparison::kNotEquals:
      return absl::StrCat("not_equals ", operand);
    case Comparison::kAtLeast:
      return absl::StrCat("at_least ", operand);
    case Comparison::kAtMost:
      return absl::StrCat("at_most ", operand);
    case Comparison::kContains:
      return absl::StrCat("contains ", operand);
    case Comparison::kMatches:
      return absl::StrCat("matches ",
                          base::QuotedWholePattern(condition.operand.text));
  }
  return "";  // not an enumerator
}

}  // namespace

std::string ConditionSummary(const plan::Condition& condition) {
  return absl::StrCat("from ", LookupSummary(condition.lookup), ", ",
                      condition.counts ? "take count, " : "",
                      ComparisonSummary(condition), ", of ",
                      condition.any ? "any" : "all");
}

}  // namespace servo::config
