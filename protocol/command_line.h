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
struct Option {
  std::string name;   // "config": without the dashes
  std::string value;  // "FILE", how the help calls its value; empty: a flag
  std::string help;   // sentences; the help breaks the lines

  // It asks for something else than measuring, as --info does: such options
  // exclude each other, and no APP_ID is needed.
  bool is_mode = false;
};

// What a driver tells of itself.
struct Program {
  std::string name;     // "measure", as a person types it
  std::string version;  // "1.2.3"
  std::string summary;  // paragraphs for --help, separated by empty lines
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
  };
  Mode mode = Mode::kMeasure;
  bool verbose = false;
  std::string app_id;  // never empty for kMeasure and kDescribe

  // The driver's own options that were given: name to value, empty for a flag.
  // Of an option that comes twice the last value counts.
  std::map<std::string, std::string, std::less<>> options;

  bool Has(absl::string_view option) const {
    return options.find(option) != options.end();
  }
};

// Reads `args`, the program's name not included, as getopt_long(3) does:
// options may stand anywhere, `--` ends them, values follow after `=` or a
// blank, names may be shortened where that is unambiguous. --help and --version
// make what follows them irrelevant.
//
// Errors are kInvalidArgument with a message for a person: an unknown option
// (and the known one that is nearest), a missing or unexpected value, two modes
// at once, no APP_ID or several.
absl::StatusOr<Arguments> ParseCommandLine(const Program& program,
                                           absl::Span<const std::string> args);

// The text of --help: at most 80 columns, ends with a line break.
std::string HelpText(const Program& program);

}  // namespace servo::protocol

#endif  // PROTOCOL_COMMAND_LINE_H_
