#include "yaml/diagnostics.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "base/quoted.h"
#include "base/utf8.h"

namespace servo::yaml {
namespace {

// The most of a source line that is shown, in characters, and how many of them
// stand before the caret when the line is cut.
constexpr int kShownWidth = 120;
constexpr int kShownBefore = 60;

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

// A line's characters, each of one column: what a terminal would not show as
// one is replaced.
std::vector<std::string> Characters(absl::string_view line) {
  std::vector<std::string> characters;
  while (!line.empty()) {
    size_t length = base::Utf8SequenceLength(line);
    if (length == 0) {
      characters.push_back("\uFFFD");
      length = 1;
    } else if (length == 1 && (line[0] < 0x20 || line[0] == 0x7f)) {
      characters.push_back(line[0] == '\t' ? " " : "\uFFFD");
    } else {
      characters.emplace_back(line.substr(0, length));
    }
    line.remove_prefix(length);
  }
  return characters;
}

// The source line, cut around the caret if it is long, and the caret below.
std::string Excerpt(const Problem& problem, const Palette& palette) {
  const std::vector<std::string> characters = Characters(problem.source_line);
  const int width = static_cast<int>(characters.size());
  int caret = std::clamp(problem.column - 1, 0, width);
  int begin = 0;
  int end = width;
  if (width > kShownWidth) {
    begin = std::max(0, std::min(caret - kShownBefore, width - kShownWidth));
    end = begin + kShownWidth;
  }
  const absl::string_view before = begin > 0 ? "..." : "";
  const absl::string_view after = end < width ? "..." : "";
  const std::string shown =
      absl::StrJoin(characters.begin() + begin, characters.begin() + end, "");
  const std::string margin(before.size() + caret - begin, ' ');
  return absl::StrFormat("%6d | %s%s%s\n       | %s%s^%s\n", problem.line,
                         before, shown, after, margin, palette.caret,
                         palette.reset);
}

}  // namespace

void Diagnostics::Add(Problem problem) {
  const Key first = {problem.line, problem.column, 0};
  for (auto it = kept_.lower_bound(first); it != kept_.end(); ++it) {
    const Problem& kept = it->second;
    if (kept.line != problem.line || kept.column != problem.column) break;
    if (kept.message == problem.message) return;
  }
  (problem.severity == Severity::kError ? errors_ : warnings_)++;
  const Key key = {problem.line, problem.column, arrivals_++};
  if (kept_.size() == limit_) {
    if (kept_.empty() || key > kept_.rbegin()->first) return;
    kept_.erase(std::prev(kept_.end()));
  }
  kept_.emplace(key, std::move(problem));
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
    if (!problem.source_line.empty()) {
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
