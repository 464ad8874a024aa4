#include "stages/json_documents.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "jsonpath/bounded_json.h"
#include "jsonpath/parse_error.h"
#include "nlohmann/json.hpp"

namespace servo::stages {
namespace {

using nlohmann::json;

constexpr int kMaxBegins = 100;

// Most values of all lines together: no fewer than there are.
bool HasTooManyValues(absl::string_view text) {
  const auto separators = std::count_if(text.begin(), text.end(), [](char c) {
    return c == ',' || c == ':' || c == '{' || c == '[' || c == '\n';
  });
  return static_cast<size_t>(separators) > jsonpath::JsonLimits().max_values;
}

bool IsBlank(absl::string_view line) {
  return absl::StripAsciiWhitespace(line).empty();
}

// Of all that was tried, what went furthest before it was no JSON any more:
// that is where people look.
class Furthest {
 public:
  explicit Furthest(absl::string_view text) : text_(text) {}

  // A JSON was tried from the offset `begin`, of which the part `part` of the
  // text was looked at last, and had `error`.
  void Note(size_t begin, absl::string_view part, jsonpath::ParseError error) {
    error.offset += OffsetOf(part);
    const size_t size = error.offset - begin;
    if (error_.has_value() && size <= size_) return;
    size_ = size;
    error_ = std::move(error);
  }

  size_t OffsetOf(absl::string_view part) const {
    return static_cast<size_t>(part.data() - text_.data());
  }

  absl::Status ToStatus() const { return error_->ToStatus(); }

 private:
  const absl::string_view text_;
  std::optional<jsonpath::ParseError> error_;
  size_t size_ = 0;  // of what was JSON before it
};

// The value of each line; nothing if a line is no JSON.
std::vector<json> ReadLines(absl::string_view text, Furthest* furthest,
                            bool* ok) {
  std::vector<json> values;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    if (IsBlank(line)) continue;
    jsonpath::ParseError error;
    absl::StatusOr<json> value = jsonpath::ReadJson(line, {}, &error);
    if (!value.ok()) {
      // Without a line before it, it was tried with the whole text.
      if (!values.empty()) furthest->Note(0, line, std::move(error));
      *ok = false;
      return {};
    }
    values.push_back(*std::move(value));
  }
  *ok = true;
  return values;
}

bool BeginsJson(absl::string_view text) {
  return !text.empty() && (text[0] == '{' || text[0] == '[');
}

// The value that begins at the begin of a line and goes to the end. The first
// line was tried with the whole text.
absl::StatusOr<json> ReadAfterText(absl::string_view text, Furthest* furthest) {
  int begins = BeginsJson(text) ? 1 : 0;
  size_t bytes_tried = 0;
  size_t line = text.find('\n');
  while (line != text.npos && begins < kMaxBegins &&
         bytes_tried < text.size()) {
    const absl::string_view rest = text.substr(line + 1);
    if (BeginsJson(rest)) {
      ++begins;
      jsonpath::ParseError error;
      absl::StatusOr<json> value = jsonpath::ReadJson(rest, {}, &error);
      if (value.ok() || absl::IsResourceExhausted(value.status())) return value;
      bytes_tried += error.offset;
      furthest->Note(furthest->OffsetOf(rest), rest, std::move(error));
    }
    line = text.find('\n', line + 1);
  }
  return absl::NotFoundError("no line begins a JSON");
}

}  // namespace

absl::StatusOr<std::vector<json>> ReadDocuments(absl::string_view text) {
  std::vector<json> documents;
  if (IsBlank(text)) return documents;
  Furthest furthest(text);
  jsonpath::ParseError error;
  absl::StatusOr<json> whole = jsonpath::ReadJson(text, {}, &error);
  if (whole.ok()) {
    documents.push_back(*std::move(whole));
    return documents;
  }
  if (absl::IsResourceExhausted(whole.status())) return whole.status();
  furthest.Note(0, text, std::move(error));
  if (HasTooManyValues(text)) {
    return absl::ResourceExhaustedError("JSON with too many values");
  }
  bool are_lines = false;
  documents = ReadLines(text, &furthest, &are_lines);
  if (are_lines) return documents;
  absl::StatusOr<json> after_text = ReadAfterText(text, &furthest);
  if (absl::IsResourceExhausted(after_text.status())) {
    return after_text.status();
  }
  if (!after_text.ok()) return furthest.ToStatus();
  documents.push_back(*std::move(after_text));
  return documents;
}

}  // namespace servo::stages
