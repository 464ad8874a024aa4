// MappingReader of reader.h.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/log/check.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "base/masking.h"
#include "base/nearest.h"
#include "base/quoted.h"
#include "yaml/reader.h"

namespace servo::yaml {
namespace {

bool IsNull(const Node& node) { return node.kind() == Node::Kind::kNull; }

// Whether a mapping is the usual value of such a key.
bool TakesMapping(ValueType type) {
  switch (type) {
    case ValueType::kEnvironment:
    case ValueType::kHeaders:
    case ValueType::kParams:
    case ValueType::kBody:
    case ValueType::kJson:
    case ValueType::kAuth:
    case ValueType::kCert:
    case ValueType::kRequest:
    case ValueType::kMetrics:
    case ValueType::kCaptures:
    case ValueType::kSeries:
    case ValueType::kReady:
    case ValueType::kSecrets:
    case ValueType::kValues:
    case ValueType::kReport:
      return true;
    case ValueType::kBool:
    case ValueType::kInteger:
    case ValueType::kNumber:
    case ValueType::kSeconds:
    case ValueType::kBytes:
    case ValueType::kNonEmptyText:
    case ValueType::kAnyText:
    case ValueType::kSignal:
    case ValueType::kCommand:
    case ValueType::kHeaderText:
    case ValueType::kExitCodes:
    case ValueType::kHttpCodes:
    case ValueType::kUrl:
    case ValueType::kMethod:
    case ValueType::kVerify:
    case ValueType::kTasks:
    case ValueType::kChoice:
    case ValueType::kChoices:
    case ValueType::kRegex:
    case ValueType::kJsonPath:
    case ValueType::kReduction:
    case ValueType::kAbsent:
    case ValueType::kTaskName:
    case ValueType::kTcpAddress:
    case ValueType::kOperand:
    case ValueType::kConditions:
      return false;
  }
  return false;  // not an enumerator
}

}  // namespace

MappingReader::MappingReader(const Field& field, absl::Span<const KeySpec> keys,
                             absl::Span<const Elsewhere> elsewhere,
                             absl::Span<const Synonym> synonyms,
                             absl::string_view form)
    : field_(field),
      keys_(keys),
      elsewhere_(elsewhere),
      synonyms_(synonyms),
      ok_(field.node().kind() == Node::Kind::kMapping),
      entries_(keys.size(), nullptr) {
  if (!ok_) {
    field.Expected("a mapping", FormHint(field.node(), form));
    return;
  }
  for (const Node::Entry& entry : field.node().entries()) {
    ReadEntry(entry);
  }
  ReportMissing();
}

Field MappingReader::operator[](size_t key) const {
  DCHECK_LT(key, keys_.size());
  const Node::Entry* entry = entries_[key];
  Field value(field_.context(), entry != nullptr ? entry->value : nullptr,
              KeyPath(&field_.path(), keys_[key].name), &keys_[key],
              entry != nullptr ? entry->key : nullptr);
  if (entry != nullptr) {
    value.used_ = field_.UseOf(
        field_.context()->document->UseOfEntry(field_.node(), *entry));
  }
  return value;
}

bool MappingReader::has(size_t key) const {
  DCHECK_LT(key, keys_.size());
  return is_written(key) && !IsNull(*entries_[key]->value);
}

bool MappingReader::is_written(size_t key) const {
  DCHECK_LT(key, keys_.size());
  return entries_[key] != nullptr;
}

bool MappingReader::MayMean(size_t first, size_t count) const {
  return has_unclear_ ||
         std::any_of(meant_.begin(), meant_.end(), [&](size_t key) {
           return key >= first && key - first < count;
         });
}

bool MappingReader::FindOne(absl::string_view noun, size_t first, size_t count,
                            absl::FunctionRef<bool(size_t key)> is_given,
                            std::optional<size_t>* found) const {
  for (size_t key = first; key < first + count; ++key) {
    if (!is_given(key)) continue;
    if (found->has_value()) {
      (*this)[key].KeyError(absl::StrCat("expected one ", noun, ", found ",
                                         keys_[**found].name, " and ",
                                         keys_[key].name));
      return false;
    }
    *found = key;
  }
  return true;
}

bool MappingReader::FindOne(absl::string_view noun, size_t first, size_t count,
                            std::optional<size_t>* found) const {
  return FindOne(
      noun, first, count, [this](size_t key) { return has(key); }, found);
}

void MappingReader::ReadEntry(const Node::Entry& entry) {
  const absl::string_view name = entry.key->text();
  if (const std::optional<size_t> key = Find(name)) {
    entries_[*key] = &entry;
    NotePublic(keys_[*key], entry.value);
    const bool is_open = IsNull(*entry.value) && TakesMapping(keys_[*key].type);
    open_key_ = is_open ? entry.key : nullptr;
  } else if (!absl::StartsWith(name, kFreeKeyPrefix)) {
    ReportUnknown(*entry.key);
  }
}

std::optional<size_t> MappingReader::Find(absl::string_view name) const {
  for (size_t i = 0; i < keys_.size(); ++i) {
    if (keys_[i].name == name) return i;
  }
  return std::nullopt;
}

// For what is no mapping.
std::string MappingReader::FormHint(const Node& node,
                                    absl::string_view form) const {
  if (const absl::string_view blank = MissingBlankHint(node); !blank.empty()) {
    return std::string(blank);
  }
  if (std::string path = PathHint(node); !path.empty()) return path;
  return form.empty() ? "" : absl::StrCat("; write ", form);
}

// For "name:load", which YAML takes for a text.
absl::string_view MappingReader::MissingBlankHint(const Node& node) const {
  for (const KeySpec& spec : keys_) {
    absl::string_view rest = node.text();
    if (absl::ConsumePrefix(&rest, spec.name) && absl::StartsWith(rest, ":")) {
      return "; a blank must follow the colon behind a key";
    }
  }
  return "";
}

// For "$.id" where a path of JSON is to be the value of a key.
std::string MappingReader::PathHint(const Node& node) const {
  if (!absl::StartsWith(node.text(), "$")) return "";
  const KeySpec* path = nullptr;  // the only key that takes one
  for (const KeySpec& spec : keys_) {
    if (spec.type != ValueType::kJsonPath) continue;
    if (path != nullptr) return "";
    path = &spec;
  }
  if (path == nullptr) return "";
  return absl::StrCat("; a path is written as {", path->name, ": $.name}");
}

void MappingReader::NotePublic(const KeySpec& spec, const Node* value) {
  const NamesInKeys names = NamesIn(spec.type);
  for (const Node* key : NamesOf(names, *value)) {
    const bool is_new = field_.context()->names.insert(key).second;
    if (is_new && names != NamesInKeys::kSecrets) {
      field_.context()->public_values.push_back({key});
    }
  }
  // Aliases can repeat a mapping; what is too much stays hidden.
  constexpr size_t kMaxPublic = 1'000'000;
  std::vector<PublicValue>& values = field_.context()->public_values;
  if (spec.shown.kind() == Shown::kSecret || values.size() >= kMaxPublic) {
    return;
  }
  // Where a list is a mistake, nobody knows what its items are.
  const bool takes_list =
      spec.type == ValueType::kExitCodes || spec.type == ValueType::kHttpCodes;
  if (!value->is_scalar() && !takes_list) return;
  values.push_back({value, spec.shown.kind() == Shown::kUrl});
}

void MappingReader::ReportUnknown(const Node& key) {
  ReadContext& context = *field_.context();
  const Location location = key.location();
  if (context.diagnostics->CountsOnly(Severity::kError, location.line,
                                      location.column)) {
    context.diagnostics->Count(Severity::kError);
    has_unclear_ = true;
    return;
  }
  const Hint hint = HintAt(key);
  if (hint.key.has_value()) {
    meant_.push_back(*hint.key);
  } else {
    has_unclear_ = true;
  }
  const absl::string_view shown = ShownKey(key);
  const Node::Entry entry = {&key, &key};
  field_.Value(entry).KeyError(
      shown == base::kMask
          ? absl::StrCat("unknown key; ", hint.text)
          : absl::StrCat("unknown key ", base::Quoted(shown), "; ", hint.text));
}

// An exact match on another level says more than a similar name on this one.
MappingReader::Hint MappingReader::HintAt(const Node& key) const {
  for (const Elsewhere& other : elsewhere_) {
    for (const KeySpec& spec : other.keys) {
      if (spec.name == key.text()) {
        return {absl::StrCat("it is a key of ", other.owner)};
      }
    }
  }
  if (std::optional<Hint> hint = SynonymHint(key.text())) return *hint;
  if (open_key_ != nullptr &&
      open_key_->location().column == key.location().column) {
    return {absl::StrCat("indent it below ", base::Quoted(open_key_->text()),
                         ", which has no value")};
  }
  std::vector<absl::string_view> names;
  for (const KeySpec& spec : keys_) names.push_back(spec.name);
  const absl::string_view nearest = base::Nearest(key.text(), names);
  if (nearest.empty()) {
    return {absl::StrCat("the keys here are ", absl::StrJoin(names, ", "))};
  }
  return {absl::StrCat("did you mean ", base::Quoted(nearest), "?"),
          Find(nearest)};
}

// A synonym's meaning begins with the key.
std::optional<MappingReader::Hint> MappingReader::SynonymHint(
    absl::string_view key) const {
  for (const Synonym& synonym : synonyms_) {
    if (synonym.written != key) continue;
    const absl::string_view meant = synonym.meant;
    return Hint{absl::StrCat("it is called ", meant),
                Find(meant.substr(0, meant.find_first_of(", :")))};
  }
  return std::nullopt;
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
