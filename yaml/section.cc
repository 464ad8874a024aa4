#include "yaml/section.h"

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "yaml/key_path.h"

namespace servo::yaml {
namespace {

// Null if there is none.
const Node* FindSection(const Document& document, absl::string_view name,
                        Diagnostics* diagnostics) {
  if (document.root() == nullptr) return nullptr;
  document.ReportDuplicates(*document.root(), name, diagnostics);
  const Node* section = document.root()->Find(name);
  if (section != nullptr) document.ReportFlaws(*section, name, diagnostics);
  return section;
}

}  // namespace

bool HasSections(const Document& document, absl::string_view name,
                 Diagnostics* diagnostics) {
  const Node* root = document.root();
  if (root == nullptr || root->kind() == Node::Kind::kNull ||
      root->kind() == Node::Kind::kMapping) {
    return true;
  }
  diagnostics->Add(document.MakeProblem(
      root->location(), absl::StrCat("expected a mapping with the key ", name,
                                     " at the top level, found ",
                                     root->Describe(/*show_text=*/false))));
  return false;
}

absl::Status ReadSection(absl::string_view text, absl::string_view file_name,
                         absl::string_view name, Diagnostics* diagnostics,
                         SectionReader read) {
  const absl::StatusOr<std::unique_ptr<const Document>> document =
      Document::Parse(text, file_name, diagnostics);
  if (!document.ok()) return document.status();
  ReadContext context = {document->get(), diagnostics, ""};
  if (HasSections(**document, name, diagnostics)) {
    const Node* section = FindSection(**document, name, diagnostics);
    read(Field(&context, section, KeyPath(name)));
  }
  context.AddExcerpts();
  if (diagnostics->has_errors()) {
    return absl::InvalidArgumentError(diagnostics->Message());
  }
  return absl::OkStatus();
}

absl::Status ReadSection(const FilePlaces& places, absl::string_view name,
                         Diagnostics* diagnostics, SectionReader read) {
  const absl::StatusOr<File> file = ReadFile(places);
  if (!file.ok()) return file.status();
  return ReadSection(file->text, file->path, name, diagnostics, read);
}

}  // namespace servo::yaml
