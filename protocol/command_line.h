// A driver's command line: `measure [OPTIONS] [--info | --describe] [APP_ID]`
// (contract.md section 1).
#ifndef PROTOCOL_COMMAND_LINE_H_
#define PROTOCOL_COMMAND_LINE_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace servo::protocol {

// An option of a driver's own, beside those that every driver has.
// The texts are the program's own and live as long as it: they are not copied,
// since every start would do so.
struct Option {
  std::string name;         // "config": without the dashes
  absl::string_view value;  // "FILE", as the help calls it; empty: a flag
  absl::string_view help;   // sentences; the help breaks the lines

  // May be given without its value too: "--name" or "--name=VALUE". A value in
  // a word of its own is not taken then.
  bool value_is_optional = false;

  // Each of its values counts, not the last one alone.
  bool is_repeatable = false;

  // It asks for something else than measuring, as --info does: such options
  // exclude each other, and no APP_ID is needed.
  bool is_mode = false;

  // It asks for a measurement by hand, without a request on stdin: a mode for
  // which an APP_ID may be given.
  bool is_run = false;

  // Of a mode: how the help calls the files that it takes instead of an APP_ID,
  // any number of them; empty: it takes none.
  absl::string_view files;

  // The modes, by their options' names, with which alone it may be given; an
  // empty name stands for measuring. No names: it goes with all.
  std::vector<absl::string_view> only_with;
};

// What a driver tells of itself.
struct Program {
  std::string name;     // "measure"
  std::string version;  // "1.2.3"
  // Paragraphs for --help, separated by empty lines; lives as long as the
  // program.
  absl::string_view summary;
  std::vector<Option> options;
};

// A command line, read.
struct Arguments {
  enum class Mode {
    kMeasure,
    kInfo,
    kDescribe,
    kHelp,
    kVersion,
    kOther,  // an option of the driver's own with `is_mode`
    kRun,    // one with `is_run`
  };
  Mode mode = Mode::kMeasure;
  bool verbose = false;
  std::string app_id;  // never empty for kMeasure and kDescribe

  // Of a mode with Option::files: what was given, in order; "-" is one of them.
  std::vector<std::string> files;

  // The driver's own options that were given: name to values, in order; empty
  // ones for a flag or an optional value that is not there. Only a repeatable
  // option has more than one; of another the last value counts.
  std::map<std::string, std::vector<std::string>, std::less<>> options;

  bool Has(absl::string_view option) const {
    return options.find(option) != options.end();
  }

  // The value of `option`, the last one of several; empty if it was not given.
  std::string Value(absl::string_view option) const;

  // All values of `option`; empty if it was not given.
  std::vector<std::string> Values(absl::string_view option) const;
};

// Reads `args`, the program's name not included, as getopt_long(3) does:
// options may stand anywhere, `--` ends them, values follow after `=` or a
// blank, names may be shortened where that is unambiguous. --help and --version
// make what follows them irrelevant.
//
// Errors are kInvalidArgument with a message for a person: an unknown option
// (and the known one that is nearest), a missing or unexpected value, two modes
// at once, an option without the mode that it belongs to, no APP_ID or several.
absl::StatusOr<Arguments> ParseCommandLine(const Program& program,
                                           absl::Span<const std::string> args);

// How a measurement by hand is asked for, "--run=DURATION"; empty if the
// program has no such option.
std::string RunOption(const Program& program);

// The text of --help: at most 80 columns, ends with a line break.
std::string HelpText(const Program& program);

}  // namespace servo::protocol

#endif  // PROTOCOL_COMMAND_LINE_H_
