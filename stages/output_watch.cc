#include "stages/output_watch.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_split.h"
#include "base/utf8.h"
#include "re2/re2.h"
#include "stages/lookup.h"

namespace servo::stages {

OutputWatch::OutputWatch(plan::Lookup::Regex regex,
                         absl::AnyInvocable<void()> found)
    : regex_(std::move(regex)), found_(std::move(found)) {}

void OutputWatch::OnOutput(exec::Stream stream, absl::string_view bytes) {
  if (found_ == nullptr) return;
  Rest& rest = rests_[static_cast<size_t>(stream)];
  const size_t last = bytes.find_last_of("\n\r");
  if (last != bytes.npos) {
    Look(std::exchange(rest.line, "").append(bytes.substr(0, last + 1)));
    rest.seen = 0;
    bytes.remove_prefix(last + 1);
  }
  const size_t room = kMaxLine - std::min(kMaxLine, rest.line.size());
  rest.line.append(bytes.substr(0, room));
}

void OutputWatch::LookAtRest() {
  for (Rest& rest : rests_) {
    if (!rest.line.empty() && rest.line.size() == rest.seen) Look(rest.line);
    rest.seen = rest.line.size();
  }
}

// Line by line: no match goes beyond one.
void OutputWatch::Look(absl::string_view lines) {
  if (found_ == nullptr) return;
  const std::string plain = PlainLines(base::ToValidUtf8(lines));
  for (const absl::string_view line : absl::StrSplit(plain, '\n')) {
    if (!re2::RE2::PartialMatch(line, *regex_)) continue;
    std::exchange(found_, nullptr)();
    return;
  }
}

}  // namespace servo::stages
