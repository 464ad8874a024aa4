#include "stages/required_literal.h"

#include <cstddef>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace servo::stages {
namespace {

// Reads an expression from left to right. Whatever it does not know for sure
// ends a run, or gives up.
class LiteralScanner {
 public:
  explicit LiteralScanner(absl::string_view regex) : rest_(regex) {}

  std::string Scan() {
    while (!rest_.empty() && known_) TakeNext();
    EndRun();
    return known_ ? best_ : "";
  }

 private:
  void TakeNext() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    switch (c) {
      case '\\':
        return TakeEscape();
      case '[':
        EndRun();
        return SkipClass();
      case '(':
        return OpenGroup();
      case ')':
        --depth_;
        return;
      case '|':
        known_ = known_ && depth_ > 0;
        return;
      case '{':
        DropOptional();
        return SkipRepeat();
      case '*':
      case '?':
        return DropOptional();
      case '+':
      case '^':
      case '$':
      case '.':
        return EndRun();
      default:
        return Append(c);
    }
  }

  void Append(char c) {
    if (depth_ > 0) return;
    absl::ascii_isascii(static_cast<unsigned char>(c)) ? run_.push_back(c)
                                                       : EndRun();
  }

  void EndRun() {
    if (run_.size() > best_.size()) best_ = run_;
    run_.clear();
  }

  // The last character need not be there.
  void DropOptional() {
    if (!run_.empty()) run_.pop_back();
    EndRun();
  }

  void TakeEscape() {
    if (rest_.empty()) return;
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (absl::ascii_ispunct(static_cast<unsigned char>(c))) return Append(c);
    EndRun();
    // The others have arguments, or change how what follows is read.
    constexpr absl::string_view kAlone = "dDwWsSbBAzntrfva";
    known_ = known_ && absl::StrContains(kAlone, c);
  }

  // Of groups that begin with "(?", those that only have a name, or none.
  void OpenGroup() {
    EndRun();
    ++depth_;
    if (!absl::StartsWith(rest_, "?")) return;
    known_ = known_ &&
             (absl::StartsWith(rest_, "?:") || absl::StartsWith(rest_, "?P<") ||
              absl::StartsWith(rest_, "?<"));
    rest_.remove_prefix(1);
  }

  void SkipClass() {
    if (absl::StartsWith(rest_, "^")) rest_.remove_prefix(1);
    bool first = true;
    while (!rest_.empty() && (first || rest_.front() != ']')) {
      first = false;
      if (rest_.front() == '[' || absl::StartsWith(rest_, "\\Q")) {
        // "[:alpha:]", or a bracket: not worth to know.
        known_ = false;
        return;
      }
      rest_.remove_prefix(rest_.front() == '\\' && rest_.size() > 1 ? 2 : 1);
    }
    if (!rest_.empty()) rest_.remove_prefix(1);
  }

  // To the end of "{2,3}". What only looks like it is read on as it is.
  void SkipRepeat() {
    const size_t end = rest_.find_first_not_of("0123456789,");
    if (end != rest_.npos && rest_[end] == '}') rest_.remove_prefix(end + 1);
  }

  absl::string_view rest_;
  int depth_ = 0;
  bool known_ = true;
  std::string run_;
  std::string best_;
};

constexpr size_t kBlock = 64;

// Whether somewhere in a block `first` stands, and `last` that far behind it.
// Compilers make a few vector instructions of it, of bytes better than of
// bools.
bool MayBegin(const char* block, size_t distance, char first, char last) {
  char any = 0;
  for (size_t i = 0; i < kBlock; ++i) {
    any |= static_cast<char>(block[i] == first) &
           static_cast<char>(block[i + distance] == last);
  }
  return any != 0;
}

}  // namespace

std::string RequiredLiteral(absl::string_view regex) {
  return LiteralScanner(regex).Scan();
}

size_t FindLiteral(absl::string_view text, absl::string_view literal,
                   size_t from) {
  const size_t distance = literal.size() - 1;
  size_t at = from;
  for (; at + kBlock + distance <= text.size(); at += kBlock) {
    const char* const block = text.data() + at;
    if (!MayBegin(block, distance, literal.front(), literal.back())) continue;
    const size_t found =
        absl::string_view(block, kBlock + distance).find(literal);
    if (found != text.npos) return at + found;
  }
  return at <= text.size() ? text.find(literal, at) : text.npos;
}

}  // namespace servo::stages
