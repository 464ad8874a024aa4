#include "stages/json_documents.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "jsonpath/bounded_json.h"
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

// The value of each line; nothing if a line is no JSON.
std::vector<json> ReadLines(absl::string_view text, bool* ok) {
  std::vector<json> values;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    if (IsBlank(line)) continue;
    absl::StatusOr<json> value = jsonpath::ReadJson(line);
    if (!value.ok()) {
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
absl::StatusOr<json> ReadAfterText(absl::string_view text) {
  int begins = BeginsJson(text) ? 1 : 0;
  size_t line = text.find('\n');
  while (line != text.npos && begins < kMaxBegins) {
    const absl::string_view rest = text.substr(line + 1);
    if (BeginsJson(rest)) {
      ++begins;
      absl::StatusOr<json> value = jsonpath::ReadJson(rest);
      if (value.ok() || absl::IsResourceExhausted(value.status())) return value;
    }
    line = text.find('\n', line + 1);
  }
  return absl::NotFoundError("no line begins a JSON");
}

}  // namespace

absl::StatusOr<std::vector<json>> ReadDocuments(absl::string_view text) {
  std::vector<json> documents;
  if (IsBlank(text)) return documents;
  absl::StatusOr<json> whole = jsonpath::ReadJson(text);
  if (whole.ok()) {
    documents.push_back(*std::move(whole));
    return documents;
  }
  if (absl::IsResourceExhausted(whole.status())) return whole.status();
  if (HasTooManyValues(text)) {
    return absl::ResourceExhaustedError("JSON with too many values");
  }
  bool are_lines = false;
  documents = ReadLines(text, &are_lines);
  if (are_lines) return documents;
  absl::StatusOr<json> after_text = ReadAfterText(text);
  if (absl::IsResourceExhausted(after_text.status())) {
    return after_text.status();
  }
  if (!after_text.ok()) return whole.status();
  documents.push_back(*std::move(after_text));
  return documents;
}

}  // namespace servo::stages
