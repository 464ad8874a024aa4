#include "config/loader.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "config/await_reader.h"
#include "config/keys.h"
#include "config/reference_check.h"
#include "config/reference_reader.h"
#include "config/report_keys.h"
#include "config/source_reader.h"
#include "config/task_reader.h"
#include "config/top_level.h"
#include "yaml/document.h"
#include "yaml/reader.h"
#include "yaml/section.h"

namespace servo::config {
namespace {

// The most that the section may be with aliases followed: bytes of text plus
// nodes. Bounds what the plan can take.
constexpr uint64_t kMaxSectionSize = 64 * 1024 * 1024;

class Loader {
 public:
  // All must outlive it.
  Loader(const yaml::Document* document, yaml::Diagnostics* diagnostics,
         absl::string_view section, const plan::References& references)
      : document_(*document),
        context_{document, diagnostics, ""},
        section_(section),
        names_{.references = references} {}

  plan::Plan Load() {
    if (const yaml::Node* section = FindSection()) ReadSection(*section);
    context_.AddExcerpts();
    return std::move(plan_);
  }

 private:
  // The section; null after telling why if there is none.
  const yaml::Node* FindSection() {
    const yaml::Node* root = document_.root();
    if (root == nullptr || root->kind() == yaml::Node::Kind::kNull) {
      Warn({}, "the file is empty: nothing to run");
      return nullptr;
    }
    if (!yaml::HasSections(document_, section_, context_.diagnostics)) {
      return nullptr;
    }
    // Sections of other names may resemble one another.
    if (section_ == kSectionName) {
      CheckTopLevel(document_, *root, context_.diagnostics);
    }
    document_.ReportDuplicates(*root, section_, context_.diagnostics);
    const yaml::Node* section = root->Find(section_);
    if (section == nullptr) {
      Warn({}, absl::StrCat("the file has no section ", section_,
                            ": nothing to run"));
    } else if (section->kind() == yaml::Node::Kind::kNull) {
      Warn(section->location(),
           absl::StrCat("the section ", section_, " is empty: nothing to run"));
    } else if (section->expanded_size() > kMaxSectionSize) {
      yaml::Problem problem = document_.MakeProblem(
          section->location(),
          absl::StrCat("expected at most ", kMaxSectionSize / 1024 / 1024,
                       " MiB with all aliases followed, found more"));
      problem.path = std::string(section_);
      Add(std::move(problem));
    } else {
      return section;
    }
    return nullptr;
  }

  void ReadSection(const yaml::Node& section) {
    document_.ReportFlaws(section, section_, context_.diagnostics);
    const yaml::Field field(&context_, &section, yaml::KeyPath(section_));
    constexpr yaml::MappingReader::Elsewhere kElsewhere[] = {
        {kTaskKeys, "a task, which stands in the list of a stage"}};
    constexpr yaml::MappingReader::Synonym kSynonyms[] = {
        {"setup", "pre"},        {"before", "pre"}, {"prepare", "pre"},
        {"cleanup", "post"},     {"after", "post"}, {"teardown", "post"},
        {"tear_down", "post"},   {"run", "start"},  {"end", "stop"},
        {"variables", "values"}, {"vars", "values"}};
    const yaml::MappingReader keys(field, kSectionKeys, kElsewhere, kSynonyms,
                                   "its stages as keys, without \"- \"");
    if (!keys.ok()) return;
    ReadSecrets(keys[SectionKey("secrets")], &plan_.secrets);
    ReadValues(keys[SectionKey("values")], &plan_.values);
    // The table begins with the stages, in their order.
    for (const plan::Stage stage : plan::kStages) {
      const yaml::Field tasks = keys[static_cast<size_t>(stage)];
      if (tasks.given()) CollectCalled(tasks.node(), &names_.called);
    }
    for (const plan::Stage stage : plan::kStages) {
      ReadStage(keys[static_cast<size_t>(stage)], stage);
    }
    keys[SectionKey("description")].Read(&plan_.description);
    keys[SectionKey("stop_on_cancel")].Read(&plan_.stop_on_cancel);
    keys[SectionKey("cleanup_timeout")].Read(&plan_.cleanup_timeout);
    ReadReport(keys[SectionKey("report")]);
    CheckReferences(field, names_.references);
    if (tasks_ == 0) {
      Warn(section.location(), absl::StrCat("the section ", section_,
                                            " has no tasks: nothing to run"));
    }
  }

  void ReadStage(const yaml::Field& field, plan::Stage stage) {
    if (!field.given()) return;
    if (field.node().kind() != yaml::Node::Kind::kSequence) {
      const bool one_task = field.node().kind() == yaml::Node::Kind::kMapping;
      field.Error(absl::StrCat("expected a list of tasks, found ",
                               field.node().Describe(/*show_text=*/false),
                               one_task ? "; each task begins with \"- \""
                                        : "; write [{shell_exec: COMMAND}]"));
      return;
    }
    const size_t size = field.node().items().size();
    tasks_ += size;
    if (tasks_ > kMaxTasks) {
      field.Error(absl::StrCat("expected at most ", kMaxTasks,
                               " tasks in all stages together"));
      return;
    }
    std::vector<plan::Task>& tasks = plan_.stages[static_cast<size_t>(stage)];
    tasks.resize(size);
    for (size_t i = 0; i < size; ++i) {
      ReadTask(field.Item(i), stage, i, &names_, &tasks[i]);
    }
  }

  void ReadReport(const yaml::Field& field) {
    if (!field.given()) return;
    const yaml::MappingReader keys(field, kReportKeys, {}, {}, "{dir: PATH}");
    if (!keys.ok()) return;
    plan::ReportOptions report;
    keys[ReportKey("dir")].ReadNonEmpty(&report.dir);
    keys[ReportKey("keep")].Read(&report.keep);
    plan_.report = std::move(report);
  }

  // Tells that nothing runs, unless an error tells why.
  void Warn(yaml::Location location, std::string message) {
    if (context_.diagnostics->has_errors()) return;
    yaml::Problem problem = document_.MakeProblem(location, std::move(message));
    problem.severity = yaml::Severity::kWarning;
    Add(std::move(problem));
  }

  void Add(yaml::Problem problem) {
    context_.diagnostics->Add(std::move(problem));
  }

  const yaml::Document& document_;
  yaml::ReadContext context_;
  plan::Plan plan_;
  const absl::string_view section_;
  SectionNames names_;
  size_t tasks_ = 0;
};

// Messages show references, not what stands for them.
void ShowAsWritten(const plan::References& references,
                   yaml::Diagnostics* diagnostics) {
  if (references.empty()) return;
  diagnostics->ForEach([&references](yaml::Problem& problem) {
    for (std::string* text : {&problem.message, &problem.path, &problem.task}) {
      *text = references.AsWritten(*text);
    }
  });
}

}  // namespace

absl::StatusOr<plan::Plan> LoadPlan(absl::string_view text,
                                    absl::string_view file_name,
                                    yaml::Diagnostics* diagnostics, bool strict,
                                    absl::string_view section) {
  ReferenceReader reader(text);
  const absl::StatusOr<std::unique_ptr<const yaml::Document>> document =
      yaml::Document::Parse(text, file_name, diagnostics,
                            [&reader](absl::string_view scalar) {
                              return reader.Rewrite(scalar);
                            });
  if (!document.ok()) return document.status();
  if (reader.too_many()) {
    diagnostics->Add((*document)->MakeProblem(
        {}, absl::StrCat("expected at most ", ReferenceReader::kMaxReferences,
                         " references, found more")));
  }
  plan::References references = reader.Take();
  plan::Plan plan =
      Loader(document->get(), diagnostics, section, references).Load();
  ShowAsWritten(references, diagnostics);
  plan.references = std::move(references);
  if (strict) diagnostics->MakeWarningsErrors();
  if (diagnostics->has_errors()) {
    return absl::InvalidArgumentError(diagnostics->Message());
  }
  return plan;
}

}  // namespace servo::config
