// Base64 that line breaks split, as e-mails and PEM files have it.
#ifndef BASE_UNWRAPPED_H_
#define BASE_UNWRAPPED_H_

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace servo::base {

// Whether `c` is a digit of base64, in either alphabet.
bool IsBase64(char c);

// Puts together what stands in several lines of a text. A line break is "\n" or
// "\r\n", or one of these escaped as in JSON, with the blanks behind it. A line
// that goes on in the next one has kMinLine characters of base64 or more before
// its end.
//
// Time is linear in the text, and small where no line ends so.
class Unwrapper {
 public:
  static constexpr size_t kMinLine = 16;
  static constexpr size_t kMaxBlanks = 12;  // behind a line break

  // One run of base64, without its line breaks.
  struct Run {
    std::string text;

    // Where the part of each line begins: in `text`, and in the whole.
    std::vector<std::pair<size_t, size_t>> lines;

    bool from_begin = false;  // of the whole
    bool to_end = false;      // of the whole

    // Where in the whole text[at] stands.
    size_t Place(size_t at) const;
  };

  // `text` must outlive this. `cut_before`, `cut_behind`: it was cut there, so
  // that its first line may be the end of a long one, and its last line break
  // one within a run. A very long run comes in pieces that have `overlap`
  // characters in common.
  Unwrapper(absl::string_view text, bool cut_before, bool cut_behind,
            size_t overlap);

  // Finds the next run; false if there is none.
  bool Next();

  const Run& run() const { return run_; }

 private:
  size_t NextBreak();
  bool IsLong(size_t begin, size_t end) const {
    return end - begin >= kMinLine || (cut_before_ && begin == 0);
  }
  std::optional<size_t> NextLine(size_t begin, size_t end) const;
  void Take(size_t begin, size_t end);
  void TakeLines(size_t begin, size_t end);

  const absl::string_view text_;
  const bool cut_before_;
  const bool cut_behind_;
  const size_t overlap_;
  size_t from_ = 0;       // what is before is done
  size_t newline_ = 0;    // the next one at or behind `from_`, once looked for
  size_t backslash_ = 0;  // the same
  Run run_;
};

}  // namespace servo::base

#endif  // BASE_UNWRAPPED_H_
