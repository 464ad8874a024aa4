#include "base/unwrapped.h"

#include <algorithm>
#include <array>

#include "absl/strings/match.h"

namespace servo::base {
namespace {

// More of a run is not put together at once.
constexpr size_t kMaxRun = 64 * 1024;

constexpr std::array<bool, 256> DigitTable() {
  std::array<bool, 256> table = {};
  for (const char c : absl::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                        "abcdefghijklmnopqrstuvwxyz"
                                        "0123456789+/-_")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}
constexpr std::array<bool, 256> kIsDigit = DigitTable();

bool IsDigit(char c) { return kIsDigit[static_cast<unsigned char>(c)]; }

// Where the line begins that follows a line break of `text` at `at`; `at` if
// there is no line break.
size_t BreakEnd(absl::string_view text, size_t at) {
  const absl::string_view rest = text.substr(at);
  for (const absl::string_view line_break : {"\n", "\r\n", "\\n", "\\r\\n"}) {
    if (!absl::StartsWith(rest, line_break)) continue;
    size_t end = at + line_break.size();
    const size_t last = std::min(text.size(), end + Unwrapper::kMaxBlanks);
    while (end < last && (text[end] == ' ' || text[end] == '\t')) ++end;
    return end;
  }
  return at;
}

size_t RunBegin(absl::string_view text, size_t end, size_t limit) {
  while (end > limit && IsDigit(text[end - 1])) --end;
  return end;
}

size_t RunEnd(absl::string_view text, size_t begin) {
  while (begin < text.size() && IsDigit(text[begin])) ++begin;
  return begin;
}

}  // namespace

bool IsBase64(char c) { return IsDigit(c); }

size_t Unwrapper::Run::Place(size_t at) const {
  const auto next = std::upper_bound(
      lines.begin(), lines.end(), at,
      [](size_t place, const auto& line) { return place < line.first; });
  const auto& [begin, place] = *(next - 1);
  return place + (at - begin);
}

Unwrapper::Unwrapper(absl::string_view text, bool cut_before, bool cut_behind,
                     size_t overlap)
    : text_(text),
      cut_before_(cut_before),
      cut_behind_(cut_behind),
      overlap_(overlap),
      newline_(text.find('\n')),
      backslash_(text.find('\\')) {}

// The next character that may begin a line break, or end it; npos if there is
// none.
size_t Unwrapper::NextBreak() {
  if (newline_ < from_) newline_ = text_.find('\n', from_);
  if (backslash_ < from_) backslash_ = text_.find('\\', from_);
  return std::min(newline_, backslash_);
}

// Where text[begin, end), a line of base64, goes on; none if it does not.
std::optional<size_t> Unwrapper::NextLine(size_t begin, size_t end) const {
  if (!IsLong(begin, end)) return std::nullopt;
  const size_t next = BreakEnd(text_, end);
  if (next == end) return std::nullopt;
  const bool goes_on = next < text_.size() ? IsDigit(text_[next]) : cut_behind_;
  return goes_on ? std::optional<size_t>(next) : std::nullopt;
}

bool Unwrapper::Next() {
  for (;;) {
    const size_t found = NextBreak();
    if (found == text_.npos) return false;
    const bool has_return =
        text_[found] == '\n' && found > from_ && text_[found - 1] == '\r';
    const size_t end = found - (has_return ? 1 : 0);
    // Far enough back to know that the line is long; to its begin only then.
    const size_t enough = end - std::min(end, kMinLine);
    const size_t begin = RunBegin(text_, end, enough);
    if (IsLong(begin, end) && NextLine(begin, end).has_value()) {
      TakeLines(RunBegin(text_, begin, std::min(begin, from_)), end);
      return true;
    }
    from_ = found + 1;
  }
}

void Unwrapper::Take(size_t begin, size_t end) {
  run_.lines.emplace_back(run_.text.size(), begin);
  run_.text.append(text_.substr(begin, end - begin));
}

// The lines from text[begin, end), the first one, on.
void Unwrapper::TakeLines(size_t begin, size_t end) {
  run_.text.clear();
  run_.lines.clear();
  run_.from_begin = begin == 0;
  Take(begin, end);
  while (const std::optional<size_t> next = NextLine(begin, end)) {
    if (run_.text.size() > kMaxRun + overlap_) {
      from_ = run_.Place(run_.text.size() - overlap_);
      run_.to_end = false;
      return;
    }
    begin = *next;
    end = RunEnd(text_, begin);
    Take(begin, end);
  }
  run_.to_end = end == text_.size();
  from_ = end;
}

}  // namespace servo::base
