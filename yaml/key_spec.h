// What is known of one key of a configuration mapping.
#ifndef YAML_KEY_SPEC_H_
#define YAML_KEY_SPEC_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "yaml/plain_default.h"

namespace servo::yaml {

// As `max`, and with a minus as `min`: any finite number.
inline constexpr double kAnyNumber = 1e300;

// What may stand as a key's value.
enum class ValueType {
  kBool,          // true or false
  kInteger,       // a whole number
  kNumber,        // a number
  kSeconds,       // a number of seconds, or a text with units ("500ms")
  kBytes,         // a number of bytes, or a text with the suffix K or M
  kNonEmptyText,  // any scalar, as written; not empty
  kAnyText,       // any scalar, as written; empty is as good as not given
  kSignal,        // the name of a signal, or its number
  kCommand,       // a text, or a list of texts
  kEnvironment,   // a mapping of variables to texts
  kHeaders,       // a mapping of header names to texts
  kHeaderText,    // a text that can be a header's value
  kExitCodes,     // codes and ranges of codes, 0 to 255
  kHttpCodes,     // codes and ranges of codes, 100 to 999
  kUrl,           // an http or https URL
  kMethod,        // an HTTP method
  kVerify,        // true or false, or a path
  kParams,        // a query: a mapping, or a list of mappings
  kBody,          // a text, or a form: a mapping of names to texts or lists
  kJson,          // anything that JSON can say
  kAuth,          // a user name and a password
  kCert,          // a path, or a certificate's and a key's
  kRequest,       // the mapping of a request
  kTasks,         // a list of tasks
  kChoice,        // one of the words in `choices`
  kChoices,       // one of them, or a list of them
  kRegex,         // a regular expression of RE2
  kJsonPath,      // an expression of RFC 9535
  kReduction,     // how several values become one
  kAbsent,        // fail, skip or a number
  kMetrics,       // a mapping of names to metrics
  kCaptures,      // a mapping of names to captures
  kSeries,        // true or false, or a mapping of paths
  kTaskName,      // the name of another task, whose end is waited for
  kTcpAddress,    // HOST:PORT or PORT
  kReady,         // a mapping: how a task tells that it is ready
  kOperand,       // a text, a number, true, false or null
  kConditions,    // a list of conditions
  kSecrets,       // a mapping of names to sources
  kValues,        // a mapping of names to texts or sources
  kReport,        // a mapping: where a report is left
};

// Whether messages may show the values of a key. Has no default: a table that
// forgets it does not compile.
class Shown {
 public:
  enum Kind : uint8_t {
    kPublic,  // numbers, durations, names of tasks and the like
    kUrl,     // scheme, host, port and path
    kSecret,  // everything that can hold a secret: commands, bodies, paths, ...
  };
  constexpr Shown(Kind kind) : kind_(kind) {}  // NOLINT(google-explicit-*)
  constexpr Kind kind() const { return kind_; }

 private:
  Kind kind_;
};

// One row of a table of keys: what the parser, the JSON Schema and the
// documentation know of it.
struct KeySpec {
  absl::string_view name;
  ValueType type;
  Shown shown;

  // The default as one would write it, unquoted; empty: none, `none_means` then
  // says what its absence means.
  absl::string_view default_text;
  absl::string_view none_means;
  bool required = false;

  // The limits of numbers; with `above_min` the lower one is excluded itself.
  // Of a text, `max` is the most bytes; 0 is no limit.
  double min = 0;
  double max = 0;
  bool above_min = false;

  // Of kChoice and kChoices: the words, separated by blanks.
  absl::string_view choices;

  // Which kinds of the mapping it belongs to: bits whose meaning is the
  // table's.
  unsigned modes = ~0u;

  // One sentence in plain text.
  absl::string_view doc;

  // Not to be set: the default, where it is plainly a number, true or false, so
  // that it need not be parsed for each mapping that leaves the key out.
  std::optional<double> default_number = PlainDecimal(default_text);
  std::optional<bool> default_flag = PlainFlag(default_text);
};

// The position of the key `name` in a table, found when compiling: a name that
// the table does not have is a compile error.
consteval size_t KeyIndex(absl::Span<const KeySpec> table,
                          absl::string_view name) {
  size_t i = 0;
  while (table[i].name != name) ++i;
  return i;
}

}  // namespace servo::yaml

#endif  // YAML_KEY_SPEC_H_
