#include "yaml/reader.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "absl/log/check.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/nearest.h"
#include "base/quoted.h"
#include "yaml/masking.h"
#include "yaml/scalar.h"

namespace servo::yaml {
namespace {

bool IsNull(const Node* node) {
  return node == nullptr || node->kind() == Node::Kind::kNull;
}

// A source line up to the value that begins at `column`, or after the key that
// does.
std::string HideValue(absl::string_view line, int column, bool is_key) {
  size_t begin = 0;
  for (int i = 1; begin < line.size(); ++begin) {
    if ((line[begin] & 0xc0) != 0x80 && i++ == column) break;
  }
  if (is_key) begin = std::min(line.size(), line.find(':', begin));
  return absl::StrCat(line.substr(0, begin), is_key ? ": " : "", kMask);
}

bool IsNumber(const Node& node) {
  return node.kind() == Node::Kind::kInt || node.kind() == Node::Kind::kFloat;
}

}  // namespace

Field::Field(ReadContext* context, const Node* node, const KeyPath& path,
             const KeySpec* spec, const Node* key)
    : context_(context),
      node_(node),
      key_(key),
      path_(path),
      spec_(spec),
      given_(!IsNull(node)) {
  if (is_default()) node_ = nullptr;
}

const Node& Field::node() const {
  if (node_ != nullptr) return *node_;
  if (!default_.has_value()) {
    default_ = is_default() ? Node::Plain(spec_->default_text) : Node();
  }
  return *default_;
}

absl::string_view Field::text() const {
  return is_default() ? spec_->default_text : node().text();
}

Field Field::Item(size_t index) const {
  Field item(context_, node().items()[index], KeyPath(&path_, index));
  item.hidden_ = hidden_;
  return item;
}

Field Field::Value(const Node::Entry& entry) const {
  Field value(context_, entry.value, KeyPath(&path_, entry.key->text()),
              nullptr, entry.key);
  value.hidden_ = hidden_;
  return value;
}

Field Field::Key(const Node::Entry& entry) const {
  return Field(context_, entry.key, path_);
}

Field Field::Hidden() const {
  Field hidden = *this;
  hidden.hidden_ = true;
  return hidden;
}

bool Field::Read(bool* out) const {
  if (IsMissing()) return true;
  if (is_default() && spec_->default_flag.has_value()) {
    *out = *spec_->default_flag;
    return true;
  }
  if (node().kind() != Node::Kind::kBool) {
    Expected("true or false");
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
    Expected(absl::StrCat("a whole number", RangeText()));
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
  double value = 0;
  if (!ReadNumber(&value) || !InRange(value)) {
    Expected(absl::StrCat("a number", RangeText()));
    return false;
  }
  *out = value;
  return true;
}

bool Field::Read(absl::Duration* out) const {
  if (IsMissing()) return true;
  if (const std::optional<double> number = DefaultNumber()) {
    *out = absl::Seconds(*number);
    return true;
  }
  absl::Duration value = absl::InfiniteDuration();
  double seconds = 0;
  if (ReadNumber(&seconds) && std::isfinite(seconds)) {
    value = absl::Seconds(seconds);
  } else if (node().kind() == Node::Kind::kString &&
             !absl::ParseDuration(node().text(), &value)) {
    value = absl::InfiniteDuration();
  }
  if (!InRange(absl::ToDoubleSeconds(value))) {
    const bool is_number = node().kind() == Node::Kind::kString &&
                           absl::SimpleAtod(node().text(), &seconds);
    Expected(absl::StrCat(
        "a duration", RangeText(),
        is_number ? "; a number of seconds stands without quotes, and YAML 1.1 "
                    "takes 1e3 for a text"
                  : ": seconds, or a text such as \"500ms\" or \"1m30s\""));
    return false;
  }
  *out = value;
  return true;
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
  *out = std::string(text());
  return true;
}

bool Field::ReadNonEmpty(std::string* out) const {
  if (node().is_scalar() && given_ && node().text().empty()) {
    Expected("a text that is not empty");
    return false;
  }
  return Read(out);
}

bool Field::ReadNumber(double* out) const {
  if (!IsNumber(node())) return false;
  const std::optional<double> value = ParseFloat(node().text());
  if (value) *out = *value;
  return value.has_value();
}

// False for NaN, too.
bool Field::InRange(double value) const {
  if (spec_ == nullptr) return std::isfinite(value);
  const bool low = spec_->above_min ? value > spec_->min : value >= spec_->min;
  return low && value <= spec_->max;
}

std::string Field::RangeText() const {
  if (spec_ == nullptr) return "";
  return absl::StrCat(spec_->above_min ? " greater than " : " from ",
                      spec_->min, spec_->above_min ? " and up to " : " to ",
                      static_cast<int64_t>(spec_->max));
}

void Field::Expected(absl::string_view what) const {
  Error(absl::StrCat("expected ", what, ", found ",
                     node().Describe(/*show_text=*/!hidden_)));
}

void Field::Error(absl::string_view message) const {
  Report(Severity::kError, node_ != nullptr ? node_ : key_, message);
}

void Field::KeyError(absl::string_view message) const {
  Report(Severity::kError, key_ != nullptr ? key_ : node_, message);
}

void Field::KeyWarning(absl::string_view message) const {
  Report(Severity::kWarning, key_ != nullptr ? key_ : node_, message);
}

void Field::Report(Severity severity, const Node* place,
                   absl::string_view message) const {
  const Location location = place != nullptr ? place->location() : Location();
  Problem problem =
      context_->document->MakeProblem(location, std::string(message));
  problem.severity = severity;
  problem.path = path_.ToString();
  problem.task = context_->task;
  if (hidden_) {
    // What is not written stands where its key does.
    const bool at_key = key_ != nullptr && location == key_->location();
    problem.source_line =
        HideValue(problem.source_line, location.column, at_key);
  }
  context_->diagnostics->Add(std::move(problem));
}

MappingReader::MappingReader(const Field& field, absl::Span<const KeySpec> keys,
                             absl::Span<const Elsewhere> elsewhere)
    : field_(field),
      keys_(keys),
      ok_(field.node().kind() == Node::Kind::kMapping),
      entries_(keys.size(), nullptr) {
  if (!ok_) {
    field.Expected("a mapping");
    return;
  }
  for (const Node::Entry& entry : field.node().entries()) {
    ReadEntry(entry, elsewhere);
  }
  ReportMissing();
}

Field MappingReader::operator[](size_t key) const {
  DCHECK_LT(key, keys_.size());
  const Node::Entry* entry = entries_[key];
  return Field(field_.context(), entry != nullptr ? entry->value : nullptr,
               KeyPath(&field_.path(), keys_[key].name), &keys_[key],
               entry != nullptr ? entry->key : nullptr);
}

bool MappingReader::has(size_t key) const {
  DCHECK_LT(key, keys_.size());
  return entries_[key] != nullptr && !IsNull(entries_[key]->value);
}

void MappingReader::ReadEntry(const Node::Entry& entry,
                              absl::Span<const Elsewhere> elsewhere) {
  const absl::string_view name = entry.key->text();
  for (size_t i = 0; i < keys_.size(); ++i) {
    if (keys_[i].name == name) {
      entries_[i] = &entry;
      return;
    }
  }
  if (!entry.key->is_scalar()) {
    field_.Key(entry).Expected("the name of a key");
  } else if (!absl::StartsWith(name, kFreeKeyPrefix)) {
    ReportUnknown(*entry.key, elsewhere);
  }
}

void MappingReader::ReportUnknown(const Node& key,
                                  absl::Span<const Elsewhere> elsewhere) {
  std::vector<absl::string_view> names;
  for (const KeySpec& spec : keys_) names.push_back(spec.name);
  std::string hint;
  if (const absl::string_view nearest = base::Nearest(key.text(), names);
      !nearest.empty()) {
    hint = absl::StrCat("did you mean ", base::Quoted(nearest), "?");
  } else {
    for (const Elsewhere& other : elsewhere) {
      for (const KeySpec& spec : other.keys) {
        if (spec.name == key.text()) {
          hint = absl::StrCat("it is a key of ", other.owner);
        }
      }
    }
  }
  if (hint.empty()) {
    hint = absl::StrCat("the keys here are ", absl::StrJoin(names, ", "));
  }
  const Node::Entry entry = {&key, &key};
  field_.Value(entry).KeyError(
      absl::StrCat("unknown key ", base::Quoted(key.text()), "; ", hint));
}

void MappingReader::ReportMissing() const {
  for (size_t i = 0; i < keys_.size(); ++i) {
    if (!keys_[i].required || has(i)) continue;
    field_.Error(absl::StrCat("expected the key ", base::Quoted(keys_[i].name),
                              ", which is required, found ",
                              entries_[i] == nullptr ? "none" : "null"));
  }
}

}  // namespace servo::yaml
