#include "config/lookup_reader.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "config/keys.h"
#include "config/metric_keys.h"
#include "jsonpath/parse_error.h"

namespace servo::config {
namespace {

using plan::Lookup;
using plan::Source;

struct SourceWord {
  absl::string_view word;  // with ":" before an argument
  absl::string_view shown;
  Source source;
  unsigned modes;
};
constexpr SourceWord kSources[] = {
    {"stdout", "stdout", Source::kStdout, kProcessModes},
    {"stderr", "stderr", Source::kStderr, kProcessModes},
    {"exit_code", "exit_code", Source::kExitCode, kProcessModes},
    {"body", "body", Source::kBody, kRequestMode},
    {"status", "status", Source::kStatus, kRequestMode},
    {"header:", "header:NAME", Source::kHeader, kRequestMode},
    {"elapsed", "elapsed", Source::kElapsed, kAllModes},
    {"file:", "file:PATH", Source::kFile, kAllModes},
};

bool TakesArgument(const SourceWord& source) {
  return source.word.back() == ':';
}

// The source that `text` names, and its argument; null if it is none.
const SourceWord* FindSource(absl::string_view text, std::string* argument) {
  for (const SourceWord& source : kSources) {
    absl::string_view rest = text;
    if (!absl::ConsumePrefix(&rest, source.word)) continue;
    if (TakesArgument(source) != !rest.empty()) continue;
    *argument = std::string(rest);
    return &source;
  }
  return nullptr;
}

std::string SourceNames(unsigned mode) {
  std::vector<absl::string_view> names;
  for (const SourceWord& source : kSources) {
    if ((source.modes & mode) != 0) names.push_back(source.shown);
  }
  return absl::StrJoin(names, ", ");
}

void ReadSource(const yaml::Field& field, unsigned mode, Lookup* lookup) {
  lookup->source = mode == kRequestMode ? Source::kBody : Source::kStdout;
  std::string text;
  if (!field.given() || !field.ReadNonEmpty(&text)) return;
  std::string argument;
  const SourceWord* source = FindSource(text, &argument);
  if (source == nullptr) {
    field.Expected(absl::StrCat("one of ", SourceNames(mode)));
  } else if ((source->modes & mode) == 0) {
    field.Error(absl::StrCat(source->shown, " is a source of ",
                             mode == kRequestMode
                                 ? "processes, and this is a request"
                                 : "requests, and this is a process",
                             "; expected one of ", SourceNames(mode)));
  } else {
    lookup->source = source->source;
    lookup->argument = std::move(argument);
  }
}

std::string Sentence(const jsonpath::ParseError& error) {
  return absl::StrCat("expected ", error.expected, ", found ", error.found,
                      error.hint.empty() ? "" : "; ", error.hint);
}

}  // namespace

std::optional<jsonpath::Path> ReadPath(const yaml::Field& field) {
  std::string text;
  if (!field.given() || !field.ReadNonEmpty(&text)) return std::nullopt;
  jsonpath::ParseError error;
  absl::StatusOr<jsonpath::Path> path = jsonpath::Path::Parse(text, &error);
  if (!path.ok()) {
    field.ErrorAt(error.offset, Sentence(error));
    return std::nullopt;
  }
  for (const jsonpath::ParseError& warning : path->warnings()) {
    field.KeyWarning(absl::StrCat("never matches: ", Sentence(warning)));
  }
  return *std::move(path);
}

plan::Lookup::Regex ReadRegex(const yaml::Field& field) {
  std::string text;
  if (!field.given() || !field.ReadNonEmpty(&text)) return nullptr;
  size_t offset = 0;
  absl::StatusOr<Lookup::Regex> regex = plan::CompileRegex(text, &offset);
  if (regex.ok()) return *std::move(regex);
  field.ErrorAt(offset, regex.status().message());
  return nullptr;
}

plan::Lookup ReadLookup(const yaml::MappingReader& keys, unsigned mode) {
  Lookup lookup;
  ReadSource(keys[kFromPosition], mode, &lookup);
  const yaml::Field regex = keys[kRegexPosition];
  const yaml::Field path = keys[kJsonPathPosition];
  if (regex.given() && path.given()) {
    path.KeyError("expected regex or jsonpath, found both");
    return lookup;
  }
  if (Lookup::Regex compiled = ReadRegex(regex)) {
    lookup.finder = std::move(compiled);
  }
  if (std::optional<jsonpath::Path> parsed = ReadPath(path)) {
    lookup.finder = std::make_shared<const jsonpath::Path>(*std::move(parsed));
  }
  return lookup;
}

}  // namespace servo::config
