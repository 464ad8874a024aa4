#include "report/last_words.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/terminal_text.h"

namespace servo::report {
namespace {

// How much of an output is looked at: a line that is redrawn often is long.
constexpr size_t kLookedAtBytes = 64 * 1024;

}  // namespace

std::string VisibleEnd(const base::Captured& output, size_t max_bytes) {
  const std::string visible =
      base::VisibleText(output.TailText(kLookedAtBytes));
  base::Captured shown(visible.size());
  shown.Append(absl::StripTrailingAsciiWhitespace(visible));
  return shown.TailText(max_bytes);
}

std::string LastWords(const exec::Result& result) {
  std::string words;
  const std::string err = VisibleEnd(result.err, kShownBytes);
  if (!err.empty()) absl::StrAppend(&words, "; stderr: ", err);
  if (err.size() >= kShownBytes / 2) return words;
  const std::string out = VisibleEnd(result.out, kShownBytes - err.size());
  if (!out.empty()) absl::StrAppend(&words, "; stdout: ", out);
  return words;
}

}  // namespace servo::report
