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
  absl::string_view caret;
  absl::string_view reset;
};
constexpr Palette kPlain = {"", "", "", ""};
constexpr Palette kColored = {"\x1b[1m", "\x1b[1;35m", "\x1b[1;31m", "\x1b[0m"};

std::string Headline(const Problem& problem, const Palette& palette) {
  std::string place = problem.file;
  if (problem.line > 0) {
    absl::StrAppend(&place, ":", problem.line, ":", problem.column);
  }
  std::string line = absl::StrCat(palette.place, place, ":", palette.reset);
  if (problem.severity == Severity::kWarning) {
    absl::StrAppend(&line, " ", palette.warning, "warning:", palette.reset);
  }
  if (!problem.path.empty()) absl::StrAppend(&line, " ", problem.path, ":");
  if (!problem.task.empty()) {
    absl::StrAppend(&line, " (task ", base::Quoted(problem.task), ")");
  }
  absl::StrAppend(&line, " ", problem.message);
  return line;
}

// The excerpt, and the caret below.
std::string Excerpt(const Problem& problem, const Palette& palette) {
  const std::string margin(std::max(0, problem.caret), ' ');
  return absl::StrFormat("%6d | %s\n       | %s%s^%s\n", problem.line,
                         problem.excerpt, margin, palette.caret, palette.reset);
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
  const Key key = {problem.line, problem.column, arrivals_++};
  if (kept_.size() == limit_) {
    if (kept_.empty() || key > kept_.rbegin()->first) return;
    kept_.erase(std::prev(kept_.end()));
  }
  kept_.emplace(key, std::move(problem));
}

bool Diagnostics::CountsOnly(int line, int column) const {
  if (kept_.size() < limit_) return false;
  return kept_.empty() || Key(line, column, arrivals_) > kept_.rbegin()->first;
}

void Diagnostics::Count(Severity severity) {
  (severity == Severity::kError ? errors_ : warnings_)++;
}

void Diagnostics::MakeWarningsErrors() {
  errors_ += std::exchange(warnings_, 0);
  for (auto& [key, problem] : kept_) problem.severity = Severity::kError;
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
    absl::StrAppend(&text, Headline(problem, palette), "\n");
    if (!problem.excerpt.empty()) {
      absl::StrAppend(&text, Excerpt(problem, palette));
    }
  }
  if (const size_t more = errors_ + warnings_ - kept_.size(); more > 0) {
    absl::StrAppend(&text, "and ", more, " more\n");
  }
  return text;
}

std::string Diagnostics::Message(size_t max) const {
  std::vector<std::string> lines;
  for (const auto& [key, problem] : kept_) {
    if (problem.severity != Severity::kError) continue;
    if (lines.size() == max) break;
    lines.push_back(Headline(problem, kPlain));
  }
  if (errors_ > lines.size()) {
    lines.push_back(absl::StrCat("and ", errors_ - lines.size(), " more"));
  }
  return absl::StrJoin(lines, "\n");
}

}  // namespace servo::yaml
