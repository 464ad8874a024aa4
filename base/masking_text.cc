// Masking in commands and other lines of text.

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "base/masking.h"

namespace servo::base {
namespace {

bool IsNameCharacter(char c) {
  return absl::ascii_isalnum(c) || c == '-' || c == '_';
}

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

bool IsQuote(char c) { return c == '"' || c == '\''; }

// Where the quoted text ends whose inside begins at `at`.
size_t QuoteEnd(absl::string_view line, size_t at, char quote) {
  for (; at < line.size() && line[at] != quote; ++at) {
    if (quote == '"' && line[at] == '\\') ++at;
  }
  return std::min(at, line.size());
}

// Where the unquoted word ends that begins at `at`.
size_t WordEnd(absl::string_view line, size_t at) {
  while (at < line.size() && !IsBlank(line[at]) && line[at] != '&') ++at;
  return at;
}

size_t SkipBlanks(absl::string_view line, size_t at) {
  while (at < line.size() && IsBlank(line[at])) ++at;
  return at;
}

// Schemes of the Authorization header, which the secret follows as a word of
// its own.
bool IsAuthScheme(absl::string_view word) {
  for (const absl::string_view scheme :
       {"bearer", "basic", "token", "digest", "negotiate"}) {
    if (absl::EqualsIgnoreCase(word, scheme)) return true;
  }
  return false;
}

// Finds the values in one line from left to right.
class SecretFinder {
 public:
  explicit SecretFinder(absl::string_view line) : line_(line) {}

  std::vector<TextRange> Find() {
    while (at_ < line_.size()) {
      const char c = line_[at_];
      if (IsNameCharacter(c)) {
        TakeName();
      } else if (absl::StartsWith(line_.substr(at_), "://")) {
        TakeAuthority();
      } else {
        if (IsQuote(c)) UpdateQuote(c);
        if (c == '\\' && quote_ == '"') PassTo(at_ + 1);
        PassTo(at_ + 1);
      }
    }
    return std::move(found_);
  }

 private:
  void PassTo(size_t end) { at_ = std::min(end, line_.size()); }

  void HideTo(size_t end) {
    end = std::min(end, line_.size());
    if (end > at_) found_.emplace_back(at_, end);
    at_ = std::max(at_, end);
  }

  void UpdateQuote(char c) {
    if (quote_ == 0) {
      quote_ = c;
    } else if (quote_ == c) {
      quote_ = 0;
    }
  }

  void TakeName() {
    const size_t begin = at_;
    size_t end = at_;
    while (end < line_.size() && IsNameCharacter(line_[end])) ++end;
    PassTo(end);
    const absl::string_view name = line_.substr(begin, end - begin);
    if (!IsSecretName(name)) return;
    // A quote may close the name alone: {"token": "x"}.
    const bool escaped = end < line_.size() && line_[end] == '\\';
    if (escaped) ++end;
    if (end < line_.size() && IsQuote(line_[end])) {
      const size_t separator = SkipBlanks(line_, end + 1);
      if (separator >= line_.size() || line_[separator] != ':') return;
      if (!escaped) UpdateQuote(line_[end]);
      PassTo(end + 1);
    }
    const size_t separator = SkipBlanks(line_, at_);
    if (separator >= line_.size()) return;
    const char c = line_[separator];
    if (c == ':' || c == '=') {
      PassTo(SkipBlanks(line_, separator + 1));
      HideValue(c == ':');
    } else if (absl::StartsWith(name, "-") && separator > at_ && c != '-') {
      PassTo(separator);
      HideValue(false);
    }
  }

  // Hides the value that begins here. One that is not quoted goes on to the end
  // of the line, or of its word.
  void HideValue(bool to_line_end) {
    if (at_ >= line_.size()) return;
    if (IsQuote(line_[at_]) && line_[at_] != quote_) {
      HideTo(QuoteEnd(line_, at_ + 1, line_[at_]) + 1);
    } else if (quote_ != 0) {
      HideTo(QuoteEnd(line_, at_, quote_));
    } else if (to_line_end) {
      HideTo(line_.size());
    } else {
      size_t end = WordEnd(line_, at_);
      if (IsAuthScheme(line_.substr(at_, end - at_))) {
        end = WordEnd(line_, SkipBlanks(line_, end));
      }
      HideTo(end);
    }
  }

  // What stands before the last "@" of a URL's authority, which begins here
  // with "://".
  void TakeAuthority() {
    PassTo(at_ + 3);
    size_t end = at_;
    while (end < line_.size() && !IsBlank(line_[end]) && !IsQuote(line_[end]) &&
           line_[end] != '/') {
      ++end;
    }
    const size_t at_sign = line_.substr(at_, end - at_).rfind('@');
    if (at_sign != absl::string_view::npos) HideTo(at_ + at_sign);
  }

  absl::string_view line_;
  size_t at_ = 0;
  char quote_ = 0;
  std::vector<TextRange> found_;
};

}  // namespace

std::string MaskText(absl::string_view line) {
  return MaskRanges(line, SecretFinder(line).Find());
}

std::vector<std::string> MaskArguments(absl::Span<const std::string> argv) {
  std::vector<std::string> masked;
  masked.reserve(argv.size());
  bool secret = false;
  bool credentials = false;
  for (const std::string& word : argv) {
    if (secret || (credentials && absl::StrContains(word, ':'))) {
      masked.emplace_back(kMask);
      secret = credentials = false;
      continue;
    }
    masked.push_back(MaskText(word));
    secret = absl::StartsWith(word, "-") && IsSecretName(word) &&
             !absl::StrContains(word, '=') && !absl::StrContains(word, ':');
    credentials = word == "-u" || word == "--user" || word == "--proxy-user";
  }
  return masked;
}

}  // namespace servo::base
