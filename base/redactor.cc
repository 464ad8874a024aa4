#include "base/redactor.h"

#include <algorithm>
#include <array>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/unwrapped.h"

namespace servo::base {
namespace {

constexpr size_t kMaxWindow = 64;
constexpr size_t kBlock = 3;  // bytes that are hashed
constexpr size_t kHashBits = 15;

// How many places of a text are looked at in turn: each look waits for memory.
constexpr size_t kLanes = 4;
constexpr size_t kLanesFrom = 4096;  // bytes of a text

// A form that begins like a text in so many bytes is compared to its end, until
// so many bytes were compared in vain: forms and texts of one byte again and
// again would take hours.
constexpr size_t kTellingBytes = 128;
constexpr size_t kMaxBytesInVain = size_t{16} << 20;

// In this namespace, so that compilers can inline it where it counts.
size_t Hash(const char* block) {
  const auto byte = [block](size_t i) {
    return static_cast<uint32_t>(static_cast<unsigned char>(block[i]));
  };
  const uint32_t key = byte(0) | byte(1) << 8 | byte(2) << 16;
  return (key * 2654435761u) >> (32 - kHashBits);
}

// Adds a range that ends behind all of `found`, or within the last one.
void AddRange(TextRange range, std::vector<TextRange>* found) {
  if (found->empty() || range.first >= found->back().second) {
    found->push_back(range);
  } else {
    found->back().second = std::max(found->back().second, range.second);
  }
}

// The most bytes at the end of `left` that are the beginning of `right`, in
// linear time (Knuth, Morris and Pratt).
size_t Overlap(absl::string_view left, absl::string_view right) {
  left.remove_prefix(left.size() - std::min(left.size(), right.size()));
  if (left.empty()) return 0;
  const size_t candidate = left.find(right.front());
  if (candidate == left.npos) return 0;  // mostly
  left.remove_prefix(candidate);
  right = right.substr(0, left.size());
  // Of each beginning of `right`, how long the longest other one is that it
  // ends with.
  std::vector<size_t> border(right.size() + 1);
  const auto longer = [&](size_t length, char c) {
    while (length > 0 && (length == right.size() || right[length] != c)) {
      length = border[length];
    }
    return right[length] == c ? length + 1 : length;
  };
  for (size_t i = 1; i < right.size(); ++i) {
    border[i + 1] = longer(border[i], right[i]);
  }
  size_t length = 0;
  for (const char c : left) length = longer(length, c);
  return length;
}

}  // namespace

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
  constexpr size_t kHashes = size_t{1} << kHashBits;
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

// Whether `form` stands at the beginning of `text`, which is no shorter.
bool Redactor::Stands(const std::string& form, absl::string_view text,
                      size_t* bytes_in_vain) {
  const absl::string_view begin(form.data(),
                                std::min(form.size(), kTellingBytes));
  if (!absl::StartsWith(text, begin)) return false;
  if (*bytes_in_vain > kMaxBytesInVain || absl::StartsWith(text, form)) {
    return true;
  }
  *bytes_in_vain += form.size();
  return false;
}

// Adds what the longest form gives away that begins at `at`, if there is one.
void Redactor::Take(absl::string_view text, size_t at, size_t hash,
                    size_t* bytes_in_vain,
                    std::vector<TextRange>* found) const {
  TextRange range = {at, at};
  for (int32_t i = bucket_[hash]; i >= 0;) {
    const auto& [form, next] = forms_[static_cast<size_t>(i)];
    i = next;
    size_t end = at + form.text.size();
    if (end > text.size() ||
        !Stands(form.text, text.substr(at), bytes_in_vain)) {
      continue;
    }
    if (form.leaks_behind && end < text.size() && IsBase64(text[end])) ++end;
    if (form.leaks_before && at > 0 && IsBase64(text[at - 1])) {
      range.first = at - 1;
    }
    range.second = std::max(range.second, end);
  }
  if (range.second > range.first) AddRange(range, found);
}

// All forms that stand in one piece.
std::vector<TextRange> Redactor::Search(absl::string_view text) const {
  if (text.size() < window_) return {};
  const size_t places = text.size() - window_ + 1;
  const size_t lanes = text.size() < kLanesFrom ? 1 : kLanes;
  std::array<size_t, kLanes> at = {};
  std::array<size_t, kLanes> end = {};
  std::array<std::vector<TextRange>, kLanes> found;
  for (size_t i = 0; i < lanes; ++i) {
    at[i] = places / lanes * i;
    end[i] = i + 1 == lanes ? places : places / lanes * (i + 1);
  }
  size_t bytes_in_vain = 0;
  const char* const last_block = text.data() + window_ - kBlock;
  const auto step = [&](size_t lane) {
    const size_t hash = Hash(last_block + at[lane]);
    const size_t shift = shift_[hash];
    if (shift == 0) Take(text, at[lane], hash, &bytes_in_vain, &found[lane]);
    at[lane] += std::max<size_t>(shift, 1);
  };
  while (lanes == kLanes && at[0] < end[0] && at[1] < end[1] &&
         at[2] < end[2] && at[3] < end[3]) {
    for (size_t i = 0; i < kLanes; ++i) step(i);
  }
  for (size_t i = 0; i < lanes; ++i) {
    while (at[i] < end[i]) step(i);
  }
  for (size_t i = 1; i < lanes; ++i) {
    for (const TextRange& range : found[i]) AddRange(range, &found[0]);
  }
  return std::move(found[0]);
}

// Adds the forms that line breaks split; in no order.
void Redactor::FindInLines(absl::string_view text, Cut cut,
                           std::vector<TextRange>* found) const {
  Unwrapper unwrapper(text, cut.before, cut.behind, longest_ + 1);
  while (unwrapper.Next()) {
    const Unwrapper::Run& run = unwrapper.run();
    const auto add = [&](size_t begin, size_t end) {
      if (end > begin) {
        found->emplace_back(run.Place(begin), run.Place(end - 1) + 1);
      }
    };
    for (const auto& [begin, end] : Search(run.text)) add(begin, end);
    if (cut.before && run.from_begin) add(0, CutPrefix(run.text));
    if (cut.behind && run.to_end) {
      add(run.text.size() - CutSuffix(run.text), run.text.size());
    }
  }
}

// How many bytes at the end of `text` are the beginning of a form.
size_t Redactor::CutSuffix(absl::string_view text) const {
  size_t most = 0;
  for (const auto& [form, next] : forms_) {
    const absl::string_view begin(form.text.data(), form.text.size() - 1);
    most = std::max(most, Overlap(text, begin));
  }
  return most;
}

// How many bytes at the beginning of `text` are the end of a form.
size_t Redactor::CutPrefix(absl::string_view text) const {
  size_t most = 0;
  for (const auto& [form, next] : forms_) {
    const absl::string_view end = absl::string_view(form.text).substr(1);
    most = std::max(most, Overlap(end, text));
  }
  return most;
}

std::vector<TextRange> Redactor::Find(absl::string_view text, Cut cut) const {
  if (empty() || text.empty()) return {};
  std::vector<TextRange> found = Search(text);
  const size_t in_order = found.size();
  FindInLines(text, cut, &found);
  if (const size_t rest = cut.before ? CutPrefix(text) : 0; rest > 0) {
    found.emplace_back(0, rest);
  }
  if (const size_t rest = cut.behind ? CutSuffix(text) : 0; rest > 0) {
    found.emplace_back(text.size() - rest, text.size());
  }
  if (found.size() == in_order) return found;
  std::sort(found.begin(), found.end());
  std::vector<TextRange> merged;
  for (const TextRange& range : found) AddRange(range, &merged);
  return merged;
}

std::string Redactor::Redact(std::string text, Cut cut) const {
  const std::vector<TextRange> secrets = Find(text, cut);
  if (secrets.empty()) return text;
  return MaskRanges(text, secrets);
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
