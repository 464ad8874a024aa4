#include "report/last_words.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "base/terminal_text.h"

namespace servo::report {
namespace {

// How much of an output is looked at: a line that is redrawn often is long.
constexpr size_t kLookedAtBytes = 64 * 1024;

// What Captured puts for what it leaves out.
constexpr absl::string_view kLeftOut = "...";

}  // namespace

std::string VisibleEnd(const base::Captured& output, size_t max_bytes) {
  const std::string visible =
      base::VisibleText(output.TailText(kLookedAtBytes));
  base::Captured shown(visible.size());
  shown.Append(absl::StripTrailingAsciiWhitespace(visible));
  return shown.TailText(max_bytes);
}

std::string VisibleEnds(const base::Captured& output, size_t max_bytes) {
  const std::string all = output.HeadText(max_bytes);
  if (output.total() <= max_bytes || !absl::EndsWith(all, kLeftOut)) {
    return base::VisibleText(all);
  }
  const size_t half = max_bytes / 2;
  const std::string begin = output.HeadText(half);
  const std::string end = output.TailText(
      std::min<uint64_t>(output.total() - half, kLookedAtBytes));
  base::Captured shown(kLookedAtBytes);
  shown.Append(base::VisibleText(absl::StripPrefix(end, kLeftOut)));
  const std::string last = shown.TailText(half);
  return absl::StrCat(base::VisibleText(absl::StripSuffix(begin, kLeftOut)),
                      kLeftOut, absl::StripPrefix(last, kLeftOut));
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
