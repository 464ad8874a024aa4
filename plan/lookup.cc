#include "plan/lookup.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "re2/re2.h"

namespace servo::plan {
namespace {

// A flag, not a group around the expression: that could hide a stray ")".
constexpr absl::string_view kMultiLine = "(?m)";

constexpr size_t kMaxRegexBytes = 64 * 1024;

// How to do without what other dialects have.
std::string Hint(absl::string_view argument) {
  for (const absl::string_view look : {"(?=", "(?!", "(?<=", "(?<!"}) {
    if (absl::StartsWith(argument, look)) {
      return "; RE2 has no lookaround: match the text around the value and put "
             "the value in a group";
    }
  }
  if (argument.size() == 2 && argument[0] == '\\' && argument[1] >= '1' &&
      argument[1] <= '9') {
    return "; RE2 has no backreferences";
  }
  if (argument == "\\Z" || argument == "\\<" || argument == "\\>") {
    return "; the end of a line is $, that of the text \\z, that of a word \\b";
  }
  return "";
}

}  // namespace

absl::StatusOr<Lookup::Regex> CompileRegex(absl::string_view text,
                                           size_t* offset) {
  if (offset != nullptr) *offset = 0;
  if (text.size() > kMaxRegexBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("expected a regex of at most ", kMaxRegexBytes, " bytes"));
  }
  re2::RE2::Options options;
  options.set_log_errors(false);
  auto regex =
      std::make_shared<const re2::RE2>(absl::StrCat(kMultiLine, text), options);
  if (regex->ok()) return regex;
  const std::string& argument = regex->error_arg();
  const size_t at = text.find(argument);
  if (offset != nullptr && at != text.npos) *offset = at;
  // RE2 quotes the whole expression where it cannot point into it.
  const std::string error =
      absl::StrReplaceAll(regex->error(), {{regex->pattern(), text}});
  return absl::InvalidArgumentError(absl::StrCat(
      "expected a regex as RE2 reads it: ", error, Hint(argument)));
}

absl::string_view RegexText(const re2::RE2& regex) {
  return absl::StripPrefix(regex.pattern(), kMultiLine);
}

}  // namespace servo::plan
