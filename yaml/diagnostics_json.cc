#include "yaml/diagnostics_json.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "nlohmann/json.hpp"

namespace servo::yaml {
namespace {

using nlohmann::ordered_json;

// Of well-formed UTF-8.
bool IsCharacterBegin(char c) { return (c & 0xc0) != 0x80; }

size_t CharacterCount(absl::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), IsCharacterBegin));
}

// The byte at which the character number `column`, from 1, begins.
size_t ByteOfColumn(absl::string_view line, int column) {
  size_t byte = 0;
  for (int left = column - 1; left > 0 && byte < line.size(); --left) {
    do {
      ++byte;
    } while (byte < line.size() && !IsCharacterBegin(line[byte]));
  }
  return byte;
}

// What begins `rest`, as YAML has it: a quoted text, a plain one up to a colon,
// a comma or a comment, or one sign.
absl::string_view FirstToken(absl::string_view rest) {
  if (rest.empty()) return rest;
  if (rest[0] == '"' || rest[0] == '\'') {
    const size_t end = rest.find(rest[0], 1);
    return rest.substr(0, end == rest.npos ? rest.npos : end + 1);
  }
  if (absl::StrContains("[]{},", rest[0])) return rest.substr(0, 1);
  size_t end = rest.size();
  for (const char* stop : {": ", " #", ", ", "]", "}"}) {
    end = std::min(end, rest.find(stop));
  }
  rest = rest.substr(0, end);
  while (rest.size() > 1 && absl::StrContains(" \r:", rest.back())) {
    rest.remove_suffix(1);
  }
  return rest;
}

ordered_json Range(int number, int column, absl::string_view line) {
  const absl::string_view token =
      FirstToken(line.substr(ByteOfColumn(line, column)));
  const size_t width = std::max<size_t>(1, CharacterCount(token));
  return {
      {"start", {{"line", number}, {"column", column}}},
      {"end",
       {{"line", number}, {"column", static_cast<size_t>(column) + width}}}};
}

// Adds the range of the token at a place, if the text has such a line.
void AddRange(int number, int column,
              const std::vector<absl::string_view>& lines, const char* key,
              ordered_json* entry) {
  const size_t index = static_cast<size_t>(number) - 1;
  if (number > 0 && index < lines.size()) {
    (*entry)[key] = Range(number, column, lines[index]);
  }
}

const char* SeverityWord(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return "error";
    case Severity::kWarning:
      return "warning";
    case Severity::kNote:
      return "note";
  }
  return "";  // not an enumerator
}

}  // namespace

ordered_json DiagnosticsJson(const Diagnostics& diagnostics,
                             absl::string_view text) {
  const std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  ordered_json list = ordered_json::array();
  for (const Problem* problem : diagnostics.problems()) {
    ordered_json entry = {{"severity", SeverityWord(problem->severity)},
                          {"message", problem->message}};
    if (!problem->path.empty()) entry["path"] = problem->path;
    if (!problem->task.empty()) entry["task"] = problem->task;
    AddRange(problem->line, problem->column, lines, "range", &entry);
    if (const auto& used = problem->used; used.has_value()) {
      AddRange(used->line, used->column, lines, "used", &entry);
    }
    list.push_back(std::move(entry));
  }
  return list;
}

}  // namespace servo::yaml
