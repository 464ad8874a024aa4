#include "report/condition_text.h"

#include <cstddef>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/masking.h"
#include "base/quote_escapes.h"
#include "base/quote_masking.h"
#include "base/quoted.h"
#include "base/quoted_pattern.h"
#include "base/terminal_text.h"
#include "base/utf8.h"
#include "plan/lookup.h"
#include "stages/lookup.h"

namespace servo::report {
namespace {

using plan::Comparison;
using plan::Condition;
using plan::Lookup;

// How much is shown of what was found, and how much is looked at for it.
constexpr size_t kShownCharacters = 200;
constexpr size_t kLookedAtBytes = 64 * 1024;

// Where the values come from.
std::string LookupText(const Lookup& lookup) {
  std::string source = stages::SourceText(lookup);
  if (const auto* regex = std::get_if<Lookup::Regex>(&lookup.finder)) {
    return absl::StrCat("the regex ",
                        base::QuotedPattern(plan::RegexText(**regex)), " in ",
                        source);
  }
  if (const auto* path = std::get_if<Lookup::JsonPath>(&lookup.finder)) {
    return absl::StrCat(base::QuotedPattern((*path)->text()), " in ", source);
  }
  return source;
}

// Which of several values are meant, where that is not usual.
absl::string_view Prefix(const Condition& condition, bool any) {
  if (condition.counts) return "the number of values of ";
  const bool existence = condition.comparison == Comparison::kExists ||
                         condition.comparison == Comparison::kAbsent;
  if (condition.any == any || existence) return "";
  return condition.any ? "any value of " : "every value of ";
}

// The operand as it is compared: a text in quotes.
std::string OperandText(const plan::Operand& operand) {
  return std::holds_alternative<std::monostate>(operand.value)
             ? base::Quoted(base::MaskText(base::ToValidUtf8(operand.text)))
             : operand.text;
}

std::string ComparisonText(const Condition& condition) {
  const std::string operand = OperandText(condition.operand);
  switch (condition.comparison) {
    case Comparison::kExists:
      return "exists";
    case Comparison::kAbsent:
      return "does not exist";
    case Comparison::kEquals:
      return absl::StrCat("equals ", operand);
    case Comparison::kNotEquals:
      return absl::StrCat("does not equal ", operand);
    case Comparison::kAtLeast:
      return absl::StrCat("is at least ", operand);
    case Comparison::kAtMost:
      return absl::StrCat("is at most ", operand);
    case Comparison::kContains:
      return absl::StrCat("contains ", operand);
    case Comparison::kMatches:
      return absl::StrCat("matches ",
                          base::QuotedPattern(condition.operand.text));
  }
  return "";  // not an enumerator
}

// The first characters of what was found, in one line, masked before it is cut.
std::string Excerpt(const std::string& found) {
  const std::string text =
      base::MaskText(base::MaskedForQuote(base::VisibleText(base::ToValidUtf8(
          absl::string_view(found).substr(0, kLookedAtBytes)))));
  const absl::string_view shown = base::FirstCharacters(text, kShownCharacters);
  return absl::StrCat("\"", base::EscapeForQuotes(shown),
                      shown.size() < text.size() ? "..." : "", "\"");
}

}  // namespace

std::string ConditionText(const Condition& condition, bool any) {
  return absl::StrCat(Prefix(condition, any), LookupText(condition.lookup), " ",
                      ComparisonText(condition));
}

std::string FoundText(const stages::ConditionResult& result) {
  if (result.found.has_value()) {
    return absl::StrCat("found ", Excerpt(*result.found));
  }
  // That nothing is there is no news where that is what holds.
  return result.holds ? "" : absl::StrCat("but ", result.why);
}

std::string UnmetText(const stages::ConditionResult& result) {
  return absl::StrCat("expected that ",
                      ConditionText(result.condition, /*any=*/false), ", ",
                      FoundText(result));
}

std::string MetText(const stages::ConditionResult& result) {
  const std::string found = FoundText(result);
  return absl::StrCat(ConditionText(result.condition, /*any=*/true),
                      found.empty() ? "" : ", ", found);
}

}  // namespace servo::report
