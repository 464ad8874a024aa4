#include "yaml/excerpt.h"

#include <algorithm>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/masking.h"
#include "base/utf8.h"

namespace servo::yaml {
namespace {

// How many bytes on either side of the place are looked at.
constexpr size_t kReach = 800;

// The most that is shown, in characters, and how many of them stand before the
// caret when the line is cut.
constexpr int kShownWidth = 120;
constexpr int kShownBefore = 60;

// What stands between the tokens of a line and is part of no text.
bool IsStructure(char c) { return absl::StrContains(" \t-?:,[]{}\"'|>+", c); }

// What can stand in front of a token.
bool CanLeadToToken(char c) { return absl::StrContains(" \t,[{:?-", c); }

// The shown text, as characters of one column each.
class Output {
 public:
  // Text of the line, beginning at the byte `offset` of it.
  void AddVerbatim(absl::string_view text, size_t offset, size_t place) {
    while (!text.empty()) {
      if (offset <= place) caret_ = characters_.size();
      offset += AddCharacter(&text);
    }
    hidden_ = false;
  }

  // A text that stands for what begins at the byte `offset`.
  void AddInstead(absl::string_view text, size_t offset, size_t place) {
    const bool again = text == base::kMask && hidden_;
    if (offset <= place && !again) caret_ = characters_.size();
    if (again) return;
    hidden_ = text == base::kMask;
    while (!text.empty()) AddCharacter(&text);
  }

  // What was added, cut around the caret; `end` says that the place is behind
  // all of it.
  Excerpt Cut(bool end, bool cut_before, bool cut_after) const {
    const int width = static_cast<int>(characters_.size());
    const int caret = end ? width : std::min(static_cast<int>(caret_), width);
    int first = 0;
    int last = width;
    if (width > kShownWidth) {
      first = std::max(0, std::min(caret - kShownBefore, width - kShownWidth));
      last = first + kShownWidth;
    }
    const absl::string_view before = cut_before || first > 0 ? "..." : "";
    const absl::string_view after = cut_after || last < width ? "..." : "";
    return {absl::StrCat(before,
                         absl::StrJoin(characters_.begin() + first,
                                       characters_.begin() + last, ""),
                         after),
            static_cast<int>(before.size()) + caret - first};
  }

 private:
  // Moves the first character of `text` here; returns its bytes.
  size_t AddCharacter(absl::string_view* text) {
    const size_t length = std::max<size_t>(1, base::Utf8SequenceLength(*text));
    characters_.push_back(Printable(text->substr(0, length)));
    text->remove_prefix(length);
    return length;
  }

  static std::string Printable(absl::string_view character) {
    const char c = character[0];
    if (character.size() == 1 && c == '\t') return " ";
    const bool control = (c >= 0 && c < 0x20) || c == 0x7f;
    if (character.size() == 1 && (control || (c & 0x80) != 0)) return "\uFFFD";
    return std::string(character);
  }

  std::vector<std::string> characters_;
  size_t caret_ = 0;
  bool hidden_ = false;  // the last that was added is kMask
};

// Adds line[begin, end), which is no token: structure, with one mask for
// everything from the first word to the last.
void AddGap(absl::string_view line, size_t begin, size_t end, size_t place,
            Output* out) {
  const absl::string_view gap = line.substr(begin, end - begin);
  const auto first = std::find_if_not(gap.begin(), gap.end(), IsStructure);
  if (first == gap.end()) {
    out->AddVerbatim(gap, begin, place);
    return;
  }
  size_t last = gap.size();
  while (IsStructure(gap[last - 1])) --last;
  const size_t words = first - gap.begin();
  out->AddVerbatim(gap.substr(0, words), begin, place);
  out->AddInstead(base::kMask, begin + words, place);
  out->AddVerbatim(gap.substr(last), begin + last, place);
}

// Where a token of unknown end may end, if what follows it begins at `next`.
size_t GuessEnd(absl::string_view line, size_t begin, size_t next) {
  if (next == line.size()) return next;
  while (next > begin + 1 && CanLeadToToken(line[next - 1])) --next;
  return next;
}

// The beginning of the character that holds the byte at `offset`.
size_t CharacterBegin(absl::string_view line, size_t offset) {
  while (offset > 0 && offset < line.size() && (line[offset] & 0xc0) == 0x80) {
    --offset;
  }
  return offset;
}

}  // namespace

Excerpt MakeExcerpt(absl::string_view line,
                    absl::Span<const ExcerptToken> tokens, size_t place) {
  place = std::min(place, line.size());
  const size_t begin =
      CharacterBegin(line, place > kReach ? place - kReach : 0);
  const size_t end =
      CharacterBegin(line, std::min(line.size(), place + kReach));
  // The first token that reaches into the window.
  auto token = std::partition_point(
      tokens.begin(), tokens.end(),
      [begin](const ExcerptToken& t) { return t.begin < begin; });
  if (token != tokens.begin()) --token;
  Output out;
  size_t at = begin;
  for (; token != tokens.end() && token->begin < end; ++token) {
    size_t next = line.size();
    if (token + 1 != tokens.end()) next = (token + 1)->begin;
    const size_t token_end = std::min(token->end == absl::string_view::npos
                                          ? GuessEnd(line, token->begin, next)
                                          : token->end,
                                      line.size());
    if (token_end <= at) continue;
    if (token->begin > at) AddGap(line, at, token->begin, place, &out);
    at = std::max(at, token->begin);
    const size_t stop = std::min(token_end, end);
    if (token->shown.empty()) {
      out.AddVerbatim(line.substr(at, stop - at), at, place);
    } else {
      out.AddInstead(token->shown, at, place);
    }
    at = stop;
  }
  if (at < end) AddGap(line, at, end, place, &out);
  return out.Cut(place == line.size(), begin > 0, end < line.size());
}

}  // namespace servo::yaml
