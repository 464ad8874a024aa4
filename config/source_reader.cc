#include "config/source_reader.h"

#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "config/name_reader.h"
#include "config/source_keys.h"
#include "yaml/document.h"

namespace servo::config {
namespace {

using Kind = plan::ValueSource::Kind;

constexpr absl::string_view kSourceForms =
    "a source: {file: PATH}, {env: NAME} or {credential: NAME}";

// Whether the text can name what the source takes.
bool CheckArgument(const yaml::Field& field, Kind kind,
                   absl::string_view argument) {
  if (kind == Kind::kVariable && absl::StrContains(argument, '=')) {
    field.Error("expected the name of a variable, without \"=\"");
    return false;
  }
  if (kind == Kind::kCredential && (absl::StrContains(argument, '/') ||
                                    argument == "." || argument == "..")) {
    field.Error("expected the name of a credential, without \"/\"");
    return false;
  }
  return true;
}

std::optional<plan::ValueSource> ReadSource(const yaml::Field& field) {
  const yaml::MappingReader keys(field, kSourceKeys);
  if (!keys.ok()) return std::nullopt;
  std::optional<size_t> given;
  if (!keys.FindOne("source", 0, std::size(kSourceKeys), &given)) {
    return std::nullopt;
  }
  if (!given.has_value()) {
    if (!keys.MayMean(0, std::size(kSourceKeys))) {
      field.Error("expected one of file, env and credential, found none");
    }
    return std::nullopt;
  }
  constexpr Kind kKinds[] = {Kind::kFile, Kind::kVariable, Kind::kCredential};
  plan::ValueSource source = {.kind = kKinds[*given]};
  const yaml::Field argument = keys[*given];
  if (!argument.ReadNonEmpty(&source.argument) ||
      !CheckArgument(argument, source.kind, source.argument)) {
    return std::nullopt;
  }
  return source;
}

// A text as written; what may stand in place of a source.
std::optional<plan::ValueSource> ReadText(const yaml::Field& field) {
  plan::ValueSource source = {.kind = Kind::kText};
  if (!field.Read(&source.argument)) return std::nullopt;
  return source;
}

void ReadEntry(const yaml::Field& field, const std::string& name,
               bool may_be_text, std::vector<plan::NamedValue>* out) {
  const yaml::Node& node = field.node();
  std::optional<plan::ValueSource> source;
  if (node.kind() == yaml::Node::Kind::kMapping) {
    source = ReadSource(field);
  } else if (may_be_text && field.given() && node.is_scalar()) {
    source = ReadText(field);
  } else {
    field.Expected(may_be_text ? absl::StrCat("a text, or ", kSourceForms)
                               : kSourceForms);
  }
  if (!source.has_value()) return;
  const yaml::Location location = node.location();
  out->push_back({.name = name,
                  .source = *std::move(source),
                  .file = field.context()->document->file_name(),
                  .line = location.line,
                  .column = location.column,
                  .path = field.path().ToString()});
}

void ReadEntries(const yaml::Field& field, bool may_be_text,
                 std::vector<plan::NamedValue>* out) {
  if (!field.given()) return;
  if (field.node().kind() != yaml::Node::Kind::kMapping) {
    field.Expected("a mapping of names to sources",
                   "; write {NAME: {file: PATH}}");
    return;
  }
  for (const yaml::Node::Entry& entry : field.node().entries()) {
    const absl::string_view name =
        entry.key->is_scalar() ? entry.key->text() : absl::string_view();
    if (absl::StartsWith(name, yaml::kFreeKeyPrefix)) continue;
    if (!CheckReferenceName(field.Key(entry))) continue;
    ReadEntry(field.Value(entry), std::string(name), may_be_text, out);
  }
}

}  // namespace

void ReadSecrets(const yaml::Field& field, std::vector<plan::NamedValue>* out) {
  ReadEntries(field, /*may_be_text=*/false, out);
}

void ReadValues(const yaml::Field& field, std::vector<plan::NamedValue>* out) {
  ReadEntries(field, /*may_be_text=*/true, out);
}

}  // namespace servo::config
