#include "yaml/reader.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/nearest.h"
#include "yaml/meant_number.h"
#include "yaml/scalar.h"

namespace servo::yaml {
namespace {

// Of what is not given.
constexpr Node kNull;

bool IsNumber(const Node& node) {
  return node.kind() == Node::Kind::kInt || node.kind() == Node::Kind::kFloat;
}

// Of a text, which is a duration: whether it was more than nothing before it
// was rounded.
bool HasDigitBeyondZero(const Node& node) {
  return node.kind() == Node::Kind::kString &&
         absl::string_view(node.text()).find_first_of("123456789") !=
             absl::string_view::npos;
}

}  // namespace

const Node& Field::node() const {
  if (node_ != nullptr) return *node_;
  if (!is_default()) return kNull;
  const auto [node, is_new] = context_->defaults.try_emplace(spec_);
  if (is_new) node->second = Node::Plain(spec_->default_text);
  return node->second;
}

absl::string_view Field::text() const {
  return is_default() ? spec_->default_text : node().text();
}

Field Field::Item(size_t index) const {
  Field item(context_, node().items()[index], KeyPath(&path_, index));
  item.public_ = public_;
  item.used_ = UseOf(context_->document->UseOfItem(node(), index));
  return item;
}

Field Field::Value(const Node::Entry& entry) const {
  const absl::string_view shown = context_->names.contains(entry.key)
                                      ? entry.key->text()
                                      : ShownKey(*entry.key);
  Field value(context_, entry.value, KeyPath(&path_, shown), nullptr,
              entry.key);
  value.used_ = UseOf(context_->document->UseOfEntry(node(), entry));
  return value;
}

Field Field::Key(const Node::Entry& entry) const {
  Field key(context_, entry.key, path_);
  key.used_ =
      UseOf(context_->document->UseOfEntry(node(), {entry.key, entry.key}));
  return key;
}

// The first alias on the way is what the section says.
Location Field::UseOf(Location use) const {
  return used_.line > 0 ? used_ : use;
}

bool Field::Read(bool* out) const {
  if (IsMissing()) return true;
  if (is_default() && spec_->default_flag.has_value()) {
    *out = *spec_->default_flag;
    return true;
  }
  if (node().kind() != Node::Kind::kBool) {
    const bool is_quoted = node().kind() == Node::Kind::kString &&
                           ParseBool(node().text()).has_value();
    Expected("true or false", is_quoted ? "; it stands without quotes" : "");
    return false;
  }
  *out = ParseBool(node().text()).value_or(false);
  return true;
}

bool Field::Read(int* out) const {
  if (IsMissing()) return true;
  if (const std::optional<double> number = DefaultNumber();
      number && *number == std::trunc(*number)) {
    *out = static_cast<int>(*number);
    return true;
  }
  const std::optional<int64_t> value = node().kind() == Node::Kind::kInt
                                           ? ParseInt(node().text())
                                           : std::nullopt;
  if (!value || !InRange(static_cast<double>(*value))) {
    const bool is_whole = node().kind() == Node::Kind::kInt;
    Expected(absl::StrCat("a whole number",
                          RangeText(is_whole ? Number() : std::nullopt)));
    return false;
  }
  *out = static_cast<int>(*value);
  return true;
}

bool Field::Read(double* out) const {
  if (IsMissing()) return true;
  if (const std::optional<double> number = DefaultNumber()) {
    *out = *number;
    return true;
  }
  const std::optional<double> value = Number();
  if (!value || !InRange(*value)) {
    std::string range = RangeText(value);
    if (range.empty() && IsNumber(node())) range = " from -1e300 to 1e300";
    Expected(absl::StrCat("a number", range), NumberHint());
    return false;
  }
  *out = *value;
  return true;
}

bool Field::Read(absl::Duration* out) const {
  if (IsMissing()) return true;
  if (const std::optional<double> number = DefaultNumber()) {
    *out = absl::Seconds(*number);
    return true;
  }
  absl::Duration value = absl::InfiniteDuration();
  std::optional<double> seconds = Number();
  if (seconds && std::isfinite(*seconds)) {
    value = absl::Seconds(*seconds);
  } else if (node().kind() == Node::Kind::kString &&
             absl::ParseDuration(node().text(), &value)) {
    seconds = absl::ToDoubleSeconds(value);
  } else {
    value = absl::InfiniteDuration();
  }
  if (!InRange(absl::ToDoubleSeconds(value))) {
    ExpectedDuration(seconds, value == absl::ZeroDuration());
    return false;
  }
  *out = value;
  return true;
}

// Of `seconds`, if it is a number or a duration; `is_zero` once it is rounded.
void Field::ExpectedDuration(std::optional<double> seconds,
                             bool is_zero) const {
  const bool too_short = is_zero && spec_->above_min && spec_->min == 0 &&
                         (seconds > 0 || HasDigitBeyondZero(node()));
  std::string hint =
      node().kind() == Node::Kind::kString ? NumberTextHint(node().text()) : "";
  if (hint.empty()) hint = DurationTextHint(node().text());
  Expected(absl::StrCat("a duration",
                        too_short ? " of at least 1ns" : RangeText(seconds),
                        ": seconds, or a text such as \"500ms\" or \"1m30s\""),
           hint);
}

bool Field::Read(std::string* out) const {
  if (IsMissing()) return true;
  if (!is_default() && !node().is_scalar()) {
    Expected("a text");
    return false;
  }
  if (absl::StrContains(text(), '\0')) {
    Error("expected a text without NUL characters");
    return false;
  }
  if (spec_ != nullptr && spec_->max > 0 && text().size() > spec_->max) {
    Error(absl::StrCat("expected at most ", static_cast<int64_t>(spec_->max),
                       " bytes, found ", text().size()));
    return false;
  }
  *out = std::string(text());
  return true;
}

bool Field::ReadNonEmpty(std::string* out) const {
  if (given_ && node().is_scalar() && node().text().empty()) {
    Expected("a text that is not empty");
    return false;
  }
  return Read(out);
}

bool Field::ReadChoice(size_t* out) const {
  if (IsMissing()) return true;
  const std::vector<absl::string_view> choices =
      absl::StrSplit(spec_->choices, ' ');
  if (is_default() || node().is_scalar()) {
    const auto found = std::find(choices.begin(), choices.end(), text());
    if (found != choices.end()) {
      *out = static_cast<size_t>(found - choices.begin());
      return true;
    }
  }
  const absl::string_view nearest = base::Nearest(text(), choices);
  Expected(absl::StrCat("one of ", absl::StrJoin(choices, ", "),
                        nearest.empty() ? "" : " (did you mean ", nearest,
                        nearest.empty() ? "" : "?)"));
  return false;
}

// Shows the text, as its kind of value may be shown.
std::string Field::NumberHint() const {
  const bool is_text = node().kind() == Node::Kind::kString;
  return is_text && public_ ? NumberTextHint(node().text()) : "";
}

std::optional<double> Field::Number() const {
  return IsNumber(node()) ? ParseFloat(node().text()) : std::nullopt;
}

// False for NaN, too.
bool Field::InRange(double value) const {
  if (spec_ == nullptr) return std::isfinite(value);
  const bool low = spec_->above_min ? value > spec_->min : value >= spec_->min;
  return low && value <= spec_->max;
}

// The limits, for a message about what was `found`, if that is a number.
std::string Field::RangeText(std::optional<double> found) const {
  // Nobody means to reach such a limit, so it is told to those who do.
  constexpr double kFarLimit = 1e9;
  if (spec_ == nullptr || spec_->max >= kAnyNumber) return "";
  const std::string low = spec_->above_min
                              ? absl::StrCat(" greater than ", spec_->min)
                              : absl::StrCat(" from ", spec_->min);
  if (spec_->max >= kFarLimit && !(found > spec_->max)) {
    return spec_->above_min ? low : absl::StrCat(" of at least ", spec_->min);
  }
  return absl::StrCat(low, spec_->above_min ? " and up to " : " to ",
                      static_cast<int64_t>(spec_->max));
}

void Field::Expected(absl::string_view what, absl::string_view hint) const {
  Error(absl::StrCat("expected ", what, ", found ",
                     node().Describe(/*show_text=*/public_), hint));
}

void Field::Error(absl::string_view message) const {
  Report(Severity::kError, node_ != nullptr ? node_ : key_, message);
}

void Field::Warning(absl::string_view message) const {
  Report(Severity::kWarning, node_ != nullptr ? node_ : key_, message);
}

void Field::KeyError(absl::string_view message) const {
  Report(Severity::kError, key_ != nullptr ? key_ : node_, message);
}

void Field::KeyWarning(absl::string_view message) const {
  Report(Severity::kWarning, key_ != nullptr ? key_ : node_, message);
}

void Field::KeyNote(absl::string_view message) const {
  Report(Severity::kNote, key_ != nullptr ? key_ : node_, message);
}

bool Field::CountsErrorsOnly() const {
  const Node* place = node_ != nullptr ? node_ : key_;
  const Location location = place != nullptr ? place->location() : Location();
  return context_->diagnostics->CountsOnly(Severity::kError, location.line,
                                           location.column);
}

void Field::Report(Severity severity, const Node* place,
                   absl::string_view message) const {
  Report(severity, place != nullptr ? place->location() : Location(), message);
}

void Field::ErrorAt(size_t offset, absl::string_view message) const {
  Report(Severity::kError, context_->document->LocationWithin(node(), offset),
         message);
}

void Field::Report(Severity severity, Location location,
                   absl::string_view message) const {
  if (context_->diagnostics->CountsOnly(severity, location.line,
                                        location.column)) {
    context_->diagnostics->Count(severity);
    return;
  }
  Problem problem =
      context_->document->MakeProblem(location, std::string(message));
  problem.severity = severity;
  problem.path = path_.ToString();
  problem.task = context_->task;
  SetUse(used_, &problem);
  context_->diagnostics->Add(std::move(problem));
}

}  // namespace servo::yaml
