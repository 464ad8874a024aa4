#include "base/redactor.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/masking.h"

namespace servo::base {
namespace {

bool IsBase64(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '+' ||
         c == '/' || c == '-' || c == '_';
}

}  // namespace

size_t Redactor::Hash(const char* block) {
  const auto byte = [block](size_t i) {
    return static_cast<uint32_t>(static_cast<unsigned char>(block[i]));
  };
  const uint32_t key = byte(0) | byte(1) << 8 | byte(2) << 16;
  return (key * 2654435761u) >> (32 - 15);
}

bool Redactor::Add(absl::string_view value) {
  std::vector<SecretForm> forms = SecretForms(value);
  if (forms.empty()) return false;
  const size_t old_window = window_;
  const size_t old_size = forms_.size();
  for (SecretForm& form : forms) {
    if (!texts_.insert(form.text).second) continue;
    const size_t size = form.text.size();
    longest_ = std::max(longest_, size);
    window_ = std::min(window_ == 0 ? kMaxWindow : window_, size);
    forms_.push_back({.form = std::move(form), .next = -1});
  }
  if (window_ != old_window) {
    Rebuild();
  } else {
    for (size_t i = old_size; i < forms_.size(); ++i) Insert(i);
  }
  return true;
}

void Redactor::Rebuild() {
  shift_.assign(kHashes, static_cast<uint8_t>(window_ - kBlock + 1));
  bucket_.assign(kHashes, -1);
  for (size_t i = 0; i < forms_.size(); ++i) Insert(i);
}

void Redactor::Insert(size_t index) {
  Form& form = forms_[index];
  for (size_t end = kBlock; end <= window_; ++end) {
    uint8_t& shift = shift_[Hash(form.form.text.data() + end - kBlock)];
    shift = std::min(shift, static_cast<uint8_t>(window_ - end));
  }
  int32_t& first = bucket_[Hash(form.form.text.data() + window_ - kBlock)];
  form.next = std::exchange(first, static_cast<int32_t>(index));
}

// What the longest form that begins at `at` gives away; empty if none does.
Redactor::Range Redactor::MatchAt(absl::string_view text, size_t at,
                                  size_t hash) const {
  Range range = {at, at};
  for (int32_t i = bucket_[hash]; i >= 0;) {
    const auto& [form, next] = forms_[static_cast<size_t>(i)];
    i = next;
    size_t end = at + form.text.size();
    if (end > text.size() || !absl::StartsWith(text.substr(at), form.text)) {
      continue;
    }
    if (form.leaks_behind && end < text.size() && IsBase64(text[end])) ++end;
    if (form.leaks_before && at > 0 && IsBase64(text[at - 1])) {
      range.first = at - 1;
    }
    range.second = std::max(range.second, end);
  }
  return range;
}

// In order, without overlaps.
std::vector<Redactor::Range> Redactor::Find(absl::string_view text) const {
  std::vector<Range> found;
  size_t at = 0;
  while (at + window_ <= text.size()) {
    const size_t hash = Hash(text.data() + at + window_ - kBlock);
    if (shift_[hash] > 0) {
      at += shift_[hash];
      continue;
    }
    const Range range = MatchAt(text, at, hash);
    ++at;
    if (range.second == range.first) continue;
    if (found.empty() || range.first >= found.back().second) {
      found.push_back(range);
    } else {
      found.back().second = std::max(found.back().second, range.second);
    }
  }
  return found;
}

// How many bytes at the end of `text` are the beginning of a form.
size_t Redactor::CutSuffix(absl::string_view text) const {
  size_t most = 0;
  for (const auto& [form, next] : forms_) {
    const absl::string_view secret = form.text;
    for (size_t n = std::min(text.size(), secret.size() - 1); n > most; --n) {
      if (absl::EndsWith(text, secret.substr(0, n))) most = n;
    }
  }
  return most;
}

// How many bytes at the beginning of `text` are the end of a form.
size_t Redactor::CutPrefix(absl::string_view text) const {
  size_t most = 0;
  for (const auto& [form, next] : forms_) {
    const absl::string_view secret = form.text;
    for (size_t n = std::min(text.size(), secret.size() - 1); n > most; --n) {
      if (absl::StartsWith(text, secret.substr(secret.size() - n))) most = n;
    }
  }
  return most;
}

std::string Redactor::Redact(std::string text, Cut cut) const {
  if (empty() || text.empty()) return text;
  std::vector<Range> ranges = Find(text);
  if (const size_t rest = cut.before ? CutPrefix(text) : 0; rest > 0) {
    ranges.emplace_back(0, rest);
  }
  if (const size_t rest = cut.behind ? CutSuffix(text) : 0; rest > 0) {
    ranges.emplace_back(text.size() - rest, text.size());
  }
  if (ranges.empty()) return text;
  std::sort(ranges.begin(), ranges.end());
  std::string masked;
  size_t shown = 0;  // what is before is written, or masked
  for (const auto& [begin, end] : ranges) {
    if (begin >= shown) {
      absl::StrAppend(
          &masked, absl::string_view(text).substr(shown, begin - shown), kMask);
    }
    shown = std::max(shown, end);
  }
  absl::StrAppend(&masked, absl::string_view(text).substr(shown));
  return masked;
}

std::string Redactor::RedactMessage(std::string message) const {
  constexpr absl::string_view kDots = "...";
  constexpr size_t kMaxBytes = 64 * 1024;  // messages with excerpts are short
  message = Redact(std::move(message));
  if (empty() || message.size() > kMaxBytes) return message;
  std::string masked;
  absl::string_view rest = message;
  bool cut_before = false;
  for (;;) {
    const size_t dots = rest.find(kDots);
    absl::string_view part = rest.substr(0, dots);
    const bool cut_behind = dots != absl::string_view::npos;
    if (const size_t n = cut_before ? CutPrefix(part) : 0;
        n >= kMinSecretCharacters) {
      masked += kMask;
      part.remove_prefix(n);
    }
    // Some excerpts are quoted and have the dots behind the quotes.
    const bool quoted = cut_behind && absl::ConsumeSuffix(&part, "\"");
    const size_t n = cut_behind ? CutSuffix(part) : 0;
    const bool leaks = n >= kMinSecretCharacters;
    absl::StrAppend(&masked, part.substr(0, part.size() - (leaks ? n : 0)),
                    leaks ? kMask : "", quoted ? "\"" : "",
                    cut_behind ? kDots : "");
    if (!cut_behind) return masked;
    rest.remove_prefix(dots + kDots.size());
    cut_before = true;
  }
}

}  // namespace servo::base
