#include "config/top_level.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "base/nearest.h"
#include "config/keys.h"
#include "plan/plan.h"
#include "yaml/key_spec.h"

namespace servo::config {
namespace {

using yaml::Node;
using yaml::Severity;
using yaml::ValueType;

struct Slip {
  Severity severity;
  std::string message;
};

const yaml::KeySpec* FindSectionKey(absl::string_view name) {
  for (const yaml::KeySpec& spec : kSectionKeys) {
    if (spec.name == name) return &spec;
  }
  return nullptr;
}

// Whether other drivers have top-level keys of this name, too.
bool IsCommonName(absl::string_view name) {
  const yaml::KeySpec* spec = FindSectionKey(name);
  return spec != nullptr && (spec->type == ValueType::kSecrets ||
                             spec->type == ValueType::kValues);
}

// Whether this can be a stage. A scalar or a mapping is another driver's.
bool CanBeTasks(const Node& value) {
  return value.kind() == Node::Kind::kSequence ||
         value.kind() == Node::Kind::kNull;
}

bool HasStage(const Node& value) {
  return value.kind() == Node::Kind::kMapping &&
         std::any_of(plan::kStages.begin(), plan::kStages.end(),
                     [&value](plan::Stage stage) {
                       return value.Find(plan::StageName(stage)) != nullptr;
                     });
}

// Whether this is the section's name and an invisible character behind it.
bool HasInvisibleEnd(absl::string_view name) {
  return absl::ConsumePrefix(&name, kSectionName) && !name.empty() &&
         !absl::ascii_isascii(name[0]);
}

Slip Misplaced(absl::string_view name) {
  return {Severity::kError, absl::StrCat(name,
                                         " stands outside of the section exec; "
                                         "indent it below \"exec:\"")};
}

Slip Ignored(absl::string_view name) {
  return {Severity::kWarning,
          absl::StrCat(name,
                       " is ignored: it stands outside of the section exec; "
                       "indent it below \"exec:\"")};
}

Slip LooksLikeSection() {
  return {Severity::kError,
          "this looks like the section exec, whose name is \"exec\""};
}

// What is wrong with a key where there is no section; none if it is another
// driver's.
std::optional<Slip> SlipWithoutSection(absl::string_view name,
                                       const Node& value) {
  if (absl::EqualsIgnoreCase(name, kSectionName)) {
    return Slip{Severity::kError, "expected the section exec in lower case"};
  }
  const yaml::KeySpec* spec = FindSectionKey(name);
  if (spec == nullptr) {
    const bool is_similar =
        HasInvisibleEnd(name) || !base::Nearest(name, {kSectionName}).empty();
    if (is_similar && HasStage(value)) return LooksLikeSection();
    return std::nullopt;
  }
  switch (spec->type) {
    case ValueType::kAnyText:  // a description
    case ValueType::kReport:
      return std::nullopt;
    case ValueType::kTasks:
      if (!CanBeTasks(value)) return std::nullopt;
      break;
    default:
      break;
  }
  return Misplaced(name);
}

// The same of a key beside the section.
std::optional<Slip> SlipBesideSection(absl::string_view name,
                                      const Node& value) {
  if (absl::EqualsIgnoreCase(name, kSectionName)) {
    return Slip{Severity::kWarning,
                "ignored: the section is called exec, in lower case"};
  }
  // Names such as exec2 are sections of drivers that share the file.
  if (HasInvisibleEnd(name) && HasStage(value)) return LooksLikeSection();
  const yaml::KeySpec* spec = FindSectionKey(name);
  if (spec == nullptr) return std::nullopt;
  switch (spec->type) {
    case ValueType::kTasks:
      if (!CanBeTasks(value)) return std::nullopt;
      return Misplaced(name);
    case ValueType::kReport:
      if (value.kind() != Node::Kind::kMapping ||
          value.Find("dir") == nullptr) {
        return std::nullopt;
      }
      return Ignored(name);
    case ValueType::kBool:
    case ValueType::kSeconds:
      return Ignored(name);
    default:
      return std::nullopt;
  }
}

}  // namespace

void CheckTopLevel(const yaml::Document& document, const Node& root,
                   yaml::Diagnostics* diagnostics) {
  const Node* section = root.Find(kSectionName);
  const bool has_section =
      section != nullptr && section->kind() != Node::Kind::kNull;
  const auto slip_of =
      [has_section](const Node::Entry& entry) -> std::optional<Slip> {
    const absl::string_view name = entry.key->text();
    if (!entry.key->is_scalar() || name == kSectionName) return std::nullopt;
    return has_section ? SlipBesideSection(name, *entry.value)
                       : SlipWithoutSection(name, *entry.value);
  };
  const bool concerns_us =
      section != nullptr ||
      std::any_of(root.entries().begin(), root.entries().end(),
                  [&slip_of](const Node::Entry& entry) {
                    return slip_of(entry).has_value() &&
                           !IsCommonName(entry.key->text());
                  });
  if (!concerns_us) return;
  for (const Node::Entry& entry : root.entries()) {
    std::optional<Slip> slip = slip_of(entry);
    if (!slip.has_value()) continue;
    yaml::Problem problem =
        document.MakeProblem(entry.key->location(), std::move(slip->message));
    problem.severity = slip->severity;
    diagnostics->Add(std::move(problem));
  }
}

}  // namespace servo::config
