#include "config/reference_check.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/nearest.h"
#include "base/quoted.h"
#include "config/name_reader.h"
#include "config/reference_place.h"
#include "http/check_request.h"
#include "http/url_position.h"
#include "plan/plan.h"
#include "plan/run_names.h"

namespace servo::config {
namespace {

using plan::Reference;
using plan::References;

// Stands for a captured URL that another one begins with. It has a path, and
// perhaps a query.
constexpr absl::string_view kBeginning = "http://host/";

// Variables by which a value would choose what is executed.
bool ChoosesCode(absl::string_view variable) {
  constexpr absl::string_view kNames[] = {"PATH", "ENV", "BASH_ENV", "IFS"};
  return absl::StartsWith(variable, "LD_") ||
         std::find(std::begin(kNames), std::end(kNames), variable) !=
             std::end(kNames);
}

void AddKeys(const yaml::Node& mapping, KnownNames* names) {
  for (const yaml::Node::Entry& entry : mapping.entries()) {
    if (entry.key->is_scalar()) names->Add(entry.key->text());
  }
}

// The names below `key` of the section: of secrets, or of values.
KnownNames NamesBelow(const yaml::Node& section, absl::string_view key) {
  KnownNames names;
  if (const yaml::Node* mapping = section.Find(key)) AddKeys(*mapping, &names);
  return names;
}

KnownNames NamesOfRun() {
  KnownNames names;
  for (const plan::RunName& name : plan::kRunNames) names.Add(name.name);
  return names;
}

class Checker {
 public:
  Checker(const yaml::Field& section, const References& references)
      : section_(section),
        references_(references),
        secrets_(NamesBelow(section.node(), "secrets")),
        values_(NamesBelow(section.node(), "values")) {}

  void Check() {
    std::array<const yaml::Node::Entry*, plan::kStages.size()> stages = {};
    std::vector<const yaml::Node::Entry*> others;
    for (const yaml::Node::Entry& entry : section_.node().entries()) {
      if (const std::optional<plan::Stage> stage = StageOf(*entry.key)) {
        stages[static_cast<size_t>(*stage)] = &entry;
        NoteCaptures(entry);
      } else {
        others.push_back(&entry);
      }
    }
    for (const plan::Stage stage : plan::kStages) {
      stage_ = stage;
      const yaml::Node::Entry* entry = stages[static_cast<size_t>(stage)];
      if (entry != nullptr) CheckTasks(section_.Value(*entry));
    }
    owner_ = Owner::kSection;
    for (const yaml::Node::Entry* entry : others) {
      if (!IsFree(*entry)) Walk(section_.Value(*entry), Place::kNowhere);
    }
  }

 private:
  // Whether the key of a mapping is nobody's: what is below it is checked where
  // an alias brings it.
  static bool IsFree(const yaml::Node::Entry& entry) {
    return absl::StartsWith(entry.key->text(), yaml::kFreeKeyPrefix);
  }

  // What is known of a captured name.
  struct Captured {
    bool from_request = false;
  };

  static std::optional<plan::Stage> StageOf(const yaml::Node& key) {
    for (const plan::Stage stage : plan::kStages) {
      if (key.is_scalar() && key.text() == plan::StageName(stage)) return stage;
    }
    return std::nullopt;
  }

  // All names that any task captures, for messages.
  void NoteCaptures(const yaml::Node::Entry& stage) {
    for (const yaml::Node* task : stage.value->items()) {
      const yaml::Node* captures = task->Find("capture");
      if (captures != nullptr) AddKeys(*captures, &all_captures_);
    }
  }

  void CheckTasks(const yaml::Field& stage) {
    for (size_t i = 0; i < stage.node().items().size(); ++i) {
      CheckTask(stage.Item(i));
    }
  }

  void CheckTask(const yaml::Field& task) {
    const yaml::Node* name = task.node().Find("name");
    task.context()->task =
        name != nullptr ? std::string(name->text()) : std::string();
    const yaml::Node* begin = task.node().Find("begin");
    in_window_ = begin != nullptr && begin->text() == "window";
    const bool from_request = task.node().Find("request") != nullptr;
    owner_ = from_request ? Owner::kRequest : Owner::kProcess;
    for (const yaml::Node::Entry& entry : task.node().entries()) {
      if (IsFree(entry)) continue;
      CheckKey(task, entry);
      if (entry.key->is_scalar()) {
        CheckTaskKey(task.Value(entry), entry.key->text());
      }
    }
    if (const yaml::Node* captures = task.node().Find("capture")) {
      for (const yaml::Node::Entry& entry : captures->entries()) {
        if (!entry.key->is_scalar()) continue;
        captured_[entry.key->text()] = {.from_request = from_request};
      }
    }
    task.context()->task.clear();
  }

  void CheckTaskKey(const yaml::Field& field, absl::string_view key) {
    if (key == "env") {
      for (const yaml::Node::Entry& entry : field.node().entries()) {
        CheckKey(field, entry);
        Walk(field.Value(entry),
             ChoosesCode(entry.key->text()) ? Place::kLoader : Place::kText);
      }
    } else if (key == "exec") {
      if (field.node().is_scalar()) Walk(field, Place::kProgram);
      for (size_t i = 0; i < field.node().items().size(); ++i) {
        Walk(field.Item(i), i == 0 ? Place::kProgram : Place::kArgument);
      }
    } else if (key == "request") {
      CheckRequest(field);
    } else if (key == "metrics" || key == "capture") {
      for (const yaml::Node::Entry& entry : field.node().entries()) {
        CheckKey(field, entry);
        CheckLookup(field.Value(entry), /*is_condition=*/false);
      }
    } else if (key == "expect" || key == "give_up_if" ||
               key == "end_window_if") {
      for (size_t i = 0; i < field.node().items().size(); ++i) {
        CheckLookup(field.Item(i), /*is_condition=*/true);
      }
    } else {
      Walk(field, key == "stdin"        ? Place::kText
                  : key == "shell_exec" ? Place::kShell
                  : key == "cwd"        ? Place::kCwd
                                        : Place::kNowhere);
    }
  }

  // Whether the key of a condition has what a value is compared with.
  static bool IsOperand(absl::string_view key) {
    return key == "equals" || key == "not_equals" || key == "at_least" ||
           key == "at_most" || key == "contains" || key == "matches";
  }

  // A mapping with `from`, whose file's path may have what an argument may; of
  // a condition the operands may have anything.
  void CheckLookup(const yaml::Field& field, bool is_condition) {
    for (const yaml::Node::Entry& entry : field.node().entries()) {
      if (IsFree(entry)) continue;
      CheckKey(field, entry);
      const bool is_file = entry.key->text() == "from" &&
                           absl::StartsWith(entry.value->text(), "file:");
      Walk(field.Value(entry), is_file ? Place::kArgument
                               : is_condition && IsOperand(entry.key->text())
                                   ? Place::kText
                                   : Place::kNowhere);
    }
  }

  void CheckRequest(const yaml::Field& request) {
    for (const yaml::Node::Entry& entry : request.node().entries()) {
      if (IsFree(entry)) continue;
      CheckKey(request, entry);
      const absl::string_view key = entry.key->text();
      const yaml::Field value = request.Value(entry);
      if (key == "url") {
        CheckUrl(value);
      } else if (key == "save_to") {
        Walk(value, Place::kArgument);
      } else if (key == "data") {
        const bool json = value.node().is_scalar() && IsJson(request.node());
        Walk(value, json ? Place::kJsonData : Place::kText);
      } else if (key == "params" || key == "headers" || key == "json" ||
                 key == "auth") {
        Walk(value, Place::kText);
      } else {
        Walk(value, Place::kNowhere);
      }
    }
  }

  // Whether the type of a request's `data` is JSON, as it is by default.
  static bool IsJson(const yaml::Node& request) {
    absl::string_view type = "application/json";
    const yaml::Node* own = request.Find("content-type");
    if (own != nullptr && own->kind() != yaml::Node::Kind::kNull) {
      type = own->text();
    }
    if (const yaml::Node* headers = request.Find("headers")) {
      for (const yaml::Node::Entry& entry : headers->entries()) {
        if (absl::EqualsIgnoreCase(entry.key->text(), "Content-Type")) {
          type = entry.value->text();
        }
      }
    }
    return absl::StrContains(absl::AsciiStrToLower(type), "json");
  }

  // A reference stands behind the authority. Values, which are the operator's,
  // may make host and port, and a captured URL may be the beginning.
  void CheckUrl(const yaml::Field& field) {
    using Part = http::UrlPosition::Part;
    http::UrlPosition position;
    bool first = true;
    for (const References::Piece& piece :
         references_.Split(field.node().text())) {
      const Part part = position.part();
      if (piece.reference == nullptr) {
        position.PassAll(piece.text);
      } else if (first && piece.reference->kind == Reference::Kind::kCapture) {
        CheckBegin(field, *piece.reference);
        position.PassAll(kBeginning);
      } else if (part == Part::kFragment) {
        field.Error("a reference cannot stand behind the \"#\" of a URL");
      } else if (first && piece.reference->kind == Reference::Kind::kValue) {
        field.Error(absl::StrCat(
            "a URL does not begin with a value, which makes host and port: "
            "write http://${{ ",
            piece.reference->FullName(), " }}, or https"));
      } else if (part == Part::kScheme ||
                 (part == Part::kAuthority &&
                  piece.reference->kind != Reference::Kind::kValue)) {
        field.Error(
            "a reference stands behind the host of a URL; only values can make "
            "host and port, and only a captured URL its beginning");
      } else {
        CheckOne(field, *piece.reference, Place::kUrl);
        if (part == Part::kAuthority) CheckHost(field, *piece.reference);
      }
      first = false;
    }
  }

  // A value that makes host and port, if it is known already.
  void CheckHost(const yaml::Field& field, const Reference& reference) {
    const yaml::Node* values = section_.node().Find("values");
    const yaml::Node* value =
        values != nullptr ? values->Find(reference.name) : nullptr;
    if (value == nullptr) return;
    const absl::Status status = http::CheckHostPart(value->text());
    if (status.ok()) return;
    field.Error(absl::StrCat(reference.FullName(),
                             " stands for the host: ", status.message()));
  }

  // The captured URL that another one begins with.
  void CheckBegin(const yaml::Field& field, const Reference& reference) {
    CheckOne(field, reference, Place::kUrl);
    const auto captured = captured_.find(reference.name);
    if (captured != captured_.end() && !captured->second.from_request) {
      field.Error(absl::StrCat(
          "a URL can begin with what a request has captured, and \"",
          reference.name, "\" is captured from a process"));
    }
  }

  // Keys of mappings are names, which are checked when all is loaded.
  void CheckKey(const yaml::Field& mapping, const yaml::Node::Entry& entry) {
    if (references_.AreIn(entry.key->text())) {
      mapping.Key(entry).Error("a reference cannot stand in a key");
    }
  }

  void Walk(const yaml::Field& field, Place place) {
    const bool has_free_keys = place == Place::kNowhere;
    for (size_t i = 0; i < field.node().items().size(); ++i) {
      Walk(field.Item(i), place);
    }
    for (const yaml::Node::Entry& entry : field.node().entries()) {
      if (has_free_keys && IsFree(entry)) continue;
      CheckKey(field, entry);
      Walk(field.Value(entry), place);
    }
    if (!references_.AreIn(field.node().text())) return;
    for (const References::Piece& piece :
         references_.Split(field.node().text())) {
      if (piece.reference != nullptr) CheckOne(field, *piece.reference, place);
    }
  }

  void CheckOne(const yaml::Field& field, const Reference& reference,
                Place place) {
    if (reference.kind == Reference::Kind::kMalformed) {
      field.Error(absl::StrCat(
          "expected a name in \"${{ }}\": a capture's, secrets.X, values.X or "
          "run.X; a literal \"${{\" is written \"$${{\"",
          DidYouMeanSpace(reference.name)));
      return;
    }
    if (const std::string problem = ProblemOfPlace(reference, place, owner_);
        !problem.empty()) {
      field.Error(problem);
      return;
    }
    hints_ = !field.CountsErrorsOnly();
    if (const std::string problem = ProblemOfName(reference);
        !problem.empty()) {
      field.Error(problem);
    }
  }

  std::string ProblemOfName(const Reference& reference) const {
    switch (reference.kind) {
      case Reference::Kind::kRun:
        return ProblemOfRunName(reference.name);
      case Reference::Kind::kSecret:
        return ProblemOfDeclared(reference, secrets_, "secrets");
      case Reference::Kind::kValue:
        return ProblemOfDeclared(reference, values_, "values");
      case Reference::Kind::kCapture:
        return ProblemOfCapture(reference.name);
      case Reference::Kind::kMalformed:
        break;
    }
    return "";
  }

  std::string ProblemOfRunName(absl::string_view name) const {
    const plan::RunName* known = plan::FindRunName(name);
    if (known == nullptr) {
      return absl::StrCat("no such name: run.", name,
                          DidYouMean(name, NamesOfRun(), "run."));
    }
    const bool before_window = stage_ < plan::Stage::kStop && !in_window_;
    if (known->known == plan::RunName::Known::kFromWindow && before_window) {
      return absl::StrCat("run.", name,
                          " is known once the window has begun, and this task "
                          "begins before it");
    }
    if (known->known == plan::RunName::Known::kInPost &&
        stage_ != plan::Stage::kPost) {
      return absl::StrCat("run.", name, " is known in post alone");
    }
    return "";
  }

  std::string ProblemOfDeclared(const Reference& reference,
                                const KnownNames& names,
                                absl::string_view section) const {
    if (names.contains(reference.name)) return "";
    return absl::StrCat(
        "the section has no ", reference.FullName(),
        DidYouMean(reference.name, names, absl::StrCat(section, ".")));
  }

  std::string ProblemOfCapture(absl::string_view name) const {
    if (captured_.contains(name)) return "";
    if (all_captures_.contains(name)) {
      return absl::StrCat("no earlier task captures ", base::Quoted(name),
                          ", only a later one or this one does");
    }
    return absl::StrCat("no task captures ", base::Quoted(name),
                        DidYouMeanDeclared(name));
  }

  // Of a name that no task captures: one that is known without its space says
  // more than a similar one.
  std::string DidYouMeanDeclared(absl::string_view name) const {
    absl::string_view space;
    if (secrets_.contains(name)) space = "secrets.";
    if (values_.contains(name)) space = "values.";
    if (plan::FindRunName(name) != nullptr) space = "run.";
    return space.empty() ? DidYouMean(name, all_captures_)
                         : absl::StrCat("; did you mean ", space, name, "?");
  }

  // Of "secret.X": a space that is misspelt.
  static std::string DidYouMeanSpace(absl::string_view name) {
    constexpr absl::string_view kSpaces[] = {"secrets", "values", "run"};
    const size_t dot = name.find('.');
    if (dot == name.npos) return "";
    const absl::string_view nearest =
        base::Nearest(name.substr(0, dot), kSpaces);
    const bool is_exact = name.substr(0, dot) == nearest;
    return nearest.empty() || is_exact
               ? ""
               : absl::StrCat("; did you mean ", nearest, ".X?");
  }

  std::string DidYouMean(absl::string_view name, const KnownNames& known,
                         absl::string_view space = "") const {
    if (!hints_) return "";
    const absl::string_view nearest = known.Nearest(name);
    return nearest.empty()
               ? ""
               : absl::StrCat("; did you mean ", space, nearest, "?");
  }

  const yaml::Field& section_;
  const References& references_;
  const KnownNames secrets_;
  const KnownNames values_;
  KnownNames all_captures_;
  std::map<absl::string_view, Captured> captured_;  // by the tasks so far
  plan::Stage stage_ = plan::Stage::kPre;
  Owner owner_ = Owner::kSection;  // of what is at hand
  bool in_window_ = false;         // the task at hand begins in the window
  bool hints_ = true;              // whether messages want them
};

}  // namespace

void CheckReferences(const yaml::Field& section, const References& references) {
  if (!references.empty()) Checker(section, references).Check();
}

std::string CheckableUrl(absl::string_view url, const References& references) {
  if (!references.AreIn(url)) return std::string(url);
  std::string checkable;
  bool begun = false;  // by a captured URL
  for (const References::Piece& piece : references.Split(url)) {
    if (piece.reference == nullptr) {
      absl::string_view words = piece.text;
      // What a run makes of these behind a captured URL.
      if (begun && checkable == kBeginning) {
        if (absl::ConsumePrefix(&words, "&")) checkable.append("?");
        absl::ConsumePrefix(&words, "/");
      }
      checkable.append(words);
    } else if (checkable.empty()) {
      checkable.append(kBeginning);
      begun = true;
    } else if (checkable.back() == ':') {
      checkable.append("1");  // perhaps a port
    } else {
      checkable.append(piece.text);
    }
  }
  return checkable;
}

}  // namespace servo::config
