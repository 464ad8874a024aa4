#include "config/value_texts.h"

#include <cstdlib>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "base/quoted.h"
#include "base/regular_file.h"
#include "base/secret_forms.h"
#include "plan/run_names.h"

namespace servo::config {
namespace {

using Kind = plan::ValueSource::Kind;

constexpr char kCredentialsVariable[] = "CREDENTIALS_DIRECTORY";

absl::Status CannotRead(absl::string_view what, const absl::Status& why) {
  return absl::Status(why.code(),
                      absl::StrCat("cannot read ", what, ": ", why.message()));
}

absl::Status TooLong(absl::string_view what) {
  return absl::OutOfRangeError(
      absl::StrCat(what, " has more than ", kMaxValueBytes / 1024, " KiB"));
}

// Of a file that has no more than a text may have, and the line end at its end.
absl::StatusOr<std::string> ReadRegularFile(const std::string& path,
                                            absl::string_view what) {
  const absl::StatusOr<base::FoundFile> file = base::OpenRegularFile(path);
  if (!file.ok()) return CannotRead(what, file.status());
  if (!file->is_regular()) {
    return absl::FailedPreconditionError(
        absl::StrCat(what, " is no regular file"));
  }
  absl::StatusOr<std::string> text =
      base::ReadWhole(*file, kMaxValueBytes + absl::string_view("\r\n").size());
  if (absl::IsOutOfRange(text.status())) return TooLong(what);
  if (!text.ok()) return CannotRead(what, text.status());
  return text;
}

absl::StatusOr<std::string> ReadVariable(const char* name,
                                         absl::string_view what) {
  const char* value = std::getenv(name);
  if (value == nullptr)
    return absl::NotFoundError(absl::StrCat(what, " is not set"));
  return std::string(value);
}

absl::StatusOr<std::string> ReadCredential(const std::string& name,
                                           absl::string_view what) {
  const char* directory = std::getenv(kCredentialsVariable);
  if (directory == nullptr || *directory == '\0') {
    return absl::NotFoundError(absl::StrCat(
        "cannot read ", what, ": $", kCredentialsVariable, " is not set"));
  }
  return ReadRegularFile(absl::StrCat(directory, "/", name), what);
}

// The source as messages call it.
std::string SourceText(const plan::ValueSource& source) {
  switch (source.kind) {
    case Kind::kText:
      return "the text";
    case Kind::kFile:
      return absl::StrCat("the file ", base::QuotedWhole(source.argument));
    case Kind::kVariable:
      return absl::StrCat("the variable ", base::QuotedWhole(source.argument));
    case Kind::kCredential:
      return absl::StrCat("the credential ",
                          base::QuotedWhole(source.argument));
  }
  return "";  // not an enumerator
}

yaml::Problem ProblemOf(const plan::NamedValue& entry, yaml::Severity severity,
                        absl::string_view message) {
  return {.severity = severity,
          .file = entry.file,
          .line = entry.line,
          .column = entry.column,
          .path = entry.path,
          .message = std::string(message)};
}

absl::StatusOr<std::string> ReadRaw(const plan::ValueSource& source,
                                    absl::string_view what) {
  switch (source.kind) {
    case Kind::kText:
      return source.argument;
    case Kind::kFile:
      return ReadRegularFile(source.argument, what);
    case Kind::kVariable:
      return ReadVariable(source.argument.c_str(), what);
    case Kind::kCredential:
      return ReadCredential(source.argument, what);
  }
  return "";  // not an enumerator
}

}  // namespace

absl::StatusOr<std::string> ReadValueText(const plan::ValueSource& source) {
  if (source.kind == Kind::kText) return source.argument;
  const std::string what = SourceText(source);
  absl::StatusOr<std::string> raw = ReadRaw(source, what);
  if (!raw.ok()) return raw.status();
  absl::string_view text = *raw;
  if (absl::ConsumeSuffix(&text, "\n")) absl::ConsumeSuffix(&text, "\r");
  if (text.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(what, " is empty"));
  }
  if (text.size() > kMaxValueBytes) return TooLong(what);
  if (absl::StrContains(text, '\0')) {
    return absl::InvalidArgumentError(
        absl::StrCat(what, " has a NUL character"));
  }
  return std::string(text);
}

ValueTexts ReadValueTexts(absl::Span<const plan::NamedValue> entries,
                          yaml::Severity unreadable,
                          yaml::Diagnostics* diagnostics) {
  ValueTexts texts;
  for (const plan::NamedValue& entry : entries) {
    absl::StatusOr<std::string> text = ReadValueText(entry.source);
    if (text.ok()) {
      texts[entry.name] = *std::move(text);
    } else {
      diagnostics->Add(ProblemOf(entry, unreadable, text.status().message()));
    }
  }
  return texts;
}

ValueTexts ReadSecretTexts(absl::Span<const plan::NamedValue> secrets,
                           yaml::Severity unreadable, base::Redactor* redactor,
                           yaml::Diagnostics* diagnostics) {
  ValueTexts texts = ReadValueTexts(secrets, unreadable, diagnostics);
  for (const plan::NamedValue& secret : secrets) {
    const auto found = texts.find(secret.name);
    if (found == texts.end() || redactor->Add(found->second)) continue;
    diagnostics->Add(
        ProblemOf(secret, yaml::Severity::kWarning,
                  absl::StrCat("has fewer than ", base::kMinSecretCharacters,
                               " characters and is not masked")));
  }
  return texts;
}

void HideVariables(absl::Span<const plan::NamedValue> secrets) {
  for (const plan::NamedValue& secret : secrets) {
    if (secret.source.kind == Kind::kVariable) {
      unsetenv(secret.source.argument.c_str());
    }
  }
}

void HideRunVariables() {
  for (const plan::RunName& name : plan::kRunNames) {
    unsetenv(plan::RunVariable(name.name).c_str());
  }
}

}  // namespace servo::config
