#include "base/captured.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/masking.h"
#include "base/redactor.h"
#include "base/utf8.h"

namespace servo::base {
namespace {

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// `text` without a character that its end cuts. Only well-formed beginnings of
// characters go.
absl::string_view WithoutCutEnd(absl::string_view text) {
  for (size_t back = 1; back <= std::min<size_t>(3, text.size()); ++back) {
    const auto lead = static_cast<unsigned char>(text[text.size() - back]);
    if (lead < 0x80) return text;
    if (lead < 0xC0) continue;
    const size_t want = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    return want > back ? text.substr(0, text.size() - back) : text;
  }
  return text;
}

// `text` without the rest of a character that was cut before its beginning.
absl::string_view WithoutCutBegin(absl::string_view text) {
  size_t skip = 0;
  while (skip < std::min<size_t>(3, text.size()) && IsContinuation(text[skip]))
    ++skip;
  return text.substr(skip);
}

absl::string_view StripLineBreaks(absl::string_view text) {
  while (absl::ConsumeSuffix(&text, "\n") || absl::ConsumeSuffix(&text, "\r")) {
  }
  return text;
}

// The note between head and tail.
std::string GapText(uint64_t left_out) {
  return absl::StrCat("\n[... ", left_out, " bytes left out ...]\n");
}

// Appends `text` without its `secrets`, as valid UTF-8.
void AppendMasked(absl::string_view text, const std::vector<TextRange>& secrets,
                  std::string* out) {
  size_t shown = 0;
  for (const auto& [begin, end] : secrets) {
    AppendValidUtf8(text.substr(shown, begin - shown), "", out);
    out->append(kMask);
    shown = end;
  }
  AppendValidUtf8(text.substr(shown), "", out);
}

// The last `max_bytes` of `text`, which is longer or not all there is.
std::string CutToEnd(absl::string_view text, size_t max_bytes) {
  absl::string_view end = WithoutCutBegin(
      text.substr(text.size() - std::min(text.size(), max_bytes)));
  const size_t line_break = end.find('\n');
  if (line_break != absl::string_view::npos) end.remove_prefix(line_break + 1);
  return absl::StrCat("...", ToValidUtf8(end));
}

// The first `max_bytes` of `text`, which is longer or not all there is.
std::string CutToBegin(absl::string_view text, size_t max_bytes) {
  return absl::StrCat(ToValidUtf8(WithoutCutEnd(text.substr(0, max_bytes))),
                      "...");
}

}  // namespace

bool Captured::masks() const {
  return redactor_ != nullptr && !redactor_->empty();
}

void Captured::Append(absl::string_view bytes) {
  total_ += bytes.size();
  const size_t to_head = std::min(bytes.size(), limit_ - head_.size());
  head_.append(bytes.data(), to_head);
  bytes.remove_prefix(to_head);
  if (bytes.size() > limit_) bytes.remove_prefix(bytes.size() - limit_);
  const size_t to_growth = std::min(bytes.size(), limit_ - tail_.size());
  tail_.append(bytes.data(), to_growth);
  bytes.remove_prefix(to_growth);
  while (!bytes.empty()) {
    const size_t run = std::min(bytes.size(), limit_ - tail_next_);
    bytes.copy(tail_.data() + tail_next_, run);
    tail_next_ = (tail_next_ + run) % limit_;
    bytes.remove_prefix(run);
  }
}

std::string Captured::tail() const {
  const absl::string_view ring = tail_;
  return absl::StrCat(ring.substr(tail_next_), ring.substr(0, tail_next_));
}

std::string Captured::Raw() const {
  const absl::string_view ring = tail_;
  return absl::StrCat(head_, ring.substr(tail_next_),
                      ring.substr(0, tail_next_));
}

absl::string_view Captured::StraightTail() const {
  std::rotate(tail_.begin(), tail_.begin() + static_cast<ptrdiff_t>(tail_next_),
              tail_.end());
  tail_next_ = 0;
  return tail_;
}

Captured::Parts Captured::PartsOfText() const {
  const absl::string_view tail = StraightTail();
  if (whole()) return {head_, "", tail};
  const absl::string_view head_whole = WithoutCutEnd(head_);
  const absl::string_view tail_whole = WithoutCutBegin(tail);
  return {head_whole, GapText(total_ - head_whole.size() - tail_whole.size()),
          tail_whole};
}

size_t Captured::TextSize() const {
  const Parts parts = PartsOfText();
  if (parts.gap.empty()) return ValidUtf8Size(parts.head, parts.tail);
  return ValidUtf8Size(parts.head, parts.gap) + ValidUtf8Size(parts.tail, "");
}

void Captured::AppendText(std::string* text) const {
  return masks() ? AppendMaskedText(text) : AppendUnmaskedText(text);
}

void Captured::AppendUnmaskedText(std::string* text) const {
  const Parts parts = PartsOfText();
  if (parts.gap.empty()) {
    AppendValidUtf8(parts.head, parts.tail, text);
  } else {
    AppendValidUtf8(parts.head, parts.gap, text);
    AppendValidUtf8(parts.tail, "", text);
  }
}

std::string Captured::Text() const {
  std::string text;
  text.reserve(TextSize());
  AppendText(&text);
  return text;
}

std::string Captured::UnmaskedText() const {
  std::string text;
  text.reserve(TextSize());
  AppendUnmaskedText(&text);
  return text;
}

// Copies nothing that is not shown: there may be much of it.
void Captured::AppendMaskedText(std::string* text) const {
  const Parts parts = PartsOfText();
  if (parts.gap.empty()) {
    const std::string joined =
        parts.tail.empty() ? "" : absl::StrCat(parts.head, parts.tail);
    const absl::string_view kept =
        parts.tail.empty() ? parts.head : absl::string_view(joined);
    return AppendMasked(kept, redactor_->Find(kept, {}), text);
  }
  AppendMasked(parts.head, redactor_->Find(parts.head, {.behind = true}), text);
  text->append(parts.gap);
  AppendMasked(parts.tail, redactor_->Find(parts.tail, {.before = true}), text);
}

// Of what is kept, as much is masked as can reach into what is shown.
std::string Captured::MaskedTailText(size_t max_bytes) const {
  const absl::string_view tail = StripLineBreaks(StraightTail());
  absl::string_view head = whole() ? head_ : absl::string_view();
  if (tail.empty()) head = StripLineBreaks(head);
  const size_t wanted = max_bytes + 1 + redactor_->longest();
  const size_t of_tail = std::min(tail.size(), wanted);
  const size_t of_head = std::min(head.size(), wanted - of_tail);
  const bool cut = !whole() || of_head + of_tail < head.size() + tail.size();
  const std::string masked =
      redactor_->Redact(absl::StrCat(head.substr(head.size() - of_head),
                                     tail.substr(tail.size() - of_tail)),
                        {.before = cut});
  if (masked.size() <= max_bytes && !cut) return ToValidUtf8(masked);
  return CutToEnd(masked, max_bytes);
}

std::string Captured::MaskedHeadText(size_t max_bytes) const {
  const absl::string_view tail =
      whole() ? StripLineBreaks(StraightTail()) : absl::string_view();
  absl::string_view head = head_;
  if (whole() && tail.empty()) head = StripLineBreaks(head);
  const size_t wanted = max_bytes + 1 + redactor_->longest();
  const size_t of_head = std::min(head.size(), wanted);
  const size_t of_tail = std::min(tail.size(), wanted - of_head);
  const bool cut = !whole() || of_head + of_tail < head.size() + tail.size();
  const std::string masked = redactor_->Redact(
      absl::StrCat(head.substr(0, of_head), tail.substr(0, of_tail)),
      {.behind = cut});
  if (masked.size() <= max_bytes && !cut) return ToValidUtf8(masked);
  return CutToBegin(masked, max_bytes);
}

std::string Captured::TailText(size_t max_bytes) const {
  if (masks()) return MaskedTailText(max_bytes);
  const absl::string_view tail = StripLineBreaks(StraightTail());
  std::string joined;
  absl::string_view text = tail;
  if (whole() && tail.size() <= max_bytes) {
    const absl::string_view head =
        tail.empty() ? StripLineBreaks(head_) : absl::string_view(head_);
    // More than is shown, so that it is seen that there is more.
    const size_t wanted = std::min(head.size(), max_bytes + 1);
    joined = absl::StrCat(head.substr(head.size() - wanted), tail);
    text = joined;
  }
  if (text.size() <= max_bytes && whole()) return ToValidUtf8(text);
  return CutToEnd(text, max_bytes);
}

std::string Captured::HeadText(size_t max_bytes) const {
  if (masks()) return MaskedHeadText(max_bytes);
  const absl::string_view tail =
      whole() ? StripLineBreaks(StraightTail()) : absl::string_view();
  const absl::string_view head =
      tail.empty() ? StripLineBreaks(head_) : absl::string_view(head_);
  const size_t missing = max_bytes + 1 - std::min(max_bytes + 1, head.size());
  const std::string text =
      absl::StrCat(head.substr(0, max_bytes + 1), tail.substr(0, missing));
  if (text.size() <= max_bytes && whole()) return ToValidUtf8(text);
  return CutToBegin(text, max_bytes);
}

}  // namespace servo::base
