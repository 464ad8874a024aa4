#include "config/condition_reader.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "config/condition_keys.h"
#include "config/keys.h"
#include "config/lookup_reader.h"
#include "plan/condition.h"
#include "plan/lookup.h"
#include "plan/quantity.h"
#include "plan/reference.h"
#include "plan/regex_with_values.h"
#include "yaml/document.h"
#include "yaml/scalar.h"

namespace servo::config {
namespace {

using plan::Comparison;
using plan::Condition;
using plan::Number;
using plan::Operand;
using plan::Source;
using Kind = yaml::Node::Kind;

// The value of `key` if it stands there, null included.
const yaml::Node* Written(const yaml::Field& condition, size_t key) {
  return condition.node().Find(kConditionKeys[key].name);
}

// Null is an operand, but not where nothing is written.
bool ReadNull(const yaml::Field& field, const yaml::Node& node, Operand* out) {
  if (node.text().empty()) {
    field.KeyError("expected a value: null is written null, no text is ''");
    return false;
  }
  *out = {.text = "null", .value = Operand::Word::kNull};
  return true;
}

// What `equals` and `not_equals` compare with, by the type of what is written.
bool ReadOperand(const yaml::Field& field, const yaml::Node& node,
                 Operand* out) {
  if (node.kind() == Kind::kNull) return ReadNull(field, node, out);
  if (!node.is_scalar()) {
    field.Expected("a text, a number, true, false or null");
    return false;
  }
  if (!field.Read(&out->text)) return false;
  if (node.kind() == Kind::kBool) {
    const bool value = yaml::ParseBool(node.text()).value_or(false);
    out->value = value ? Operand::Word::kTrue : Operand::Word::kFalse;
    out->text = value ? "true" : "false";
  } else if (const std::optional<int64_t> integer =
                 node.kind() == Kind::kInt ? yaml::ParseInt(node.text())
                                           : std::nullopt) {
    out->value = Number(*integer);
  } else if (node.kind() == Kind::kInt || node.kind() == Kind::kFloat) {
    const std::optional<double> number = yaml::ParseFloat(node.text());
    if (number.has_value()) out->value = Number(*number);
  }
  return true;
}

// A limit that has references is a number only in a run.
bool ReadLimit(const yaml::Field& field, const plan::References& references,
               Operand* out) {
  if (field.node().is_scalar() && references.AreIn(field.node().text())) {
    return field.Read(&out->text);
  }
  double limit = 0;
  if (!field.Read(&limit)) return false;
  out->text = std::string(field.text());
  const std::optional<int64_t> integer = yaml::ParseInt(out->text);
  out->value = field.node().kind() == Kind::kInt && integer.has_value()
                   ? Number(*integer)
                   : Number(limit);
  return true;
}

// A regex that has references, which is compiled in a run.
bool ReadReferringRegex(const yaml::Field& field,
                        const plan::References& references, std::string* out) {
  if (!field.ReadNonEmpty(out)) return false;
  size_t offset = 0;
  const absl::Status status = plan::CompileRegex(*out, &offset).status();
  if (!status.ok()) {
    field.ErrorAt(references.AsWritten(out->substr(0, offset)).size(),
                  references.AsWritten(status.message()));
    return false;
  }
  if (plan::ReferencesAreGroups(*out, references)) return true;
  field.Error(
      "a reference in a regex stands where a group can, not in a class, "
      "between \\Q and \\E or behind a backslash: its value is a text as it "
      "is");
  return false;
}

bool ReadMatches(const yaml::Field& field, const plan::References& references,
                 Condition* condition) {
  std::string* const text = &condition->operand.text;
  if (field.node().is_scalar() && references.AreIn(field.node().text())) {
    return ReadReferringRegex(field, references, text);
  }
  condition->regex = ReadRegex(field);
  if (condition->regex == nullptr) return false;
  *text = std::string(plan::RegexText(*condition->regex));
  return true;
}

// The position of the one comparison that is written; none if there is none.
// False after telling that there are two.
bool FindComparison(const yaml::Field& field, const yaml::MappingReader& keys,
                    std::optional<size_t>* found) {
  return keys.FindOne(
      "comparison", kFirstComparison, kComparisons,
      [&](size_t key) {
        const bool null_counts =
            key == ConditionKey("equals") || key == ConditionKey("not_equals");
        return null_counts ? Written(field, key) != nullptr : keys.has(key);
      },
      found);
}

// Reads the comparison at this position of the table.
bool ReadComparison(const yaml::Field& condition_field,
                    const yaml::Field& field, size_t key,
                    const plan::References& references, Condition* out) {
  switch (key) {
    case ConditionKey("equals"):
    case ConditionKey("not_equals"):
      out->comparison = key == ConditionKey("equals") ? Comparison::kEquals
                                                      : Comparison::kNotEquals;
      return ReadOperand(field, *Written(condition_field, key), &out->operand);
    case ConditionKey("at_least"):
    case ConditionKey("at_most"):
      out->comparison = key == ConditionKey("at_least") ? Comparison::kAtLeast
                                                        : Comparison::kAtMost;
      return ReadLimit(field, references, &out->operand);
    case ConditionKey("contains"):
      out->comparison = Comparison::kContains;
      return field.ReadNonEmpty(&out->operand.text);
    case ConditionKey("matches"):
      out->comparison = Comparison::kMatches;
      return ReadMatches(field, references, out);
    default: {
      bool exists = true;
      if (!field.Read(&exists)) return false;
      out->comparison = exists ? Comparison::kExists : Comparison::kAbsent;
      return true;
    }
  }
}

bool IsEquality(Comparison comparison) {
  return comparison == Comparison::kEquals ||
         comparison == Comparison::kNotEquals;
}

// Whether the values that are compared are numbers whatever is found.
bool ComparesNumbers(const Condition& condition) {
  if (condition.counts) return true;
  const Source source = condition.lookup.source;
  return std::holds_alternative<plan::Lookup::Whole>(condition.lookup.finder) &&
         (source == Source::kExitCode || source == Source::kStatus ||
          source == Source::kElapsed);
}

// Whether the operand can be equal to a number, as a number or as a text.
bool CanBeANumber(const Operand& operand) {
  return std::holds_alternative<Number>(operand.value) ||
         plan::ParseNumber(operand.text).ok();
}

bool CheckOperand(const yaml::Field& field, const Condition& condition,
                  const plan::References& references) {
  const bool in_run_only = references.AreIn(condition.operand.text);
  if (in_run_only || !IsEquality(condition.comparison) ||
      !ComparesNumbers(condition) || CanBeANumber(condition.operand)) {
    return true;
  }
  field.Expected(condition.counts ? "a number: the number of values is compared"
                                  : "a number: the value is one");
  return false;
}

// `take: count` leaves a number, which is there and is no text.
bool ReadCount(const yaml::Field& take, const Condition& condition,
               bool* counts) {
  size_t choice = 0;
  if (!take.given()) return true;
  if (!take.ReadChoice(&choice)) return false;
  *counts = true;
  if (IsEquality(condition.comparison) ||
      condition.comparison == Comparison::kAtLeast ||
      condition.comparison == Comparison::kAtMost) {
    return true;
  }
  take.KeyError(
      "expected equals, not_equals, at_least or at_most beside take: count, "
      "which compares a number");
  return false;
}

bool ReadOf(const yaml::Field& of, const Condition& condition, bool* any) {
  size_t choice = 0;
  if (!of.given()) return true;
  if (!of.ReadChoice(&choice)) return false;
  *any = choice == 1;
  if (!condition.counts) return true;
  of.KeyError("expected no of beside take: count, which leaves one value");
  return false;
}

// `any` is what `of` is unless given.
std::optional<Condition> ReadCondition(const yaml::Field& field,
                                       const ConditionContext& context,
                                       bool any) {
  constexpr yaml::MappingReader::Synonym kSynonyms[] = {
      {"status", "from: status, beside equals"},
      {"exit_code", "from: exit_code, beside equals"},
      {"header", "from: header:NAME"},
      {"pattern", "regex"},
      {"path", "jsonpath"},
      {"source", "from"},
      {"value", "equals"},
      {"min", "at_least"},
      {"max", "at_most"}};
  const yaml::MappingReader keys(field, kConditionKeys, {}, kSynonyms,
                                 kLookupForm);
  if (!keys.ok()) return std::nullopt;
  Condition condition = {.lookup = ReadLookup(keys, context.mode), .any = any};
  std::optional<size_t> key;
  if (!FindComparison(field, keys, &key)) return std::nullopt;
  bool ok = true;
  if (key.has_value()) {
    ok =
        ReadComparison(field, keys[*key], *key, context.references, &condition);
  }
  ok =
      ok && ReadCount(keys[ConditionKey("take")], condition, &condition.counts);
  ok = ok && ReadOf(keys[ConditionKey("of")], condition, &condition.any);
  ok = ok && (!key.has_value() ||
              CheckOperand(keys[*key], condition, context.references));
  return ok ? std::optional<Condition>(std::move(condition)) : std::nullopt;
}

std::vector<Condition> ReadList(const yaml::Field& field,
                                const ConditionContext& context, bool any) {
  std::vector<Condition> conditions;
  if (!field.given()) return conditions;
  if (field.node().kind() != Kind::kSequence || field.node().items().empty()) {
    const bool one = field.node().kind() == Kind::kMapping;
    field.Expected("a list of conditions",
                   one ? "; each condition begins with \"- \"" : "");
    return conditions;
  }
  for (size_t i = 0; i < field.node().items().size(); ++i) {
    const yaml::Field item = field.Item(i);
    if (auto condition = ReadCondition(item, context, any)) {
      conditions.push_back(*std::move(condition));
    }
  }
  return conditions;
}

bool IsOfCode(const Condition& condition) {
  return condition.lookup.source == Source::kExitCode ||
         condition.lookup.source == Source::kStatus;
}

// Whether the task has success codes of its own.
bool GivesCodes(const yaml::MappingReader& keys, unsigned mode) {
  if (mode != kRequestMode) return keys.has(TaskKey("success_exitcodes"));
  const yaml::Node* request = &keys[TaskKey("request")].node();
  const yaml::Node* codes =
      request->Find(kRequestKeys[RequestKey("success_codes")].name);
  return codes != nullptr && codes->kind() != Kind::kNull;
}

void CheckPlace(const yaml::MappingReader& keys, const plan::Task& task) {
  const yaml::Field give_up_if = keys[TaskKey("give_up_if")];
  const bool sampler = task.every.has_value();
  for (const size_t key : {TaskKey("expect"), TaskKey("give_up_if")}) {
    if (!task.background || sampler || !keys.has(key)) continue;
    keys[key].KeyError(absl::StrCat(
        kTaskKeys[key].name,
        " applies to tasks that are waited for and to samplers (every), and "
        "this task is async"));
  }
  if (!sampler && keys.has(TaskKey("end_window_if"))) {
    keys[TaskKey("end_window_if")].KeyError(
        "end_window_if applies to samplers (every) only");
  }
  if (!give_up_if.given() || task.background) return;
  if (sampler && task.ignore_exitcode) {
    give_up_if.KeyError(
        "expected no give_up_if on a sampler with ignore_exitcode, by which no "
        "failure of this task fails the run");
  } else if (!sampler && !task.retry.any()) {
    give_up_if.KeyWarning("without effect: this task has no retries");
  }
}

}  // namespace

void ReadConditions(const yaml::MappingReader& keys,
                    const ConditionContext& context, plan::Task* task) {
  CheckPlace(keys, *task);
  task->expect = ReadList(keys[TaskKey("expect")], context, /*any=*/false);
  task->give_up_if =
      ReadList(keys[TaskKey("give_up_if")], context, /*any=*/true);
  task->end_window_if =
      ReadList(keys[TaskKey("end_window_if")], context, /*any=*/true);
  task->expects_code =
      std::any_of(task->expect.begin(), task->expect.end(), IsOfCode) &&
      !GivesCodes(keys, context.mode);
}

}  // namespace servo::config
