#include "stages/conditions.h"

#include <cstdint>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"
#include "plan/quantity.h"
#include "re2/re2.h"
#include "stages/lookup.h"

namespace servo::stages {
namespace {

using plan::Comparison;
using plan::Condition;
using plan::Number;
using plan::Operand;

// Less than, equal to or greater than 0; none if one of them is no number.
std::optional<int> Compare(const Number& a, const Number& b) {
  const auto compare = [](auto x, auto y) -> std::optional<int> {
    if (x < y) return -1;
    if (x > y) return 1;
    return x == y ? std::optional<int>(0) : std::nullopt;
  };
  const auto* const a_int = std::get_if<int64_t>(&a);
  const auto* const b_int = std::get_if<int64_t>(&b);
  if (a_int != nullptr && b_int != nullptr) return compare(*a_int, *b_int);
  const auto as_double = [](auto x) { return static_cast<double>(x); };
  return compare(std::visit(as_double, a), std::visit(as_double, b));
}

// How the value, taken as a number, compares with the operand.
std::optional<int> Compare(const Value& value, const Operand& operand) {
  const auto* const number = std::get_if<Number>(&operand.value);
  const absl::StatusOr<Number> found = plan::ParseNumber(value.Text());
  if (number == nullptr || !found.ok()) return std::nullopt;
  return Compare(*found, *number);
}

bool IsWord(const Value& value, Operand::Word word) {
  constexpr const char* kTexts[] = {"true", "false", "null"};
  if (value.json() != nullptr && value.json()->is_string()) return false;
  return absl::StripAsciiWhitespace(value.Text()) ==
         kTexts[static_cast<size_t>(word)];
}

bool Equals(const Value& value, const Operand& operand) {
  if (const auto* word = std::get_if<Operand::Word>(&operand.value)) {
    return IsWord(value, *word);
  }
  if (std::holds_alternative<Number>(operand.value)) {
    return Compare(value, operand) == 0;
  }
  return value.Text() == operand.text;
}

// Whether a value is there: of a source that is empty as a whole there is none.
bool IsThere(const Condition& condition, const Value& value) {
  return !std::holds_alternative<plan::Lookup::Whole>(
             condition.lookup.finder) ||
         !value.Text().empty();
}

bool Fulfils(const Condition& condition, const Value& value) {
  const Operand& operand = condition.operand;
  switch (condition.comparison) {
    case Comparison::kExists:
    case Comparison::kAbsent:
      return IsThere(condition, value);
    case Comparison::kEquals:
      return Equals(value, operand);
    case Comparison::kNotEquals:
      return !Equals(value, operand);
    case Comparison::kAtLeast:
      return Compare(value, operand).value_or(-1) >= 0;
    case Comparison::kAtMost:
      return Compare(value, operand).value_or(1) <= 0;
    case Comparison::kContains:
      return absl::StrContains(value.Text(), operand.text);
    case Comparison::kMatches:
      return re2::RE2::PartialMatch(value.Text(), *condition.regex);
  }
  return false;  // not an enumerator
}

// kNotFound is no error here: there is no value then.
bool CannotBeMade(const absl::Status& status) {
  return !status.ok() && !absl::IsNotFound(status);
}

ConditionResult CheckCount(const Condition& condition, Sources* sources) {
  int64_t count = 0;
  const absl::Status status =
      sources->Visit(condition.lookup, Wanted::kAll, [&](const Value& value) {
        if (IsThere(condition, value)) ++count;
        return true;
      });
  ConditionResult result = {.condition = condition};
  if (CannotBeMade(status)) {
    result.why = std::string(status.message());
    return result;
  }
  result.found = absl::StrCat(count);
  result.holds = Fulfils(condition, Value(*result.found));
  return result;
}

}  // namespace

ConditionResult Check(const Condition& condition, Sources* sources) {
  if (condition.counts) return CheckCount(condition, sources);
  ConditionResult result = {.condition = condition};
  const bool absent = condition.comparison == Comparison::kAbsent;
  // That a value is there is known by the first one.
  const bool one_decides =
      condition.any || absent || condition.comparison == Comparison::kExists;
  const absl::Status status = sources->Visit(
      condition.lookup, one_decides ? Wanted::kFirst : Wanted::kAll,
      [&](const Value& value) {
        const bool fulfils = Fulfils(condition, value);
        const bool decided = fulfils == one_decides;
        // The first is shown unless another one decides.
        if ((decided || !result.found.has_value()) &&
            IsThere(condition, value)) {
          result.found = value.Text();
        }
        result.holds = fulfils;
        return !decided;
      });
  if (absent) result.holds = !result.holds;
  if (CannotBeMade(status)) {
    // What was found before does not count.
    result = {.condition = condition, .why = std::string(status.message())};
  } else if (!result.found.has_value()) {
    result.why = status.ok() ? sources->WhyNothing(condition.lookup)
                             : std::string(status.message());
  }
  return result;
}

}  // namespace servo::stages
