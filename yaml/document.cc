#include "yaml/document.h"

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/masking.h"
#include "base/quoted.h"
#include "base/utf8.h"
#include "yaml/document_builder.h"
#include "yaml/document_rep.h"
#include "yaml/flaws.h"
#include "yaml/key_path.h"
#include "yaml/line_excerpts.h"
#include "yaml/source.h"
#include "yaml/tags.h"

namespace servo::yaml {
namespace {

// A place of the walk that reports flaws.
struct Step {
  const Node* node;
  const Node* key = nullptr;  // of an entry's value
  int index = -1;             // of a list's item
  size_t next = 0;            // what is to be visited next below the node
};

std::string PathTo(absl::string_view root, const std::vector<Step>& steps) {
  std::string path(root);
  for (const Step& step : steps) {
    if (step.key != nullptr) {
      absl::StrAppend(&path, PathStep(ShownKey(*step.key)));
    } else if (step.index >= 0) {
      absl::StrAppend(&path, "[", step.index, "]");
    }
  }
  return path;
}

// Where the first alias on the way to the last step brings what is below.
Location UseOf(const Document& document, const std::vector<Step>& steps) {
  for (size_t i = 1; i < steps.size(); ++i) {
    const Node& above = *steps[i - 1].node;
    const Step& step = steps[i];
    const Location use =
        step.index >= 0
            ? document.UseOfItem(above, step.index)
            : document.UseOfEntry(
                  above,
                  {step.key != nullptr ? step.key : step.node, step.node});
    if (use.line > 0) return use;
  }
  return {};
}

}  // namespace

Node Node::Plain(absl::string_view text) {
  Node node;
  node.SetContents(text);
  node.kind_ = KindOfPlain(text);
  return node;
}

const Node* Node::Find(absl::string_view key) const {
  for (const Entry& entry : entries()) {
    if (entry.key->is_scalar() && entry.key->text() == key) return entry.value;
  }
  return nullptr;
}

std::string Node::Describe(bool show_text) const {
  const auto describe = [this, show_text](absl::string_view article,
                                          absl::string_view type) {
    if (!show_text) return absl::StrCat(article, type);
    return absl::StrCat(
        "the ", type, " ",
        kind_ == Kind::kString ? base::Quoted(text()) : std::string(text()));
  };
  switch (kind_) {
    case Kind::kNull:
      return "null";
    case Kind::kBool:
      return describe("a ", "boolean");
    case Kind::kInt:
      return describe("an ", "integer");
    case Kind::kFloat:
      return describe("a ", "number");
    case Kind::kString:
      return size_ == 0 ? "an empty string" : describe("a ", "string");
    case Kind::kSequence:
      return size_ == 0 ? "an empty list" : "a list";
    case Kind::kMapping:
      return size_ == 0 ? "an empty mapping" : "a mapping";
  }
  return "";  // not an enumerator
}

absl::string_view ShownKey(const Node& key) {
  const bool shown = key.is_merge_key() ||
                     (key.is_written_key() && base::LooksLikeName(key.text()));
  return shown ? key.text() : base::kMask;
}

Document::Document(std::unique_ptr<const DocumentRep> rep)
    : rep_(std::move(rep)) {}
Document::~Document() = default;

const Node* Document::root() const { return rep_->root; }
const std::string& Document::file_name() const { return rep_->file_name; }

absl::StatusOr<std::unique_ptr<const Document>> Document::Parse(
    absl::string_view text, absl::string_view file_name,
    Diagnostics* diagnostics) {
  return Parse(text, file_name, diagnostics,
               [](absl::string_view) { return std::nullopt; });
}

absl::StatusOr<std::unique_ptr<const Document>> Document::Parse(
    absl::string_view text, absl::string_view file_name,
    Diagnostics* diagnostics, Rewrite rewrite) {
  auto rep = std::make_unique<DocumentRep>();
  rep->file_name = std::string(file_name);
  const auto refuse = [&](const Refusal& refusal) {
    Problem problem;
    problem.file = rep->file_name;
    problem.line = refusal.location.line;
    problem.column = refusal.location.column;
    problem.message = refusal.message;
    diagnostics->Add(std::move(problem));
    AddLineExcerpts(*rep, {}, diagnostics);
    return absl::InvalidArgumentError(diagnostics->Message());
  };
  try {
    ReadSource(text, kMaxBytes, &rep->source);
    BuildNodes(rep.get(), rewrite);
  } catch (const Refusal& refusal) {
    return refuse(refusal);
  } catch (const std::exception&) {
    return refuse(Refusal({}, "the file is too much for the YAML parser"));
  }
  return std::unique_ptr<const Document>(new Document(std::move(rep)));
}

void SetUse(Location use, Problem* problem) {
  if (Location{problem->line, problem->column} < use) {
    problem->used = Problem::Use{use.line, use.column};
  }
}

std::string Document::PlaceText(Location location) const {
  return absl::StrCat(rep_->file_name, ":", location.line, ":",
                      location.column);
}

Problem Document::MakeProblem(Location location, std::string message) const {
  Problem problem;
  problem.file = rep_->file_name;
  problem.line = location.line;
  problem.column = location.column;
  problem.message = std::move(message);
  return problem;
}

void Document::AddExcerpts(absl::Span<const PublicValue> values,
                           Diagnostics* diagnostics) const {
  AddLineExcerpts(*rep_, values, diagnostics);
}

// What an alias stands for is above it, and so above what the alias is in.
Location Document::UseOfItem(const Node& list, size_t index) const {
  if (list.items()[index]->location() >= list.location()) return {};
  const auto found = rep_->aliases.find(std::pair(&list, index));
  return found == rep_->aliases.end() ? list.location() : found->second;
}

Location Document::UseOfEntry(const Node& mapping,
                              const Node::Entry& entry) const {
  if (entry.key->location() < mapping.location()) {
    const auto found = rep_->merges.find(&mapping);
    return found == rep_->merges.end() ? mapping.location() : found->second;
  }
  return entry.value->location() < entry.key->location() ? entry.key->location()
                                                         : Location();
}

Location Document::LocationWithin(const Node& node, size_t offset) const {
  const Location begin = node.location();
  absl::string_view line = rep_->source.Line(begin.line);
  for (int column = 1; column < begin.column && !line.empty(); ++column) {
    line.remove_prefix(std::max<size_t>(base::Utf8SequenceLength(line), 1));
  }
  const bool quoted = !line.empty() && (line[0] == '\'' || line[0] == '"');
  if (quoted) line.remove_prefix(1);
  const absl::string_view before = node.text().substr(0, offset);
  if (!absl::StartsWith(line, before)) return begin;
  return {begin.line,
          begin.column + (quoted ? 1 : 0) + CountCharacters(before)};
}

void Document::ReportFlaws(const Node& node, absl::string_view path,
                           Diagnostics* diagnostics) const {
  if (rep_->flaws.empty()) return;
  absl::flat_hash_set<const Node*> seen = {&node};
  std::vector<Step> steps = {{&node}};
  while (!steps.empty()) {
    const Node& here = *steps.back().node;
    const Flaws* flaws = here.flawed() ? &rep_->flaws.at(&here) : nullptr;
    const size_t merged = flaws != nullptr ? flaws->merged.size() : 0;
    size_t next = steps.back().next++;
    if (next == 0 && flaws != nullptr) {
      const std::string where = PathTo(path, steps);
      const Location use = UseOf(*this, steps);
      for (const Flaw& flaw : flaws->own) {
        AddFlaw(flaw, where, use, diagnostics);
      }
    }
    Step below = {nullptr};
    if (next < merged) {
      below.node = flaws->merged[next];
    } else if (next -= merged; next < here.items().size()) {
      below = {here.items()[next], nullptr, static_cast<int>(next)};
    } else if (next / 2 < here.entries().size()) {
      const Node::Entry& entry = here.entries()[next / 2];
      below = next % 2 == 0 ? Step{entry.key} : Step{entry.value, entry.key};
    } else {
      steps.pop_back();
      continue;
    }
    if (seen.insert(below.node).second) steps.push_back(below);
  }
}

void Document::ReportDuplicates(const Node& node, absl::string_view key,
                                Diagnostics* diagnostics) const {
  if (!node.flawed()) return;
  for (const Flaw& flaw : rep_->flaws.at(&node).own) {
    if (flaw.kind == Flaw::Kind::kDuplicateKey && flaw.key->text() == key) {
      AddFlaw(flaw, "", {}, diagnostics);
    }
  }
}

void Document::AddFlaw(const Flaw& flaw, std::string path, Location use,
                       Diagnostics* diagnostics) const {
  if (diagnostics->CountsOnly(Severity::kError, flaw.location.line,
                              flaw.location.column)) {
    diagnostics->Count(Severity::kError);
    return;
  }
  Problem problem = MakeProblem(
      flaw.location,
      FlawMessage(flaw, flaw.key != nullptr ? ShownKey(*flaw.key) : ""));
  problem.path = std::move(path);
  SetUse(use, &problem);
  diagnostics->Add(std::move(problem));
}

}  // namespace servo::yaml
