// The first line is a regular expression, the rest is an output; the first byte
// says how much of the output is kept. Whatever they are, the values that are
// found stand in the output as look-ups see it, and an output that matches has
// the literal in it that every match is said to have.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/log/check.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "base/captured.h"
#include "base/utf8.h"
#include "exec/runner.h"
#include "plan/lookup.h"
#include "plan/plan.h"
#include "re2/re2.h"
#include "stages/attempt_files.h"
#include "stages/judge.h"
#include "stages/lookup.h"
#include "stages/required_literal.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace servo;
  using stages::Wanted;
  absl::string_view input(reinterpret_cast<const char*>(data), size);
  if (input.empty()) return 0;
  const size_t limit = static_cast<unsigned char>(input[0]) * 8;
  input.remove_prefix(1);
  const size_t line_end = std::min(input.find('\n'), input.size());
  const absl::StatusOr<plan::Lookup::Regex> regex =
      plan::CompileRegex(input.substr(0, line_end));
  if (!regex.ok()) return 0;
  const std::string literal =
      stages::RequiredLiteral(input.substr(0, line_end));
  input.remove_prefix(std::min(line_end + 1, input.size()));
  if (re2::RE2::PartialMatch(input, **regex))
    CHECK(absl::StrContains(input, literal)) << literal;

  exec::Result result;
  result.out = base::Captured(limit);
  result.out.Append(input);
  const stages::AttemptResult attempt = result;
  const plan::Task task;
  const stages::AttemptFiles files;
  stages::Sources sources(task, attempt, files);
  for (const Wanted wanted : {Wanted::kAll, Wanted::kFirst, Wanted::kLast}) {
    size_t values = 0;
    const absl::Status status = sources.Visit(
        {.source = plan::Source::kStdout, .argument = "", .finder = *regex},
        wanted, [&](const stages::Value& value) {
          const std::string text = value.Text();
          CHECK(text.find('\r') == text.npos);
          CHECK_LE(text.size(), 3 * input.size());
          return ++values < 1000 && wanted != Wanted::kFirst;
        });
    CHECK(result.out.whole()
              ? status.ok()
              : status.ok() || values == 0 || wanted == Wanted::kFirst);
    CHECK(base::IsValidUtf8(status.message()));
  }
  return 0;
}
