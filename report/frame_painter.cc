#include "report/frame_painter.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/terminal_text.h"
#include "report/terminal_width.h"

namespace servo::report {
namespace {

constexpr char kEraseToEndOfLine[] = "\x1b[K";
constexpr char kEraseBelow[] = "\x1b[J";

}  // namespace

// How far above the cursor the last frame begins.
size_t FramePainter::RowsUp(size_t columns) const {
  size_t rows = 0;
  for (const std::string& line : lines_) {
    const size_t width = Columns(base::WithoutEscapeSequences(line));
    const size_t broken = (width + columns - 1) / std::max<size_t>(columns, 1);
    rows += std::max<size_t>(broken, 1);
  }
  return rows;
}

std::string FramePainter::Paint(absl::Span<const std::string> messages,
                                const std::vector<std::string>& lines,
                                size_t columns) {
  columns = std::max<size_t>(columns, 1);
  if (messages.empty() && lines == lines_ && columns == columns_) return "";
  std::string text;
  if (const size_t up = RowsUp(columns); up > 0) {
    absl::StrAppend(&text, "\x1b[", up, "A\r");
  }
  // Messages may be of any width, and the frame is broken anew: the place is
  // needed.
  if (!messages.empty() || columns != columns_) text += kEraseBelow;
  for (const std::string& message : messages) {
    absl::StrAppend(&text, message, "\r\n");
  }
  for (const std::string& line : lines) {
    absl::StrAppend(&text, line, kEraseToEndOfLine, "\r\n");
  }
  // What is left of a longer frame, and what was typed.
  text += kEraseBelow;
  lines_ = lines;
  columns_ = columns;
  return text;
}

void FramePainter::Forget() { lines_.clear(); }

}  // namespace servo::report
