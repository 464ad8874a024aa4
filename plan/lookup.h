// Where a value is found in what an attempt brought (language.md section 1).
#ifndef PLAN_LOOKUP_H_
#define PLAN_LOOKUP_H_

#include <cstddef>
#include <memory>
#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "jsonpath/path.h"

// Declared only: nearly every file of a run includes this one.
namespace re2 {
class RE2;
}  // namespace re2

namespace servo::plan {

// Where the text comes from.
enum class Source {
  kStdout,    // of a process
  kStderr,    // of a process
  kExitCode,  // of a process; negative: the number of the signal
  kBody,      // of a response, decoded
  kStatus,    // of a response
  kHeader,    // of a response: Lookup::argument
  kElapsed,   // seconds that the attempt took
  kFile,      // a file that the attempt wrote: Lookup::argument
};

// A source and at most one finder. Copies share the compiled finder.
struct Lookup {
  // Takes the whole source, without one line end at its end.
  struct Whole {};
  // Each match is a value: its first group, or all of it without groups.
  // Compiled with `^` and `$` at line ends.
  using Regex = std::shared_ptr<const re2::RE2>;
  // Each node is a value (RFC 9535).
  using JsonPath = std::shared_ptr<const jsonpath::Path>;

  Source source = Source::kStdout;
  std::string argument;  // a header's name, or a file's path
  std::variant<Whole, Regex, JsonPath> finder;
};

// Compiles a regular expression so that `^` and `$` match at line ends.
// kInvalidArgument says what is wrong with it and, for common slips, what to
// write instead; `*offset`, if not null, is where it is wrong.
absl::StatusOr<Lookup::Regex> CompileRegex(absl::string_view text,
                                           size_t* offset = nullptr);

// The expression as it was given to CompileRegex().
absl::string_view RegexText(const re2::RE2& regex);

}  // namespace servo::plan

#endif  // PLAN_LOOKUP_H_
