#include "config/loader.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "config/document.h"
#include "config/keys.h"
#include "config/reader.h"
#include "config/task_reader.h"

namespace servo::config {
namespace {

// The most that the section may be with aliases followed: bytes of text plus
// nodes. Bounds what the plan can take.
constexpr uint64_t kMaxSectionSize = 64 * 1024 * 1024;

class Loader {
 public:
  Loader(const Document* document, Diagnostics* diagnostics)
      : document_(*document), context_{document, diagnostics, ""} {}

  Plan Load() {
    if (const Node* section = FindSection()) ReadSection(*section);
    return std::move(plan_);
  }

 private:
  // The section; null after telling why if there is none.
  const Node* FindSection() {
    const Node* root = document_.root();
    if (root == nullptr || root->kind() == Node::Kind::kNull) {
      Warn({}, "the file is empty: nothing to run");
      return nullptr;
    }
    if (root->kind() != Node::Kind::kMapping) {
      Add(document_.MakeProblem(
          root->location(),
          absl::StrCat("expected a mapping with the key exec at the top "
                       "level, found ",
                       root->Describe())));
      return nullptr;
    }
    document_.ReportDuplicates(*root, kSectionName, context_.diagnostics);
    const Node* section = root->Find(kSectionName);
    if (section == nullptr) {
      Warn({}, "the file has no section exec: nothing to run");
    } else if (section->kind() == Node::Kind::kNull) {
      Warn(section->location(), "the section exec is empty: nothing to run");
    } else if (section->expanded_size() > kMaxSectionSize) {
      Problem problem = document_.MakeProblem(
          section->location(),
          absl::StrCat("expected at most ", kMaxSectionSize / 1024 / 1024,
                       " MiB with all aliases followed, found more"));
      problem.path = std::string(kSectionName);
      Add(std::move(problem));
    } else {
      return section;
    }
    return nullptr;
  }

  void ReadSection(const Node& section) {
    document_.ReportFlaws(section, kSectionName, context_.diagnostics);
    const Field field(&context_, &section, KeyPath(kSectionName));
    constexpr MappingReader::Elsewhere kElsewhere[] = {
        {kTaskKeys, "a task, which stands in the list of a stage"}};
    const MappingReader keys(field, kSectionKeys, kElsewhere);
    if (!keys.ok()) return;
    // The table begins with the stages, in their order.
    for (const Stage stage : kStages) {
      ReadStage(keys[static_cast<size_t>(stage)], stage);
    }
    keys[SectionKey("stop_on_cancel")].Read(&plan_.stop_on_cancel);
    keys[SectionKey("cleanup_timeout")].Read(&plan_.cleanup_timeout);
    if (tasks_ == 0 && !context_.diagnostics->has_errors()) {
      Warn(section.location(), "the section exec has no tasks: nothing to run");
    }
  }

  void ReadStage(const Field& field, Stage stage) {
    if (!field.given()) return;
    if (field.node().kind() != Node::Kind::kSequence) {
      const bool one_task = field.node().kind() == Node::Kind::kMapping;
      field.Error(absl::StrCat(
          "expected a list of tasks, found ", field.node().Describe(),
          one_task ? "; each task begins with \"- \"" : ""));
      return;
    }
    const size_t size = field.node().items().size();
    tasks_ += size;
    if (tasks_ > kMaxTasks) {
      field.Error(absl::StrCat("expected at most ", kMaxTasks,
                               " tasks in all stages together"));
      return;
    }
    std::vector<Task>& tasks = plan_.stages[static_cast<size_t>(stage)];
    tasks.reserve(size);
    for (size_t i = 0; i < size; ++i) {
      tasks.push_back(
          ReadTask(field.Item(i), absl::StrCat(StageName(stage), "[", i, "]")));
    }
  }

  void Warn(Location location, std::string message) {
    Problem problem = document_.MakeProblem(location, std::move(message));
    problem.severity = Severity::kWarning;
    Add(std::move(problem));
  }

  void Add(Problem problem) { context_.diagnostics->Add(std::move(problem)); }

  const Document& document_;
  ReadContext context_;
  Plan plan_;
  size_t tasks_ = 0;
};

}  // namespace

absl::StatusOr<Plan> LoadPlan(absl::string_view text,
                              absl::string_view file_name,
                              Diagnostics* diagnostics) {
  const absl::StatusOr<std::unique_ptr<const Document>> document =
      Document::Parse(text, file_name, diagnostics);
  if (!document.ok()) return document.status();
  Plan plan = Loader(document->get(), diagnostics).Load();
  if (diagnostics->has_errors()) {
    return absl::InvalidArgumentError(diagnostics->Message());
  }
  return plan;
}

}  // namespace servo::config
