#include "yaml/diagnostics.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "base/quoted.h"

namespace servo::yaml {
namespace {

// The escape sequences of ECMA-48, or nothing.
struct Palette {
  absl::string_view place;
  absl::string_view warning;
  absl::string_view note;
  absl::string_view caret;
  absl::string_view reset;
};
constexpr Palette kPlain = {"", "", "", "", ""};
constexpr Palette kColored = {"\x1b[1m", "\x1b[1;35m", "\x1b[1;36m",
                              "\x1b[1;31m", "\x1b[0m"};

std::string Place(const std::string& file, int line, int column,
                  const Palette& palette) {
  return absl::StrCat(palette.place, file,
                      line > 0 ? absl::StrCat(":", line, ":", column) : "", ":",
                      palette.reset);
}

// " warning:", " note:", or nothing.
std::string Word(Severity severity, const Palette& palette) {
  switch (severity) {
    case Severity::kError:
      break;
    case Severity::kWarning:
      return absl::StrCat(" ", palette.warning, "warning:", palette.reset);
    case Severity::kNote:
      return absl::StrCat(" ", palette.note, "note:", palette.reset);
  }
  return "";
}

std::string Headline(const Problem& problem, const Palette& palette) {
  std::string line =
      absl::StrCat(Place(problem.file, problem.line, problem.column, palette),
                   Word(problem.severity, palette));
  if (!problem.path.empty()) absl::StrAppend(&line, " ", problem.path, ":");
  if (!problem.task.empty()) {
    absl::StrAppend(&line, " (task ", base::Quoted(problem.task), ")");
  }
  absl::StrAppend(&line, " ", problem.message);
  return line;
}

// The excerpt of a problem, or of its use, and the caret below.
template <typename Located>
std::string Excerpt(const Located& place, const Palette& palette) {
  if (place.excerpt.empty()) return "";
  const std::string margin(std::max(0, place.caret), ' ');
  return absl::StrFormat("%6d | %s\n       | %s%s^%s\n", place.line,
                         place.excerpt, margin, palette.caret, palette.reset);
}

std::string UsedHere(const Problem& problem, const Palette& palette) {
  if (!problem.used.has_value()) return "";
  return absl::StrCat(
      Place(problem.file, problem.used->line, problem.used->column, palette),
      Word(Severity::kNote, palette), " used here\n",
      Excerpt(*problem.used, palette));
}

}  // namespace

void Diagnostics::Add(Problem problem) {
  const Key first = {problem.line, problem.column, 0};
  for (auto it = kept_.lower_bound(first); it != kept_.end(); ++it) {
    const Problem& kept = it->second;
    if (kept.line != problem.line || kept.column != problem.column) break;
    if (kept.message == problem.message) return;
  }
  Count(problem.severity);
  if (CountsOnly(problem.severity, problem.line, problem.column)) return;
  kept_errors_ += problem.severity == Severity::kError;
  kept_.emplace(Key(problem.line, problem.column, arrivals_++),
                std::move(problem));
  if (kept_.size() > limit_) DropLast();
}

bool Diagnostics::CountsOnly(Severity severity, int line, int column) const {
  if (kept_.size() < limit_) return false;
  if (kept_.empty()) return true;
  // An error takes the place of what is none.
  if (severity == Severity::kError && kept_errors_ < kept_.size()) return false;
  if (severity != Severity::kError && kept_errors_ == kept_.size()) return true;
  return Key(line, column, arrivals_) > kept_.rbegin()->first;
}

void Diagnostics::DropLast() {
  auto last = std::prev(kept_.end());
  if (kept_errors_ < kept_.size()) {
    while (last->second.severity == Severity::kError) --last;
  }
  kept_errors_ -= last->second.severity == Severity::kError;
  kept_.erase(last);
}

void Diagnostics::Count(Severity severity) {
  ++counts_[static_cast<size_t>(severity)];
}

void Diagnostics::MakeWarningsErrors() {
  counts_[0] += std::exchange(counts_[1], 0);
  for (auto& [key, problem] : kept_) {
    if (problem.severity != Severity::kWarning) continue;
    problem.severity = Severity::kError;
    ++kept_errors_;
  }
}

void Diagnostics::DropNotes() {
  counts_[2] = 0;
  std::erase_if(kept_, [](const auto& entry) {
    return entry.second.severity == Severity::kNote;
  });
}

void Diagnostics::ForEach(absl::FunctionRef<void(Problem&)> edit) {
  for (auto& [key, problem] : kept_) edit(problem);
}

std::vector<const Problem*> Diagnostics::problems() const {
  std::vector<const Problem*> problems;
  problems.reserve(kept_.size());
  for (const auto& [key, problem] : kept_) problems.push_back(&problem);
  return problems;
}

std::string Diagnostics::Render(bool color) const {
  const Palette& palette = color ? kColored : kPlain;
  std::string text;
  for (const auto& [key, problem] : kept_) {
    absl::StrAppend(&text, Headline(problem, palette), "\n",
                    Excerpt(problem, palette), UsedHere(problem, palette));
  }
  if (omitted() > 0) absl::StrAppend(&text, "and ", omitted(), " more\n");
  return text;
}

std::string Diagnostics::Message() const {
  std::vector<std::string> lines;
  for (const auto& [key, problem] : kept_) {
    if (problem.severity != Severity::kError) continue;
    lines.push_back(Headline(problem, kPlain));
    if (const auto& used = problem.used; used.has_value()) {
      absl::StrAppend(&lines.back(), " (used at ", used->line, ":",
                      used->column, ")");
    }
  }
  if (errors() > lines.size()) {
    lines.push_back(absl::StrCat("and ", errors() - lines.size(), " more"));
  }
  return absl::StrJoin(lines, "\n");
}

}  // namespace servo::yaml
