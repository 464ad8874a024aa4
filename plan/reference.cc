#include "plan/reference.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace servo::plan {
namespace {

// Ends a placeholder, behind its number.
constexpr char kEnd = 'z';

}  // namespace

std::string Reference::FullName() const {
  switch (kind) {
    case Kind::kSecret:
      return absl::StrCat("secrets.", name);
    case Kind::kValue:
      return absl::StrCat("values.", name);
    case Kind::kRun:
      return absl::StrCat("run.", name);
    case Kind::kCapture:
    case Kind::kMalformed:
      break;
  }
  return name;
}

std::string References::Add(Reference reference) {
  all_.push_back(std::move(reference));
  return absl::StrCat(prefix_, all_.size() - 1, std::string(1, kEnd));
}

bool References::AreIn(absl::string_view text) const {
  return !all_.empty() && absl::StrContains(text, prefix_);
}

std::vector<References::Piece> References::Split(absl::string_view text) const {
  std::vector<Piece> pieces;
  size_t done = 0;
  size_t at = all_.empty() ? text.npos : text.find(prefix_);
  while (at != text.npos) {
    const size_t digits = at + prefix_.size();
    const size_t end =
        std::min(text.find_first_not_of("0123456789", digits), text.size());
    size_t index = 0;
    const bool found =
        absl::SimpleAtoi(text.substr(digits, end - digits), &index) &&
        index < all_.size() && end < text.size() && text[end] == kEnd;
    if (found) {
      if (at > done) pieces.push_back({text.substr(done, at - done)});
      done = end + 1;
      pieces.push_back({text.substr(at, done - at), &all_[index]});
    }
    at = text.find(prefix_, end);
  }
  if (done < text.size()) pieces.push_back({text.substr(done)});
  return pieces;
}

absl::StatusOr<std::string> References::Replace(absl::string_view text,
                                                ValueOf value) const {
  std::string replaced;
  for (const Piece& piece : Split(text)) {
    if (piece.reference == nullptr) {
      replaced.append(piece.text);
      continue;
    }
    absl::StatusOr<std::string> piece_value = value(*piece.reference);
    if (!piece_value.ok()) return piece_value.status();
    replaced.append(*piece_value);
  }
  return replaced;
}

std::string References::AsWritten(absl::string_view text) const {
  std::string written;
  for (const Piece& piece : Split(text)) {
    if (piece.reference == nullptr) {
      written.append(piece.text);
    } else {
      absl::StrAppend(&written, "${{ ", piece.reference->FullName(), " }}");
    }
  }
  return written;
}

}  // namespace servo::plan
