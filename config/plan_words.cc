#include "config/plan_words.h"

#include <algorithm>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/masking.h"
#include "base/quoted.h"
#include "base/quoted_pattern.h"
#include "plan/lookup.h"

namespace servo::config {

std::string Time(absl::Duration duration) {
  return duration == absl::InfiniteDuration() ? "no limit"
                                              : absl::FormatDuration(duration);
}

std::string Count(size_t count, absl::string_view noun) {
  return absl::StrCat(count, " ", noun, count == 1 ? "" : "s");
}

std::string ShellWord(absl::string_view word, absl::string_view masked) {
  const auto is_plain = [](char c) {
    return absl::ascii_isalnum(c) || absl::StrContains("_@%+=:,./-", c);
  };
  if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) {
    return std::string(masked);
  }
  if (std::any_of(word.begin(), word.end(),
                  [](char c) { return absl::ascii_iscntrl(c); })) {
    return base::QuotedWhole(masked);
  }
  return absl::StrCat("'", absl::StrJoin(absl::StrSplit(masked, '\''), "'\\''"),
                      "'");
}

std::string ShellWord(absl::string_view word) {
  return ShellWord(word, base::MaskText(word));
}

std::string ShellCommand(const std::vector<std::string>& argv) {
  const std::vector<std::string> masked = base::MaskArguments(argv);
  std::string command;
  for (size_t i = 0; i < argv.size(); ++i) {
    absl::StrAppend(&command, i > 0 ? " " : "", ShellWord(argv[i], masked[i]));
  }
  return command;
}

std::string SignText(const plan::Readiness& ready) {
  if (const auto* tcp = std::get_if<plan::Readiness::Tcp>(&ready.sign)) {
    return absl::StrCat("tcp ", tcp->host, ":", tcp->port);
  }
  if (const auto* http = std::get_if<plan::Readiness::Http>(&ready.sign)) {
    return absl::StrCat("http ", base::MaskUrl(http->url));
  }
  if (const auto* output = std::get_if<plan::Readiness::Output>(&ready.sign)) {
    return absl::StrCat(
        "output ", base::QuotedWholePattern(plan::RegexText(*output->regex)));
  }
  return absl::StrCat(
      "file ", ShellWord(std::get<plan::Readiness::File>(ready.sign).path));
}

}  // namespace servo::config
