#include "config/reference_reader.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace servo::config {
namespace {

using plan::Reference;

constexpr absl::string_view kBegin = "${{";
constexpr absl::string_view kEnd = "}}";

// A word that `file` does not have, in either case.
std::string UnusedPrefix(absl::string_view file) {
  const std::string lower = absl::AsciiStrToLower(file);
  std::string prefix;
  int number = 0;
  do {
    prefix = absl::StrCat("servoref", number++, "x");
  } while (absl::StrContains(lower, prefix));
  return prefix;
}

Reference Parse(absl::string_view text) {
  constexpr std::pair<absl::string_view, Reference::Kind> kSpaces[] = {
      {"secrets.", Reference::Kind::kSecret},
      {"values.", Reference::Kind::kValue},
      {"run.", Reference::Kind::kRun},
  };
  const absl::string_view name = absl::StripAsciiWhitespace(text);
  for (const auto& [space, kind] : kSpaces) {
    absl::string_view rest = name;
    if (absl::ConsumePrefix(&rest, space) && IsReferenceName(rest)) {
      return {.kind = kind, .name = std::string(rest)};
    }
  }
  return {.kind = IsReferenceName(name) ? Reference::Kind::kCapture
                                        : Reference::Kind::kMalformed,
          .name = std::string(name)};
}

}  // namespace

bool IsReferenceName(absl::string_view name) {
  constexpr size_t kMaxBytes = 64;
  return !name.empty() && name.size() <= kMaxBytes &&
         !absl::ascii_isdigit(name[0]) &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return absl::ascii_isalnum(c) || c == '_'; });
}

std::optional<std::string> ReferenceReader::Rewrite(absl::string_view text) {
  size_t at = text.find(kBegin);
  if (at == text.npos) return std::nullopt;
  if (!std::exchange(begun_, true)) {
    references_ = plan::References(UnusedPrefix(file_));
  }
  std::string rewritten;
  while (at != text.npos) {
    if (at > 0 && text[at - 1] == '$') {
      rewritten.append(text.substr(0, at - 1));
      rewritten.append(kBegin);
      text.remove_prefix(at + kBegin.size());
    } else if (count_ == kMaxReferences) {
      too_many_ = true;
      break;
    } else {
      ++count_;
      rewritten.append(text.substr(0, at));
      text.remove_prefix(at + kBegin.size());
      const size_t end = text.find(kEnd);
      const bool closed = end != text.npos;
      Reference reference = Parse(text.substr(0, end));
      if (!closed) reference.kind = Reference::Kind::kMalformed;
      rewritten.append(references_.Add(std::move(reference)));
      text.remove_prefix(closed ? end + kEnd.size() : text.size());
    }
    at = text.find(kBegin);
  }
  rewritten.append(text);
  return rewritten;
}

}  // namespace servo::config
