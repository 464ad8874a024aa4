#include "report/run_summary.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/terminal_text.h"
#include "base/utf8.h"
#include "report/terminal_width.h"
#include "report/wording.h"

namespace servo::report {
namespace {

constexpr size_t kCells = 6;
using Cells = std::array<std::string, kCells>;

// Those whose cells stand at the right of their columns, as numbers do.
constexpr std::array<bool, kCells> kRight = {false, true, false,
                                             true,  true, false};

std::string ValueText(const MetricRow& row) {
  if (row.value.has_value()) return NumberText(*row.value);
  if (!row.series.has_value()) return "missing";
  size_t points = 0;
  for (const stages::Series& series : *row.series) {
    points += series.points.size();
  }
  return absl::StrCat(points, points == 1 ? " point" : " points");
}

std::string LimitText(const std::optional<double>& limit) {
  return limit.has_value() ? NumberText(*limit) : "";
}

bool IsJudged(const MetricRow& row) {
  return !row.ok || row.at_least.has_value() || row.at_most.has_value();
}

std::string Visible(const std::string& text) {
  return base::VisibleText(base::ToValidUtf8(text));
}

Cells CellsOf(const MetricRow& row) {
  return {
      Visible(row.name),      ValueText(row),
      Visible(row.unit),      LimitText(row.at_least),
      LimitText(row.at_most), !IsJudged(row) ? "" : (row.ok ? "ok" : "BROKEN")};
}

// Blanks at the line's end are not written.
std::string Line(const Cells& cells, const std::array<size_t, kCells>& widths) {
  std::string line;
  for (size_t i = 0; i < kCells; ++i) {
    if (widths[i] == 0) continue;
    if (!line.empty()) line += "  ";
    const std::string fill(widths[i] - Columns(cells[i]), ' ');
    absl::StrAppend(&line, kRight[i] ? fill : "", cells[i],
                    kRight[i] ? "" : fill);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

}  // namespace

std::string MetricsTable(const std::vector<MetricRow>& rows) {
  if (rows.empty()) return "";
  const Cells head = {"METRIC", "VALUE", "UNIT", "AT LEAST", "AT MOST", ""};
  std::vector<Cells> lines;
  std::array<size_t, kCells> widths = {};
  for (const MetricRow& row : rows) {
    lines.push_back(CellsOf(row));
    for (size_t i = 0; i < kCells; ++i) {
      widths[i] = std::max(widths[i], Columns(lines.back()[i]));
    }
  }
  for (size_t i = 0; i < kCells; ++i) {
    if (widths[i] > 0) widths[i] = std::max(widths[i], head[i].size());
  }
  std::string table = Line(head, widths);
  for (const Cells& cells : lines) table += Line(cells, widths);
  return table;
}

std::string SummaryText(absl::string_view result, absl::string_view reason,
                        absl::string_view message, absl::Duration took) {
  took = absl::Trunc(took, absl::Milliseconds(1));
  // absl writes no time at all as "0".
  std::string text = absl::StrCat(
      result, " after ",
      took == absl::ZeroDuration() ? "0s" : absl::FormatDuration(took));
  if (!reason.empty() && reason != result) {
    absl::StrAppend(&text, " (", reason, ")");
  }
  absl::StrAppend(&text, "\n");
  if (!message.empty()) {
    absl::StrAppend(&text, Visible(std::string(message)), "\n");
  }
  return text;
}

}  // namespace servo::report
