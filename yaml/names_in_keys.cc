#include "yaml/names_in_keys.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace servo::yaml {

// Every type is named: a new one does not compile without.
NamesInKeys NamesIn(ValueType type) {
  switch (type) {
    case ValueType::kMetrics:
      return NamesInKeys::kTexts;
    case ValueType::kCaptures:
    case ValueType::kValues:
      return NamesInKeys::kWords;
    case ValueType::kSecrets:
      return NamesInKeys::kSecrets;
    case ValueType::kBool:
    case ValueType::kInteger:
    case ValueType::kNumber:
    case ValueType::kSeconds:
    case ValueType::kBytes:
    case ValueType::kNonEmptyText:
    case ValueType::kAnyText:
    case ValueType::kSignal:
    case ValueType::kCommand:
    case ValueType::kEnvironment:
    case ValueType::kHeaders:
    case ValueType::kHeaderText:
    case ValueType::kExitCodes:
    case ValueType::kHttpCodes:
    case ValueType::kUrl:
    case ValueType::kMethod:
    case ValueType::kVerify:
    case ValueType::kParams:
    case ValueType::kBody:
    case ValueType::kJson:
    case ValueType::kAuth:
    case ValueType::kCert:
    case ValueType::kRequest:
    case ValueType::kTasks:
    case ValueType::kChoice:
    case ValueType::kChoices:
    case ValueType::kRegex:
    case ValueType::kJsonPath:
    case ValueType::kReduction:
    case ValueType::kAbsent:
    case ValueType::kSeries:
    case ValueType::kTaskName:
    case ValueType::kTcpAddress:
    case ValueType::kReady:
    case ValueType::kOperand:
    case ValueType::kConditions:
    case ValueType::kReport:
      return NamesInKeys::kNone;
  }
  return NamesInKeys::kNone;  // not an enumerator
}

namespace {

bool IsName(NamesInKeys names, absl::string_view text) {
  constexpr size_t kMaxWord = 64;
  if (names == NamesInKeys::kTexts) return true;
  return !text.empty() && text.size() <= kMaxWord &&
         !absl::ascii_isdigit(text[0]) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isalnum(c) || c == '_'; });
}

bool IsSoundKey(const Node::Entry& entry) {
  return entry.key->is_written_key() && !entry.key->flawed();
}

}  // namespace

std::vector<const Node*> NamesOf(NamesInKeys names, const Node& mapping) {
  std::vector<const Node*> found;
  const absl::Span<const Node::Entry> entries = mapping.entries();
  if (names == NamesInKeys::kNone || mapping.flawed() ||
      !std::all_of(entries.begin(), entries.end(), IsSoundKey)) {
    return found;
  }
  for (const Node::Entry& entry : entries) {
    if (entry.value->kind() == Node::Kind::kMapping &&
        IsName(names, entry.key->text())) {
      found.push_back(entry.key);
    }
  }
  return found;
}

}  // namespace servo::yaml
