// Repainting a few lines at the bottom of a terminal, below text that scrolls.
#ifndef REPORT_FRAME_PAINTER_H_
#define REPORT_FRAME_PAINTER_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/types/span.h"

namespace servo::report {

// Makes what has to be written; writes nothing itself. The cursor is never
// hidden, and stands below the last line after each frame, so that nothing has
// to be put right whatever happens. No line is erased before the one that
// replaces it is there: what stays the same does not flicker.
//
// What was made must be written, whole and in order, unless Forget() is called.
class FramePainter {
 public:
  // `messages`, which scroll, above `lines`, which replace the lines of the
  // last frame; both without line breaks and control characters, colours apart.
  // Each of `lines` must be narrower than `columns`, the terminal's width; if
  // that is another than for the last frame, the terminal is taken to have
  // broken the lines of that anew, as most do. Empty if nothing has changed.
  std::string Paint(absl::Span<const std::string> messages,
                    const std::vector<std::string>& lines, size_t columns);

  // The last frame is not where it was: something else has written, as a shell
  // does while this process is stopped.
  void Forget();

 private:
  size_t RowsUp(size_t columns) const;

  std::vector<std::string> lines_;  // of the last frame
  size_t columns_ = 0;              // when it was painted
};

}  // namespace servo::report

#endif  // REPORT_FRAME_PAINTER_H_
